"""调阅: a station above asks for a file that was not sent to it; the home station answers."""

from datetime import timedelta

import pytest

from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.audit.models import AuditRow
from shared_apps.exchange import relay
from shared_apps.exchange.models import Message
from tenant_apps.casework.models import Todo
from tenant_apps.privacy import services
from tenant_apps.privacy.models import LookRequest, LookState
from tenant_apps.privacy.selectors import access_history, get_look_request
from tenant_apps.privacy.services import answering, looks
from tests.conftest import NOON

REASON = "信访件核查，需了解家庭情况"


@pytest.fixture
def asker(county, person_at):
    return person_at(county, "reviewer", name="赵审核")


def ask(asker, file, **changes):
    values = {"home_code": "130705001", "file_no": file.file_no, "reason": REASON}
    with in_station(asker.station):
        return services.request_look(**{**values, **changes}, actor=asker, now=NOON)


def asked(asker, file, **changes):
    row = ask(asker, file, **changes)
    relay.deliver_all()
    return row


def granted(asker, head, file, **changes):
    row = asked(asker, file)
    with in_station(head.station):
        services.grant_look(row.pk, actor=head, now=NOON, **changes)
    relay.deliver_all()
    return row


def row_at(station, row):
    with in_station(station):
        return LookRequest.objects.get(pk=row.pk)


def test_the_home_station_is_asked_agrees_and_the_picture_is_read_masked_elsewhere(
    file, asker, head, county, township
):
    row = granted(asker, head, file)

    with in_station(county):
        read, dossier = services.look_at_picture(row.pk, actor=asker, now=NOON)
    relay.deliver_all()

    assert dossier["snapshot"]["name"] == "柳试一"
    assert read.looks == 1
    with in_station(township):
        told = access_history(file.pk, for_worker=True)
        assert [line.what for line in told] == [
            "上级查看了调阅件",
            "同意上级调阅",
            "上级申请调阅",
        ]
        assert told[0].why == REASON
        assert told[0].who == "赵**"
        assert told[0].where == county.name


def test_the_picture_lies_sealed_on_the_way_and_where_it_is_kept(file, asker, head, county):
    row = granted(asker, head, file)

    with in_network():
        bodies = str(list(Message.objects.filter(kind=looks.GRANTED).values_list("body")))
    assert "柳试一" not in bodies
    assert "柳试一".encode() not in row_at(county, row).snapshot.stored


def test_a_picture_expires_and_is_wiped(file, asker, head, county):
    row = granted(asker, head, file, days=2)
    later = NOON + timedelta(days=2, minutes=1)

    with in_station(county):
        with pytest.raises(services.PictureExpired):
            services.look_at_picture(row.pk, actor=asker, now=later)
        assert services.wipe_expired(now=later) == 1
        assert services.wipe_expired(now=later) == 0

    wiped = row_at(county, row)
    assert (wiped.state, wiped.snapshot) == (LookState.EXPIRED, None)


def test_a_refusal_comes_with_its_reason_and_no_picture(file, asker, head, county, township):
    row = asked(asker, file)
    with in_station(township):
        with pytest.raises(InvalidInput):
            services.refuse_look(row.pk, answer=" ", actor=head, now=NOON)
        services.refuse_look(row.pk, answer="请走上报程序。", actor=head, now=NOON)
    relay.deliver_all()

    told = row_at(county, row)
    assert (told.state, told.answer, told.snapshot) == ("refused", "请走上报程序。", None)
    with in_station(county):
        assert Todo.objects.filter(kind="access.answered").exists()


def test_a_number_nobody_has_is_refused_by_itself(file, asker, county):
    row = asked(asker, file, file_no="130705001209909999")
    relay.deliver_all()

    assert row_at(county, row).state == LookState.REFUSED


def test_a_withdrawn_request_wipes_the_picture_and_closes_the_other_end(
    file, asker, head, county, township
):
    row = granted(asker, head, file)
    with in_station(county):
        services.withdraw_request(row.pk, actor=asker, now=NOON)
    relay.deliver_all()

    assert row_at(county, row).snapshot is None
    assert row_at(township, row).state == LookState.WITHDRAWN
    with in_station(county), pytest.raises(IllegalMove):
        services.withdraw_request(row.pk, actor=asker, now=NOON)


def test_a_picture_that_comes_after_a_withdrawal_is_not_kept(file, asker, head, county, township):
    row = asked(asker, file)
    with in_station(township):
        services.grant_look(row.pk, actor=head, now=NOON)
    with in_station(county):
        services.withdraw_request(row.pk, actor=asker, now=NOON)
    relay.deliver_all()

    assert row_at(county, row).snapshot is None


def test_messages_that_come_twice_change_nothing(file, asker, head, county, township):
    row = granted(asker, head, file)
    with in_station(county):
        services.look_at_picture(row.pk, actor=asker, now=NOON)
    relay.deliver_all()
    with in_network():
        messages = list(Message.objects.filter(stream=f"look:{row.pk}").order_by("seq"))
    with in_station(township):
        before = AuditRow.objects.count()
        for message in messages:
            if message.kind == looks.REQUESTED:
                answering.receive_request(message.body, sender_id=county.id, now=NOON)
            if message.kind == looks.LOOKED:
                answering.note_look(message.body, now=NOON)
        assert AuditRow.objects.count() == before
        assert LookRequest.objects.count() == 1


def test_the_same_file_is_asked_for_once_at_a_time(file, asker):
    ask(asker, file)
    with pytest.raises(services.AskedAlready):
        ask(asker, file)


def test_an_answer_is_given_once(file, asker, head, township):
    row = granted(asker, head, file)
    with in_station(township), pytest.raises(IllegalMove):
        services.grant_look(row.pk, actor=head, now=NOON)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"home_code": "130702001"}, "P401"),
        ({"home_code": "1307"}, "P401"),
        ({"home_code": "x"}, "P401"),
        ({"file_no": " "}, "P402"),
        ({"file_no": "9" * 33}, "P402"),
        ({"reason": "看看"}, "P403"),
        ({"reason": "x" * 501}, "P403"),
    ],
)
def test_a_request_without_reach_number_or_reason_is_refused(file, asker, changes, code):
    with pytest.raises(InvalidInput) as refused:
        ask(asker, file, **changes)
    assert {problem.code for problem in refused.value.problems} == {code}


@pytest.mark.parametrize("days", [0, 31])
def test_a_picture_is_readable_for_a_day_to_a_month(file, asker, head, township, days):
    row = asked(asker, file)
    with in_station(township), pytest.raises(InvalidInput):
        services.grant_look(row.pk, days=days, actor=head, now=NOON)


def test_a_clerk_neither_asks_nor_answers_nor_sees_requests(file, asker, clerk, county, person_at):
    row = asked(asker, file)
    with in_station(clerk.station):
        with pytest.raises(NotPermitted):
            services.grant_look(row.pk, actor=clerk, now=NOON)
        with pytest.raises(NotPermitted):
            get_look_request(row.pk, actor=clerk)
    with pytest.raises(NotPermitted):
        ask(person_at(county, "clerk"), file)


def test_a_request_of_others_looks_absent(file, asker, other_county, person_at):
    row = asked(asker, file)
    stranger = person_at(other_county, "reviewer", "head")
    with in_station(other_county), pytest.raises(NotFound):
        services.look_at_picture(row.pk, actor=stranger, now=NOON)
