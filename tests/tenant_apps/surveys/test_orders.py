"""A county has its whole subtree draw in one act: each station draws its own, the county sees numbers alone."""

from datetime import date

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, NotPermitted
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.audit.auditor.checks import CHECKS
from shared_apps.audit.models import AuditRow
from shared_apps.evaluations.models import Drawn, Order, OrderPart, Outcome, Sample
from shared_apps.exchange import relay
from shared_apps.exchange.handlers import handler_of
from shared_apps.exchange.models import Message
from shared_apps.notifications.models import Notification
from shared_apps.reconciliation.proofs import proof_of as proof_of_kind
from shared_apps.reconciliation.proofs import resend_of
from shared_apps.rollup.indicators import Fact
from shared_apps.rollup.services import fold_facts, record_facts
from tenant_apps.casework.models import Todo
from tenant_apps.surveys import services
from tenant_apps.surveys.errors import DrawnAlready, NobodyAided, NobodyBelow, OrderedAlready
from tenant_apps.surveys.orders import aided_at_each, parts_of, progress_of
from tenant_apps.surveys.selectors import proof_of
from tenant_apps.surveys.services import ordering
from tests.conftest import NOON
from tests.tenant_apps.surveys.conftest import draw, say

pytestmark = pytest.mark.usefixtures("at_noon")


def ask(person, *, station=None, **asked):
    given = {"year": 2026, "percent": 50} | asked
    with in_station(station or person.station):
        return services.order_samples(actor=person, now=NOON, **given)


def take_back(person, order, reason="年度填错"):
    with in_station(person.station):
        services.take_back_order(order.pk, reason=reason, actor=person, now=NOON)
    relay.deliver_all()


def seen(person, order):
    """What each station did, as the county sees it."""
    with in_station(person.station):
        return {one.station.code: one for one in parts_of(order)}


def sample_of(aided):
    with in_station(aided.station):
        return Sample.objects.get(station_id=aided.station.id, void_on=None)


def count_aided(station, *subjects, aid="living"):
    """Let numbers say that these households were aided there."""
    dims = {"aid": aid, "tier": "none", "fund_source": "central", "aid_mode": "everyday"}
    facts = [
        Fact(indicator="AID-01", period=date(2026, 6, 1), dims=dims, subject=bytes([one]) * 16)
        for one in subjects
    ]
    with in_station(station):
        record_facts(facts, now=NOON)


def test_every_station_of_the_subtree_draws_its_own_in_one_act(aided, county_reviewer, county):
    order = ask(county_reviewer, seed="2026摇号")
    assert seen(county_reviewer, order)["130705001"].part is None

    relay.deliver_all()

    parts = seen(county_reviewer, order)
    assert {code: one.part.outcome for code, one in parts.items()} == {
        "130705": Outcome.NOBODY, "130705001": Outcome.DRAWN, "130705001E01": Outcome.NOBODY,
    }  # fmt: skip
    sample = parts["130705001"].sample
    assert (sample.frame, sample.size) == (6, 3)
    assert sample.asked_by == f"{county.name} 赵审核"
    assert sample.drawn_by_id is None
    with in_station(aided.station):
        assert proof_of(sample) is True
        assert Drawn.objects.filter(sample=sample).count() == 3


def test_a_household_aided_at_two_stations_is_not_drawn_at_both_because_of_one_seed(
    aided, county_reviewer
):
    ask(county_reviewer, seed="2026")
    relay.deliver_all()
    assert sample_of(aided).seed == "2026/130705001"


def test_the_same_message_twice_is_one_sample(aided, county_reviewer):
    ask(county_reviewer)
    relay.deliver_all()
    with in_station(aided.station):
        message = Message.objects.get(kind="sample.asked", recipient_id=aided.station.id)
        handler_of("sample.asked")(message, now=NOON)
        assert Sample.objects.count() == 1
        assert OrderPart.objects.filter(station_id=aided.station.id).count() == 1


