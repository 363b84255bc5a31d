"""A large batch is put together by a worker: whole or not at all, whoever dies, whoever else wants the same."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, connections

from bangfu.kernel import doorbell
from bangfu.kernel.errors import DomainError, IllegalMove
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.audit.auditor import audit_ledger
from shared_apps.audit.models import AuditRow
from shared_apps.audit.services import verify
from shared_apps.notifications.models import Notification
from tasks import payouts as tasks
from tenant_apps.aid.models import AidState, Application, PayeeState
from tenant_apps.payouts import services
from tenant_apps.payouts.errors import BeingPrepared
from tenant_apps.payouts.models import Batch, BatchState, Line, LineState
from tenant_apps.payouts.selectors import batches_being_prepared, payable
from tenant_apps.payouts.services import taking
from tests.conftest import FOR_A_PART, NOON
from tests.support.crowd import crowd
from tests.support.killing import killed
from tests.tenant_apps.payouts.conftest import office_of

HOME = "/s/130705001/payouts"
API = "/s/130705001/api/v1/payouts/"


@pytest.fixture
def rung(monkeypatch):
    """Every batch is large, a step takes two; the bells that were rung."""
    bells = []
    monkeypatch.setattr(taking, "AT_ONCE", 1)
    monkeypatch.setattr(taking, "STEP", 2)
    monkeypatch.setattr(doorbell, "ring", lambda task, *args: bells.append((task, args)))
    return bells


def states_of(rows):
    found = Application.objects.filter(pk__in=[row.pk for row in rows])
    return Counter(found.values_list("state", flat=True))


def test_a_large_batch_is_there_at_once_and_a_worker_puts_it_together(office, rung):
    rows = office.approved(5)
    batch = office.asked(rows)
    assert (batch.state, batch.count, batch.planned) == (BatchState.PREPARING, 0, 5)
    assert [one.pk for one in batches_being_prepared()] == [batch.pk]
    with pytest.raises(IllegalMove):
        services.freeze_batch(batch.pk, actor=office.clerk, now=NOON)
    tasks.prepare.run(office.station.id, str(batch.pk))
    batch.refresh_from_db()
    assert (batch.state, batch.count, batch.total_fen) == (BatchState.DRAFT, 5, 500_000)
    assert (batch.wanted, list(batches_being_prepared())) == ([], [])
    lines = office.lines(batch)
    assert [line.application_id for line in lines] == [row.pk for row in rows]
    assert [line.serial for line in lines] == [1, 2, 3, 4, 5]
    (told,) = Notification.objects.filter(kind="payout.prepared")
    assert (told.user_id, told.params) == (office.clerk.user_id, {"number": batch.number})
    noted = AuditRow.objects.filter(event="aid.batch")
    assert {row.actor_id for row in noted} == {office.clerk.user_id} and noted.count() == 5
    assert services.freeze_batch(batch.pk, actor=office.clerk, now=NOON).count == 5


def test_a_worker_that_is_told_twice_takes_nothing_twice(office, rung):
    batch = office.batch(count=3)
    services.finish_preparing(batch.pk, now=NOON)
    assert len(office.lines(batch)) == 3


def test_the_page_shows_how_far_it_is_and_rings_where_nothing_moves(paying, rung, signed_in):
    office = paying
    with in_station(office.station):
        keys = [str(row.pk) for row in office.approved(5)]
    client = signed_in(office.clerk)
    form = {"ids": keys, "title": "慰问", "layout": "generic", "channel": "bank"}
    page = client.post(f"{HOME}/new/", form, follow=True).content.decode()
    assert "正在后台编制" in page and "0 / 5 笔" in page
    assert 'data-dialog="void"' in page and 'data-dialog="freeze"' not in page
    with in_station(office.station):
        batch = Batch.objects.get()
        services.go_on_preparing(batch.pk, now=NOON)
        Batch.objects.update(changed_at=NOON - timedelta(minutes=1))
    rung.clear()
    progress = client.get(f"{HOME}/{batch.pk}/progress/", headers=FOR_A_PART).content.decode()
    assert "2 / 5 笔" in progress
    assert rung == [("payouts.prepare", (office.station.id, str(batch.pk)))]
    with in_station(office.station):
        services.finish_preparing(batch.pk, now=NOON)
    assert client.get(f"{HOME}/{batch.pk}/progress/", headers=FOR_A_PART)["HX-Refresh"] == "true"


def test_the_api_answers_202_and_the_state(paying, rung, signed_in):
    office = paying
    with in_station(office.station):
        keys = [str(row.pk) for row in office.approved(3)]
    client = signed_in(office.clerk)
    form = {"application_ids": keys, "title": "慰问", "layout": "generic"}
    made = client.post(API, form, content_type="application/json", HTTP_IDEMPOTENCY_KEY="p1")
    one = made.json()
    assert (made.status_code, one["state"], one["planned"]) == (202, "preparing", 3)
    with in_station(office.station):
        services.finish_preparing(one["id"], now=NOON)
    whole = client.get(f"{API}{one['id']}/").json()
    assert (whole["state"], whole["count"], whole["problems"]) == ("draft", 3, [])


def test_what_cannot_be_paid_is_named_before_a_worker_begins(office, rung):
    rows = [*office.approved(3), *office.approved(1, payee_state=PayeeState.DOUBTFUL)]
    with pytest.raises(DomainError, match=rows[-1].number):
        office.asked(rows)
    assert not Batch.objects.exists()


def test_one_that_changes_meanwhile_gives_the_whole_batch_back_and_is_named(office, rung):
    rows = office.approved(5)
    batch = office.asked(rows)
    services.go_on_preparing(batch.pk, now=NOON)
    Application.objects.filter(pk=rows[3].pk).update(payee_state=PayeeState.DOUBTFUL)
    services.finish_preparing(batch.pk, now=NOON)
    batch.refresh_from_db()
    assert (batch.state, batch.count, batch.total_fen) == (BatchState.VOID, 0, 0)
    (problem,) = batch.problems
    assert rows[3].number in problem["message"]
    assert states_of(rows) == {AidState.APPROVED: 5}
    assert {line.state for line in office.lines(batch)} == {LineState.VOID}
    (told,) = Notification.objects.filter(kind="payout.not_prepared")
    assert told.user_id == office.clerk.user_id and rows[3].number in told.body
    with connection.cursor() as cursor:
        found = audit_ledger(cursor, station=office.station.id)
    assert [one for one in found if "batch" in str(one)] == []
    assert office.batch([*rows[:3], rows[4]]).count == 4


def test_why_a_batch_was_not_made_stands_on_its_page(paying, rung, signed_in):
    office = paying
    with in_station(office.station):
        rows = office.approved(3)
        batch = office.asked(rows)
        Application.objects.filter(pk=rows[0].pk).update(state=AidState.NOTICE)
        services.finish_preparing(batch.pk, now=NOON)
    page = signed_in(office.clerk).get(f"{HOME}/{batch.pk}/").content.decode()
    assert "没有编成" in page and rows[0].number in page


def test_what_one_batch_will_hold_no_other_is_given(office, rung, monkeypatch):
    rows = office.approved(4)
    first = office.asked(rows[:3])
    assert [row.pk for row in payable(actor=office.clerk)] == [rows[3].pk]
    for wanted in (rows[2:], rows[2:3]):
        with pytest.raises(BeingPrepared, match=f"{rows[2].number} .*{first.number}"):
            office.asked(wanted)
    services.void_batch(first.pk, reason="选错了", actor=office.clerk, now=NOON)
    assert services.go_on_preparing(first.pk, now=NOON) is False
    assert office.batch(rows).count == 4


def test_a_clerk_stops_a_batch_half_way_and_its_applications_are_free(office, rung):
    rows = office.approved(5)
    batch = office.asked(rows)
    services.go_on_preparing(batch.pk, now=NOON)
    assert states_of(rows) == {AidState.BATCHED: 2, AidState.APPROVED: 3}
    services.void_batch(batch.pk, reason="选错了", actor=office.clerk, now=NOON)
    services.finish_preparing(batch.pk, now=NOON)
    assert Batch.objects.get().state == BatchState.GIVING_UP
    services.finish_giving_up(batch.pk, now=NOON)
    assert Batch.objects.get().state == BatchState.VOID
    assert states_of(rows) == {AidState.APPROVED: 5}


def test_a_worker_that_has_sat_for_long_leaves_the_rest_to_the_next(office, rung, monkeypatch):
    monkeypatch.setattr(taking, "SITTING_SECONDS", -1.0)
    batch = office.asked(count=5)
    services.finish_preparing(batch.pk, now=NOON)
    assert len(office.lines(batch)) == 2
    assert rung[-1] == ("payouts.prepare", (office.station.id, str(batch.pk)))


@pytest.mark.fault
@pytest.mark.parametrize("at_commit", [1, 2, 3, 4])
def test_a_worker_killed_between_two_steps_is_followed_by_another(
    committed, township, person_at, rung, at_commit
):
    office = office_of(township, person_at)
    with in_station(township):
        rows = office.approved(7)
        batch = office.asked(rows)

    def work():
        with in_station(township):
            services.finish_preparing(batch.pk, now=NOON)

    assert killed(work, at_commit=at_commit)
    with in_station(township):
        left = Batch.objects.get()
        assert left.state == BatchState.PREPARING
        assert left.count == len(office.lines(left)) == 2 * (at_commit - 1)
        assert states_of(rows)[AidState.BATCHED] == left.count
        services.finish_preparing(batch.pk, now=NOON)
        whole = Batch.objects.get()
        assert (whole.state, whole.count) == (BatchState.DRAFT, 7)
        assert [line.serial for line in office.lines(whole)] == list(range(1, 8))
        assert states_of(rows) == {AidState.BATCHED: 7}
        assert AuditRow.objects.filter(event="aid.batch").count() == 7
    with in_network():
        assert verify(township) is None


@pytest.mark.fault
def test_ten_clerks_who_want_the_same_at_once_make_one_batch_of_it(
    committed, township, person_at, rung
):
    office = office_of(township, person_at)
    clerks = [person_at(township, Role.CLERK, name=f"经办{place}") for place in range(10)]
    with in_station(township):
        rows = office.approved(9)
    connections["default"].close()
    outcomes = Counter()

    def ask(place):
        with in_station(township):
            try:
                batch = office.asked(rows[place % 3 :], actor=clerks[place])
            except DomainError as refusal:
                outcomes[type(refusal).__name__] += 1
            else:
                outcomes["made"] += 1
                services.finish_preparing(batch.pk, now=NOON)

    assert crowd(ask, size=10) == []
    assert outcomes["made"] == 1 and sum(outcomes.values()) == 10
    with in_station(township):
        held = Line.objects.filter(state=LineState.OPEN).values_list("application_id", flat=True)
        assert len(held) == len(set(held)) == Batch.objects.get().count
