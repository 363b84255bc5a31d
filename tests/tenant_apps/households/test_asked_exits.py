"""A centre starts an exit itself: the holding station takes it up, and the rest is as for any exit."""

import pytest

from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.exchange.models import Message
from shared_apps.notifications.models import Notification
from tenant_apps.casework.models import Event
from tenant_apps.households.facts import facts_of_station
from tenant_apps.households.models import FileState, HouseholdFile, RecheckState
from tenant_apps.households.services import asked_exits, rechecking
from tenant_apps.households.services.rechecking import AskedFromAbove
from tenant_apps.notices.models import Notice
from tenant_apps.reviews.life import asking
from tenant_apps.reviews.life.messages import say_again
from tenant_apps.reviews.life.models import ExitRequest
from tenant_apps.reviews.models import ReviewState
from tenant_apps.reviews.services import OwnReview
from tests.tenant_apps.households.test_transfers import moved


def ask(life, centre, file, kind="cancelled", reason="false", *, role=Role.REVIEWER, **changes):
    given = {"source": "audit", "file_no": file.file_no, **changes}
    findings = life.leaving(kind, reason, text="审计发现隐瞒房产，不符合条件。")
    with in_station(centre):
        request = asking.ask_exit(
            findings=given.pop("findings", findings),
            actor=life.person(centre, role),
            now=life.now,
            **given,
        )
    life.relay()
    return request


def request_at(centre):
    with in_station(centre):
        return ExitRequest.objects.get()


def withdraw(life, centre, request, reason="查明属实，继续在档"):
    with in_station(centre):
        asking.withdraw_exit(
            request.pk, reason=reason, actor=life.person(centre, Role.REVIEWER), now=life.now
        )
    life.relay()


def test_the_holding_station_takes_it_up_with_the_reason_of_the_centre(life, township, county):
    file = life.on_file(township)
    ask(life, county, file)

    assert life.state(township, file) == FileState.RECHECKING
    (recheck,) = life.rechecks(township, file)
    assert (recheck.state, recheck.exit_kind, recheck.exit_reason) == ("sent", "cancelled", "false")
    assert recheck.findings == "审计发现隐瞒房产，不符合条件。"
    assert county.name in recheck.filled_by
    review = life.review(county, file)
    assert (review.kind, review.state) == ("exit", ReviewState.OFFERED)
    assert request_at(county).state == "taken"
    with in_network():
        assert Notification.objects.filter(station_id=township.id, kind="exit").exists()
        bodies = [str(one.body) for one in Message.objects.all()]
    assert not any("隐瞒房产" in body for body in bodies if "exit.asked" in body)


def test_it_ends_like_any_exit_over_a_notice_and_another_person(life, township, county):
    file = life.on_file(township)
    ask(life, county, file)
    life.decide(county, "agree_exit", file)
    with in_station(county):
        assert Notice.objects.get().purpose == "exit"
    life.pass_days(8)
    life.decide(county, "confirm_exit", file, role=Role.HEAD)

    assert life.state(township, file) == FileState.CANCELLED
    assert request_at(county).state == "left"
    with in_station(township):
        facts = [one for one in facts_of_station() if one.indicator == "FIL-06"]
        confirmed = Event.objects.get(subject_id=file.pk, action="left_cancelled")
    assert [dict(one.dims) for one in facts] == [{"exit_reason": "false"}]
    assert any(one.startswith("retention.years@") for one in confirmed.rules)


def test_a_death_that_a_centre_hears_of_needs_no_notice(life, township, county):
    file = life.on_file(township)
    ask(life, county, file, reason="death", source="death")
    life.decide(county, "agree_exit", file)
    life.decide(county, "confirm_exit", file, role=Role.HEAD)
    assert life.state(township, file) == FileState.CANCELLED


def test_a_second_centre_is_told_that_another_one_asked_before(life, township, county, city):
    file = life.on_file(township)
    ask(life, county, file)
    life.decide(county, "return_life", file, reason="补充说明")

    ask(life, city, file)

    with in_station(city):
        answered = ExitRequest.objects.get()
    assert answered.state == "declined"
    assert county.name in answered.answer
    assert request_at(county).state == "returned"
    assert life.state(township, file) == FileState.RECHECKING


def test_whoever_asked_does_not_confirm(life, township, county):
    file = life.on_file(township)
    ask(life, county, file, reason="death", role=Role.HEAD)
    life.decide(county, "agree_exit", file)
    with pytest.raises(OwnReview):
        life.decide(county, "confirm_exit", file, role=Role.HEAD)


def test_a_centre_starts_the_exit_of_its_own_file_alike(life, county):
    file = life.on_file(county)
    ask(life, county, file)
    assert (life.state(county, file), request_at(county).state) == (FileState.RECHECKING, "taken")


def test_a_city_asks_and_the_county_decides(life, township, county, city):
    file = life.on_file(township)
    ask(life, city, file)
    life.decide(county, "agree_exit", file)
    life.decide(county, "stop_exit", file, reason="查无此事", role=Role.HEAD)
    assert life.state(township, file) == FileState.ON_FILE
    request = request_at(city)
    assert (request.state, request.answer) == ("stopped", "查无此事")


def test_a_recheck_that_was_begun_at_home_gives_way_and_stays_due(life, township, county):
    file = life.on_file(township)
    life.at(township, rechecking.report_event, file, event="job", happened_on=life.today)
    life.at(township, rechecking.start_recheck, file)
    ask(life, county, file)
    own, asked = life.rechecks(township, file)
    assert (own.state, asked.state) == (RecheckState.DUE, RecheckState.SENT)


