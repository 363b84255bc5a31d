"""What a station does with an application."""

import pytest

from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.exchange import relay
from shared_apps.exchange.models import Message
from tenant_apps.applications.errors import CodeNotGood, PicturesOnTheirWay, WrongDestination
from tenant_apps.applications.messages import referrals_without_application
from tenant_apps.applications.models import Application, ApplicationState
from tenant_apps.applications.selectors import (
    answers_of,
    applications_in,
    destinations,
    get_application,
    warnings_about,
)
from tenant_apps.applications.services import deciding, referring
from tenant_apps.applications.services.entering import come_in
from tenant_apps.casework.models import Clock, Event, Todo
from tenant_apps.casework.selectors import attachments_of
from tenant_apps.casework.services import content_of, remove_attachment
from tenant_apps.households import services as files
from tenant_apps.households.models import HouseholdFile, HouseholdPaper, Origin
from tests.conftest import NOON
from tests.tenant_apps.applications.applications import (
    ID_NO,
    PICTURE,
    TAIL,
    Worker,
    sent,
    somewhere,
)
from tests.tenant_apps.households.households import complete


@pytest.fixture
def worker(township):
    return sent(township, NOON)


def decide(worker, actor, step, **values):
    with in_station(worker.station):
        module = referring if step == "refer" else deciding
        return getattr(module, step)(worker.key, actor=actor, now=NOON, **values)


def test_an_application_becomes_a_draft_file_in_one_step(worker, clerk):
    file = decide(worker, clerk, "take_over")

    assert worker.row.state == ApplicationState.TAKEN
    assert worker.row.file_id == file.pk
    with in_station(worker.station):
        file = HouseholdFile.objects.get(pk=file.pk)
        assert (file.origin, file.origin_id) == (Origin.APPLIED, worker.key)
        assert (file.name, file.main_cause, file.members.count()) == ("柳试一", "11", 1)
        assert file.tier
        assert HouseholdPaper.objects.get().kind == "household_book"
        assert not Todo.objects.filter(subject_id=worker.key, closed_at__isnull=True).exists()


def test_an_application_of_somebody_on_file_is_not_taken_over_twice(worker, clerk):
    with in_station(worker.station):
        files.open_draft(complete(), actor=clerk, now=NOON)

    with pytest.raises(InvalidInput):
        decide(worker, clerk, "take_over")
    assert worker.row.state == ApplicationState.SENT


def test_the_clerk_is_warned_of_files_here_elsewhere_and_of_other_applications(
    worker, outsider, person_at
):
    other = sent(worker.station, NOON)
    with in_station(outsider):
        files.open_draft(complete(), actor=person_at(outsider), now=NOON)

    with in_station(worker.station):
        warned = warnings_about(worker.row, answers_of(worker.row))
    told = " ".join(one.where for one in warned)
    assert outsider.name in told
    assert other.row.number in told
    assert "柳试一”" not in told


def test_a_returned_application_says_why_and_may_be_sent_again(worker, clerk):
    decide(worker, clerk, "return_to_worker", reason="请补拍户口簿首页，现在的看不清。")
    assert (worker.row.state, worker.row.reason) == (
        ApplicationState.RETURNED,
        "请补拍户口簿首页，现在的看不清。",
    )
    with in_station(worker.station):
        assert Clock.objects.get(stopped_at__isnull=True).kind == "returned"

    worker.send()
    assert worker.row.state == ApplicationState.SENT
    with in_station(worker.station):
        assert Clock.objects.get(stopped_at__isnull=True).kind == "first_review"


@pytest.mark.parametrize("step", ["return_to_worker", "refuse"])
def test_nothing_is_returned_or_refused_without_a_reason(worker, clerk, step):
    with pytest.raises(InvalidInput):
        decide(worker, clerk, step, reason=" ")


def test_a_refused_application_is_closed(worker, clerk):
    decide(worker, clerk, "refuse", reason="家庭在外地，由当地工会办理。")

    with pytest.raises(IllegalMove):
        decide(worker, clerk, "take_over")
    with in_station(worker.station):
        assert not Clock.objects.filter(stopped_at__isnull=True).exists()


def test_stations_above_below_and_beside_are_offered_and_no_others(township, county, enterprise):
    with in_station(township):
        offered = {one.code for one in destinations()}
    assert {county.code, enterprise.code, "1307"} <= offered
    assert "130702001" not in offered
    assert township.code not in offered


def test_an_application_handed_on_is_worked_on_there_and_the_code_goes_along(
    worker, clerk, enterprise, person_at
):
    decide(worker, clerk, "refer", to_code=enterprise.code, reason="在职职工由本单位工会办理。")
    relay.deliver_all()

    with in_station(enterprise):
        there = Application.objects.get(pk=worker.key)
        assert (there.state, there.came_from) == (ApplicationState.SENT, worker.station.name)
        assert answers_of(there).draft.id_no == ID_NO
        assert Todo.objects.filter(subject_id=there.pk, closed_at__isnull=True).exists()
        came = come_in(code=worker.code, tail=TAIL, address=somewhere(), now=NOON)
        assert came.pk == worker.key
        file = deciding.take_over(there.pk, actor=person_at(enterprise), now=NOON)
        assert file.name == "柳试一"
    assert worker.row.went_to_code == enterprise.code
    with pytest.raises(IllegalMove):
        decide(worker, clerk, "take_over")