def test_the_station_is_told_who_asked_and_its_work_ends_with_the_last_answer(
    aided, county_reviewer, county, signed_in
):
    ask(county_reviewer)
    relay.deliver_all()
    sample = sample_of(aided)
    browser, home = signed_in(aided.desk.clerk), f"/s/{aided.station.code}/surveys/"
    for page in (home, f"{home}{sample.pk}/"):
        assert f"应 {county.name} 赵审核 要求" in browser.get(page).content.decode()
    with in_station(aided.station):
        waiting = Todo.objects.filter(subject_id=sample.pk, closed_at=None)
        assert waiting.count() == 1
        assert Notification.objects.filter(kind="sample").exists()
        say(aided, sample, "satisfied", "not_reached")
        assert waiting.exists()
        say(aided, sample, "satisfied", "not_reached", "partly")
        assert not waiting.exists()


def test_the_county_sees_answers_in_numbers_and_never_who_was_drawn(aided, county_reviewer):
    order = ask(county_reviewer, percent=100)
    relay.deliver_all()
    say(aided, sample_of(aided), "satisfied", "dissatisfied", "not_reached")
    with in_station(county_reviewer.station):
        told = progress_of(parts_of(order))
        assert not Drawn.objects.exists()
    assert (told.asked, told.arrived, told.nobody) == (3, 3, 2)
    assert (told.size, told.answered, told.not_reached, told.left) == (6, 2, 1, 3)


def test_a_station_that_drew_already_keeps_what_it_drew(aided, county_reviewer):
    own = draw(aided, number=2, percent=None)
    order = ask(county_reviewer)
    relay.deliver_all()
    part = seen(county_reviewer, order)["130705001"]
    assert (part.part.outcome, part.sample.pk) == (Outcome.STANDS, own.pk)
    take_back(county_reviewer, order)
    assert sample_of(aided).pk == own.pk


def test_who_draws_at_the_moment_an_order_comes_keeps_what_was_drawn(
    aided, county_reviewer, monkeypatch
):
    def beaten(*_args, **_asked):
        draw(aided, number=2, percent=None)
        raise DrawnAlready

    monkeypatch.setattr(ordering, "draw_among", beaten)
    order = ask(county_reviewer)
    relay.deliver_all()
    part = seen(county_reviewer, order)["130705001"]
    assert (part.part.outcome, part.sample.size) == (Outcome.STANDS, 2)


def test_what_nobody_answered_is_taken_back_and_can_be_ordered_anew(aided, county_reviewer):
    order = ask(county_reviewer)
    relay.deliver_all()
    with pytest.raises(OrderedAlready):
        ask(county_reviewer)
    with pytest.raises(InvalidInput):
        take_back(county_reviewer, order, reason=" ")

    take_back(county_reviewer, order)

    assert seen(county_reviewer, order)["130705001"].is_void
    with in_station(aided.station):
        sample = Sample.objects.get()
        assert "年度填错" in sample.void_reason
        assert not Todo.objects.filter(subject_id=sample.pk, closed_at=None).exists()
    with pytest.raises(IllegalMove):
        take_back(county_reviewer, order)
    again = ask(county_reviewer)
    relay.deliver_all()
    assert seen(county_reviewer, again)["130705001"].part.outcome == Outcome.DRAWN


def test_what_was_answered_stays_when_an_order_is_taken_back(aided, county_reviewer):
    order = ask(county_reviewer)
    relay.deliver_all()
    say(aided, sample_of(aided), "satisfied")
    take_back(county_reviewer, order)
    assert seen(county_reviewer, order)["130705001"].sample.satisfied == 1


def test_an_order_that_was_taken_back_before_it_came_draws_nobody(aided, county_reviewer):
    order = ask(county_reviewer)
    with in_station(county_reviewer.station):
        services.take_back_order(order.pk, reason="填错", actor=county_reviewer, now=NOON)
    with in_station(aided.station):
        for kind in ("sample.recalled", "sample.asked"):
            handler_of(kind)(
                Message.objects.get(kind=kind, recipient_id=aided.station.id), now=NOON
            )
        assert not Sample.objects.exists()
    assert seen(county_reviewer, order)["130705001"].part.outcome == Outcome.RECALLED


def test_a_number_for_all_together_is_split_by_how_many_each_aided(
    aided, county_reviewer, township, enterprise
):
    count_aided(township, 1, 2, 3, 4, 5, 6)
    count_aided(enterprise, 1, 7, aid="medical")
    fold_facts(now=NOON)
    order = ask(county_reviewer, number=4, percent=None, is_shared=True)
    county, below, lowest = (county_reviewer.station, township, enterprise)
    assert order.sizes == {str(county.id): 0, str(below.id): 3, str(lowest.id): 1}
    with in_station(county):
        assert aided_at_each(2026, station=county) == {below.id: 6, lowest.id: 2}
        assert aided_at_each(2026, station=county, aid="medical") == {lowest.id: 2}
        assert aided_at_each(2025, station=county) == {}
    relay.deliver_all()
    assert sample_of(aided).size == 3