@pytest.mark.parametrize("agreed", [False, True])
def test_a_centre_takes_back_what_it_asked_for_and_the_file_stays(life, township, county, agreed):
    file = life.on_file(township)
    request = ask(life, county, file)
    if agreed:
        life.decide(county, "agree_exit", file)
    withdraw(life, county, request)

    assert life.state(township, file) == FileState.ON_FILE
    assert life.row(township, file).custody == ""
    assert life.review(county, file).state == ReviewState.WITHDRAWN
    assert request_at(county).state == "withdrawn"
    assert not any(one.state in ("due", "filling") for one in life.rechecks(township, file))
    ask(life, county, file)
    assert life.state(township, file) == FileState.RECHECKING


def test_what_was_confirmed_is_not_taken_back(life, township, county):
    file = life.on_file(township)
    request = ask(life, county, file, reason="death")
    life.decide(county, "agree_exit", file)
    life.decide(county, "confirm_exit", file, role=Role.HEAD)
    with pytest.raises(IllegalMove):
        withdraw(life, county, request)
    assert request_at(county).state == "left"


def test_the_holding_station_cannot_undo_it(life, township, county):
    file = life.on_file(township)
    ask(life, county, file)
    with pytest.raises(AskedFromAbove):
        life.at(township, rechecking.withdraw_recheck, file, reason="不同意")
    life.decide(county, "return_life", file, reason="请补充证明")
    assert request_at(county).state == "returned"
    with pytest.raises(AskedFromAbove):
        life.at(township, rechecking.drop_recheck, file, reason="不同意")
    findings = life.leaving("cancelled", "false")
    life.at(township, rechecking.send_recheck, file, findings)
    life.relay()
    assert life.review(county, file).state == ReviewState.OFFERED


def test_what_was_given_back_for_more_can_be_taken_back_too(life, township, county):
    file = life.on_file(township)
    request = ask(life, county, file)
    life.decide(county, "return_life", file, reason="请补充证明")
    withdraw(life, county, request)
    assert (life.state(township, file), request_at(county).state) == ("on_file", "withdrawn")


def test_a_file_that_cannot_leave_now_is_declined_with_the_reason(life, township, county):
    file = life.on_file(township)
    life.at(township, rechecking.propose_exit, file, life.leaving("cancelled", "moved"))
    life.relay()
    ask(life, county, file)
    request = request_at(county)
    assert request.state == "declined"
    assert "不能发起退出" in request.answer


def test_the_request_goes_after_a_file_that_moved(life, township, enterprise, county):
    file = life.on_file(township)
    moved(life, township, enterprise, county, file)
    ask(life, county, file)
    assert life.state(enterprise, file) == FileState.RECHECKING
    request = request_at(county)
    assert (request.state, request.holder_name) == ("taken", enterprise.name)


def test_a_file_that_moved_out_of_reach_is_declined(life, township, outsider, county, city):
    file = life.on_file(township)
    moved(life, township, outsider, city, file)
    ask(life, county, file)
    assert request_at(county).state == "declined"
    assert life.state(outsider, file) == FileState.ON_FILE


def test_everything_that_comes_twice_changes_nothing(life, township, county):
    file = life.on_file(township)
    ask(life, county, file)
    life.again()
    assert len(life.rechecks(township, file)) == 1
    assert request_at(county).state == "taken"


@pytest.mark.parametrize("kind", [asked_exits.EXIT_ASKED, asked_exits.EXIT_ANSWERED])
def test_what_vanished_on_the_way_is_said_again(life, township, county, kind):
    file = life.on_file(township)
    findings = life.leaving("cancelled", "false")
    with in_station(county):
        request = asking.ask_exit(
            file_no=file.file_no,
            source="audit",
            findings=findings,
            actor=life.person(county, Role.REVIEWER),
            now=life.now,
        )
    if kind == asked_exits.EXIT_ANSWERED:
        life.relay_one()
    with in_network():
        assert Message.objects.filter(kind=kind).delete()[0] == 1
    life.relay()
    assert request_at(county).state == "asked"

    sender, recipient = (county, township) if kind == asked_exits.EXIT_ASKED else (township, county)
    with in_station(sender):
        assert say_again(f"exit:{request.pk}", recipient.id, now=life.now)
    life.relay()
    assert request_at(county).state == "taken"


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"file_no": "99070520260001"}, ["V350"]),
        ({"source": "whim"}, ["V351"]),
        ({"kind": "out", "reason": "death"}, ["V342"]),
    ],
)
def test_a_request_that_cannot_be_says_why(life, township, county, changes, codes):
    file = life.on_file(township)
    with pytest.raises(InvalidInput) as refusal:
        ask(life, county, file, **changes)
    assert [one.code for one in refusal.value.problems] == codes


def test_a_number_nobody_gave_is_declined(life, township, county):
    file = life.on_file(township)
    ask(life, county, file, file_no=f"{file.file_no}9")
    assert (request_at(county).state, request_at(county).answer) == (
        "declined",
        "没有这个编号的档案。",
    )


def test_one_request_a_file_at_a_time(life, township, county):
    file = life.on_file(township)
    ask(life, county, file)
    with pytest.raises(asking.AskedAlready):
        ask(life, county, file)


def test_a_file_of_another_county_is_out_of_reach_and_a_township_asks_nothing(
    life, township, outsider, county, other_county
):
    file = life.on_file(outsider)
    with pytest.raises(InvalidInput):
        ask(life, county, file)
    own = life.on_file(township)
    with pytest.raises(IllegalMove):
        ask(life, township, own)
    with pytest.raises(NotPermitted):
        ask(life, county, own, role=Role.CLERK)
    request = ask(life, county, own)
    with pytest.raises(NotFound):
        withdraw(life, other_county, request)
    with in_station(township):
        assert HouseholdFile.objects.filter(pk=own.pk).exists()