def test_an_application_may_come_back(worker, clerk, enterprise, person_at):
    decide(worker, clerk, "refer", to_code=enterprise.code, reason="由本单位工会办理。")
    relay.deliver_all()
    with in_station(enterprise):
        referring.refer(
            worker.key,
            to_code=worker.station.code,
            reason="已离职，由街道办理。",
            actor=person_at(enterprise),
            now=NOON,
        )
    relay.deliver_all()

    assert (worker.row.state, worker.row.hop) == (ApplicationState.SENT, 2)


def test_a_message_that_comes_twice_changes_nothing(worker, clerk, enterprise):
    decide(worker, clerk, "refer", to_code=enterprise.code, reason="由本单位工会办理。")
    relay.deliver_all()
    with in_station(enterprise):
        message = Message.objects.get(kind=referring.REFERRED)
        referring.receive(message.body, sender_id=message.sender_id, now=NOON)
        assert Event.objects.filter(subject_id=worker.key, action="arrive").count() == 1
        assert referrals_without_application([message]) == set()
        Application.objects.all().delete()
        assert referrals_without_application([message]) == {message.pk}


def test_what_travels_holds_nothing_in_the_open(worker, clerk, enterprise):
    decide(worker, clerk, "refer", to_code=enterprise.code, reason="由本单位工会办理。")

    with in_station(worker.station):
        body = repr(Message.objects.get(kind=referring.REFERRED).body)
    assert ID_NO not in body
    assert "柳试" not in body


def test_an_application_is_not_handed_to_just_anybody(worker, clerk, outsider):
    with pytest.raises(WrongDestination):
        decide(worker, clerk, "refer", to_code=outsider.code, reason="随便转一下")


def test_a_new_code_needs_the_identity_card_and_kills_the_old_one(worker, clerk):
    with pytest.raises(InvalidInput):
        decide(worker, clerk, "give_new_code", id_no="130771197406150128")
    _row, code = decide(worker, clerk, "give_new_code", id_no=ID_NO)

    with in_station(worker.station):
        assert come_in(code=code, tail=TAIL, address=somewhere(), now=NOON).pk == worker.key
        with pytest.raises(CodeNotGood):
            come_in(code=worker.code, tail=TAIL, address=somewhere(), now=NOON)


def test_a_file_that_was_not_applied_for_gets_a_code_at_the_counter(township, clerk):
    with in_station(township):
        file = files.open_draft(complete(), actor=clerk, now=NOON).file
        with pytest.raises(InvalidInput):
            deciding.give_code_for_file(file, id_no="1", actor=clerk, now=NOON)
        _row, code = deciding.give_code_for_file(file, id_no=ID_NO, actor=clerk, now=NOON)
        came = come_in(code=code, tail=TAIL, address=somewhere(), now=NOON)
        _row, second = deciding.give_code_for_file(file, id_no=ID_NO, actor=clerk, now=NOON)
    assert came.file_id == file.pk
    assert second != code
    with in_station(township):
        assert Application.objects.count() == 1


def test_the_inbox_finds_by_tab_and_by_number(worker, clerk):
    Worker(worker.station, NOON).begin()
    with in_station(worker.station):
        assert [one.pk for one in applications_in("todo", actor=clerk)] == [worker.key]
        assert applications_in("going", actor=clerk).count() == 1
        assert [one.pk for one in applications_in("", words=ID_NO, actor=clerk)] == [worker.key]
        assert not applications_in("", words="130771200809020241", actor=clerk).exists()


@pytest.mark.parametrize("role", [Role.FINANCE, Role.HEAD, Role.ADMINISTRATOR])
def test_only_who_works_on_applications_decides(worker, person_at, role):
    actor = person_at(worker.station, role)
    for step, values in (
        ("take_over", {}),
        ("return_to_worker", {"reason": "材料不全"}),
        ("refuse", {"reason": "材料不全"}),
        ("refer", {"to_code": "130705", "reason": "材料不全"}),
        ("give_new_code", {"id_no": ID_NO}),
    ):
        with pytest.raises(NotPermitted):
            decide(worker, actor, step, **values)


def test_an_application_of_another_station_looks_absent(worker, outsider, person_at):
    with in_station(outsider), pytest.raises(NotFound):
        get_application(worker.key, actor=person_at(outsider))


def test_a_look_at_a_masked_answer_needs_a_reason_and_is_noted(worker, clerk):
    with pytest.raises(InvalidInput):
        decide(worker, clerk, "reveal", field="mobile", reason="")
    assert decide(worker, clerk, "reveal", field="mobile", reason="打电话核实") == "19900000001"
    with pytest.raises(NotFound):
        decide(worker, clerk, "reveal", field="name", reason="打电话核实")