def test_a_station_that_got_no_share_draws_nobody_and_says_so(aided, county_reviewer, enterprise):
    count_aided(enterprise, 1)
    fold_facts(now=NOON)
    order = ask(county_reviewer, number=1, percent=None, is_shared=True)
    relay.deliver_all()
    assert seen(county_reviewer, order)["130705001"].part.outcome == Outcome.NO_SHARE


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"year": 1800}, "V101"),
        ({"number": 5}, "V102"),
        ({"percent": None, "number": 10_001}, "V102"),
        ({"programme": "moon"}, "V107"),
        ({"is_shared": True}, "V108"),
        ({"is_shared": True, "percent": None, "number": 1}, "V109"),
    ],
)
def test_what_is_wrong_with_an_order_is_said(
    aided, county_reviewer, township, enterprise, asked, code
):
    count_aided(township, 1, 2)
    count_aided(enterprise, 3)
    fold_facts(now=NOON)
    with pytest.raises(InvalidInput) as refused:
        ask(county_reviewer, **asked)
    assert code in {one.code for one in refused.value.problems}


def test_a_number_is_not_split_where_nobody_was_aided(aided, county_reviewer):
    with pytest.raises(NobodyAided):
        ask(county_reviewer, year=2024, number=5, percent=None, is_shared=True)


def test_who_has_nobody_below_or_may_not_orders_nothing(aided, enterprise, person_at):
    with pytest.raises(NobodyBelow):
        ask(person_at(enterprise, "reviewer"))
    with pytest.raises(NotPermitted):
        ask(aided.desk.clerk, station=aided.station)


def test_a_station_beside_sees_nothing_of_an_order(aided, county_reviewer, other_county, person_at):
    order = ask(county_reviewer)
    relay.deliver_all()
    stranger = person_at(other_county, "reviewer")
    with in_station(other_county):
        assert not Order.objects.exists()
        assert not OrderPart.objects.exists()
        with pytest.raises(NotFound):
            services.take_back_order(order.pk, reason="看看", actor=stranger, now=NOON)


def test_a_county_cannot_write_what_a_station_did(aided, county_reviewer):
    ask(county_reviewer)
    relay.deliver_all()
    here = county_reviewer.station
    with in_station(here):
        below = OrderPart.objects.filter(station_id=aided.station.id)
        for changed in ({"outcome": "recalled", "sample": None}, {"station_id": here.id}):
            with pytest.raises(ProgrammingError), transaction.atomic():
                below.update(**changed)


def test_who_ordered_what_and_who_took_it_back_stands_in_the_audit(aided, county_reviewer):
    order = ask(county_reviewer)
    take_back(county_reviewer, order)
    with in_station(county_reviewer.station):
        rows = AuditRow.objects.filter(subject_id=str(order.pk)).order_by("pk")
        assert [one.event for one in rows] == ["sample.asked", "sample.recalled"]
    with in_station(aided.station):
        row = AuditRow.objects.get(event="sample.drawn")
        assert row.data["asked_by"] == f"{county_reviewer.station.name} 赵审核"


def test_messages_without_effect_are_found_and_lost_ones_sent_again(aided, county_reviewer):
    order = ask(county_reviewer)
    with in_station(county_reviewer.station):
        services.take_back_order(order.pk, reason="填错", actor=county_reviewer, now=NOON)
    kinds = ("sample.asked", "sample.recalled")
    with in_station(aided.station):
        letters = [Message.objects.get(kind=kind, recipient_id=aided.station.id) for kind in kinds]
        assert [proof_of_kind(one.kind)([one]) for one in letters] == [{one.pk} for one in letters]
    relay.deliver_all()
    with in_station(aided.station):
        assert [proof_of_kind(one.kind)([one]) for one in letters] == [set(), set()]
    with in_network():
        Message.objects.filter(pk__in=[one.pk for one in letters]).delete()
    stream = f"sample:{order.pk}"
    with in_station(county_reviewer.station), transaction.atomic():
        assert resend_of(stream)(stream, aided.station.id, now=NOON)
        assert not resend_of(stream)(stream, aided.station.id, now=NOON)
        sent = Message.objects.filter(stream=stream, recipient_id=aided.station.id)
        assert {(one.kind, one.digest) for one in sent} == {
            (one.kind, one.digest) for one in letters
        }