def pictures_at(station, worker):
    with in_station(station):
        return [
            content_of(one) for one in attachments_of((deciding.SUBJECT, worker.key)).order_by("id")
        ]


def test_pictures_come_along_and_are_wiped_where_they_came_from(
    worker, clerk, enterprise, person_at
):
    decide(worker, clerk, "refer", to_code=enterprise.code, reason="由本单位工会办理。")
    assert pictures_at(worker.station, worker) == [PICTURE]

    relay.deliver_all()

    assert pictures_at(worker.station, worker) == []
    assert pictures_at(enterprise, worker) == [PICTURE]
    with in_station(enterprise):
        deciding.take_over(worker.key, actor=person_at(enterprise), now=NOON)
        paper = HouseholdPaper.objects.get()
    assert (paper.kind, paper.attachment_id is not None) == ("household_book", True)


def test_a_picture_is_on_the_desk_before_its_application(worker, clerk, enterprise):
    decide(worker, clerk, "refer", to_code=enterprise.code, reason="由本单位工会办理。")
    assert relay.deliver(enterprise.id, limit=1) == 1

    with in_station(enterprise):
        assert not Application.objects.exists()
    assert pictures_at(enterprise, worker) == [PICTURE]


def test_pictures_that_come_twice_are_kept_once_and_never_after_the_file_was_opened(
    worker, clerk, enterprise, person_at
):
    decide(worker, clerk, "refer", to_code=enterprise.code, reason="由本单位工会办理。")
    relay.deliver_all()
    with in_station(enterprise):
        message = Message.objects.get(kind=referring.PICTURE)
        referring.take_picture(message.body, sender_id=message.sender_id, now=NOON)
        assert pictures_at(enterprise, worker) == [PICTURE]
        deciding.take_over(worker.key, actor=person_at(enterprise), now=NOON)
        referring.take_picture(message.body, sender_id=message.sender_id, now=NOON)
    assert pictures_at(enterprise, worker) == []


def test_pictures_that_come_late_go_to_the_file_the_application_has_become(
    worker, clerk, enterprise, person_at
):
    decide(worker, clerk, "refer", to_code=enterprise.code, reason="由本单位工会办理。")
    with in_network():
        Message.objects.filter(kind=referring.PICTURE).delete()
    relay.deliver_all()
    with in_station(enterprise):
        file = deciding.take_over(worker.key, actor=person_at(enterprise), now=NOON)
    with in_station(worker.station):
        referring.send_again(worker.key, recipient=enterprise.id, now=NOON)
    relay.deliver_all()

    with in_station(enterprise):
        assert HouseholdPaper.objects.get(file_id=file.pk).kind == "household_book"
    assert pictures_at(worker.station, worker) == []


def test_pictures_that_vanished_on_the_way_are_sent_again(worker, clerk, enterprise, person_at):
    decide(worker, clerk, "refer", to_code=enterprise.code, reason="由本单位工会办理。")
    with in_network():
        Message.objects.filter(kind=referring.PICTURE).delete()
    relay.deliver_all()
    assert pictures_at(enterprise, worker) == []
    assert pictures_at(worker.station, worker) == [PICTURE]
    with in_station(enterprise), pytest.raises(PicturesOnTheirWay):
        referring.refer(
            worker.key,
            to_code=worker.station.code,
            reason="由街道办理。",
            actor=person_at(enterprise),
            now=NOON,
        )

    with in_station(worker.station):
        assert referring.send_again(worker.key, recipient=enterprise.id, now=NOON)
        assert not referring.send_again(worker.key, recipient=enterprise.id, now=NOON)
    relay.deliver_all()

    assert pictures_at(enterprise, worker) == [PICTURE]
    assert pictures_at(worker.station, worker) == []


def test_the_word_that_all_arrived_is_said_again_where_it_vanished(worker, clerk, enterprise):
    decide(worker, clerk, "refer", to_code=enterprise.code, reason="由本单位工会办理。")
    while relay.deliver(enterprise.id, limit=1):
        pass
    with in_network():
        Message.objects.filter(kind=referring.ARRIVED).delete()
    assert pictures_at(worker.station, worker) == [PICTURE]

    with in_station(enterprise):
        assert referring.send_again(worker.key, recipient=worker.station.id, now=NOON)
    relay.deliver_all()

    assert pictures_at(worker.station, worker) == []


def test_an_application_that_comes_back_brings_the_pictures_it_has_then(
    worker, clerk, enterprise, person_at
):
    decide(worker, clerk, "refer", to_code=enterprise.code, reason="由本单位工会办理。")
    while relay.deliver(enterprise.id, limit=1):
        pass
    with in_station(enterprise):
        there = attachments_of((deciding.SUBJECT, worker.key)).get()
        remove_attachment(there.pk, actor=person_at(enterprise), now=NOON)
        referring.refer(
            worker.key,
            to_code=worker.station.code,
            reason="已离职，由街道办理。",
            actor=person_at(enterprise),
            now=NOON,
        )
    relay.deliver_all()

    assert worker.row.state == ApplicationState.SENT
    assert pictures_at(worker.station, worker) == []