@pytest.mark.parametrize(
    ("name", "corruption"),
    [
        ("sample-asked-and-nothing-done", "UPDATE evaluations_orderpart SET order_id = id"),
        ("sample-of-another-size", "UPDATE evaluations_sample SET size = size - 1"),
        (
            "sample-answered-otherwise",
            "UPDATE evaluations_sample SET satisfied = 0, dissatisfied = 1",
        ),
    ],
)
def test_the_auditor_finds_what_cannot_be(aided, county_reviewer, name, corruption):
    ask(county_reviewer)
    relay.deliver_all()
    say(aided, sample_of(aided), "satisfied")

    def found():
        with connection.cursor() as cursor:
            cursor.execute(CHECKS[name], {"station": aided.station.id})
            return cursor.fetchall()

    with in_station(aided.station):
        assert found() == []
        with connection.cursor() as cursor:
            cursor.execute(f"{corruption} WHERE station_id = %s", [aided.station.id])
        assert len(found()) == 1


def test_the_pages_order_follow_and_take_back(aided, county_reviewer, signed_in, county):
    browser, home = signed_in(county_reviewer), f"/s/{county.code}/surveys/"
    refused = browser.post(f"{home}orders/new/", {"year": 2026, "number": 2, "percent": 10})
    assert "二选一" in refused.content.decode()
    page = browser.post(f"{home}orders/new/", {"year": 2026, "number": 4}, follow=True)
    assert "已要求 3 个站点抽取样本" in page.content.decode()
    assert "待送达" in page.content.decode()
    relay.deliver_all()
    with in_station(county):
        order = Order.objects.get()
    told = browser.get(f"{home}orders/{order.pk}/").content.decode()
    assert "没有受助户可抽" in told
    assert "已抽取" in told
    browser.post(f"{home}orders/{order.pk}/take-back/", {"reason": "填错了"})
    assert "已收回" in browser.get(home).content.decode()


def test_the_interface_orders_follows_and_takes_back(aided, county_reviewer, signed_in, county):
    browser, home = signed_in(county_reviewer), f"/s/{county.code}/api/v1/surveys/orders/"

    def send(address, key, **body):
        return browser.post(
            address, body, content_type="application/json", headers={"Idempotency-Key": key}
        )

    made = send(home, "order-1", year=2026, percent=100, seed="7")
    assert (made.status_code, made.json()["seed"]) == (201, "7")
    assert send(home, "order-2", year=2026, percent=5).status_code == 409
    relay.deliver_all()
    told = browser.get(f"{home}{made.json()['id']}/").json()
    assert (told["progress"]["arrived"], told["progress"]["size"]) == (3, 6)
    assert {one["station"]: one["outcome"] for one in told["stations"]}["130705"] == "nobody"
    back = send(f"{home}{made.json()['id']}/take-back/", "order-3", reason="填错了")
    assert back.json()["back_reason"] == "填错了"
    assert len(browser.get(home).json()["orders"]) == 1


def test_an_order_over_many_stations_is_shown_with_as_many_questions_to_the_database(
    aided, county_reviewer, signed_in, city, person_at
):
    above = person_at(city, "reviewer")
    orders = ask(county_reviewer), ask(above, programme="living")
    relay.deliver_all()
    counts = []
    for person, order in zip((county_reviewer, above), orders, strict=True):
        address = f"/s/{person.station.code}/surveys/orders/{order.pk}/"
        browser = signed_in(person)
        browser.get(address)
        with CaptureQueriesContext(connection) as asked:
            browser.get(address)
        counts.append(len(asked))
    assert len(orders[0].sizes) < len(orders[1].sizes)
    assert counts[0] == counts[1]


def test_where_nobody_was_aided_under_the_programme_nobody_is_drawn(aided, county_reviewer):
    order = ask(county_reviewer, programme="schooling")
    relay.deliver_all()
    assert seen(county_reviewer, order)["130705001"].part.outcome == Outcome.NOBODY
