"""A large batch is voided or returned by a worker: nobody waits, nothing is let go twice, and the page says all."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from bangfu.kernel import doorbell
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotPermitted
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.audit.auditor import audit_ledger
from shared_apps.audit.models import AuditRow
from shared_apps.audit.services import verify
from shared_apps.notifications.models import Notification
from tasks import payouts as tasks
from tenant_apps.aid.models import AidState, Application
from tenant_apps.funds.expectations import waiting
from tenant_apps.payouts import services
from tenant_apps.payouts.models import Batch, BatchState, LineState
from tenant_apps.payouts.selectors import batches_being_given_up, payable
from tenant_apps.payouts.services import giving_up, taking
from tests.conftest import FOR_A_PART, NOON
from tests.support.killing import killed
from tests.tenant_apps.payouts.conftest import office_of

HOME = "/s/130705001/payouts"
API = "/s/130705001/api/v1/payouts/"


@pytest.fixture
def rung(monkeypatch):
    """A batch of more than two is large, a step takes two; the bells that were rung."""
    bells = []
    monkeypatch.setattr(taking, "AT_ONCE", 2)
    monkeypatch.setattr(giving_up, "STEP", 2)
    monkeypatch.setattr(doorbell, "ring", lambda task, *args: bells.append((task, args)))
    return bells


def states_of(rows):
    found = Application.objects.filter(pk__in=[row.pk for row in rows])
    return Counter(found.values_list("state", flat=True))


def frozen(office, rows):
    batch = office.batch(rows)
    return services.freeze_batch(batch.pk, actor=office.clerk, now=NOON)


def void(office, batch):
    return services.void_batch(batch.pk, reason="名单有误", actor=office.clerk, now=NOON)


def test_a_large_batch_is_voided_by_a_worker_and_the_clerk_waits_for_nothing(office, rung):
    rows = office.approved(5)
    batch = void(office, frozen(office, rows))
    assert batch.state == BatchState.GIVING_UP
    assert states_of(rows) == {AidState.BATCHED: 5}
    assert [one.pk for one in batches_being_given_up()] == [batch.pk]
    tasks.give_up.run(office.station.id, str(batch.pk))
    batch.refresh_from_db()
    assert (batch.state, batch.count) == (BatchState.VOID, 5)
    assert (states_of(rows), list(batches_being_given_up())) == ({AidState.APPROVED: 5}, [])
    assert {(line.state, line.reason) for line in office.lines(batch)} == {("void", "名单有误")}
    (told,) = Notification.objects.filter(kind="payout.void")
    assert (told.user_id, told.params["count"]) == (office.clerk.user_id, 5)
    noted = AuditRow.objects.filter(event="aid.unbatch")
    assert {row.actor_id for row in noted} == {office.clerk.user_id} and noted.count() == 5
    assert office.batch(rows).count == 5


def test_a_large_batch_is_returned_by_whoever_signs_next_and_its_maker_is_told(office, rung):
    rows = office.approved(3)
    batch = frozen(office, rows)
    more = {"reason": "金额不符", "actor": office.finance, "now": NOON}
    assert services.return_batch(batch.pk, **more).state == BatchState.GIVING_UP
    services.finish_giving_up(batch.pk, now=NOON)
    batch.refresh_from_db()
    assert (batch.state, batch.given_up["by"]) == (BatchState.RETURNED, office.finance.name)
    told = Notification.objects.filter(kind="payout.returned").values_list("user_id", flat=True)
    assert set(told) == {office.clerk.user_id, office.finance.user_id}
    assert AuditRow.objects.filter(event="payout.sent_back").count() == 1


def test_a_small_batch_is_given_up_at_once_and_its_maker_is_told(office, rung):
    rows = office.approved(2)
    batch = frozen(office, rows)
    services.return_batch(batch.pk, reason="金额不符", actor=office.finance, now=NOON)
    assert Batch.objects.get().state == BatchState.RETURNED
    assert states_of(rows) == {AidState.APPROVED: 2} and rung == []
    (told,) = Notification.objects.filter(kind="payout.returned")
    assert (told.user_id, told.body) == (office.clerk.user_id, "金额不符")


def test_what_is_being_given_up_nobody_signs_sends_or_gives_up_again(office, rung):
    batch = void(office, frozen(office, office.approved(3)))
    for step, actor in (
        (services.check_batch, office.finance), (services.audit_batch, office.supervisor),
        (services.approve_batch, office.head), (services.send_batch, office.finance),
        (services.freeze_batch, office.clerk),
    ):  # fmt: skip
        with pytest.raises(IllegalMove):
            step(batch.pk, actor=actor, now=NOON)
    with pytest.raises(IllegalMove):
        void(office, batch)
    with pytest.raises((IllegalMove, NotPermitted)):
        services.return_batch(batch.pk, reason="x", actor=office.finance, now=NOON)
    assert waiting()["payout"].ended([batch.number]) == {batch.number.lower(): "撤销中"}


def test_without_a_reason_nothing_begins(office, rung):
    batch = frozen(office, office.approved(3))
    with pytest.raises(InvalidInput):
        services.void_batch(batch.pk, reason="  ", actor=office.clerk, now=NOON)
    assert Batch.objects.get().state == BatchState.FROZEN


def test_what_was_let_go_is_free_for_another_batch_before_the_rest_is(office, rung):
    rows = office.approved(5)
    batch = void(office, frozen(office, rows))
    assert services.go_on_giving_up(batch.pk, now=NOON) is True
    free = list(payable(actor=office.clerk))
    assert [row.pk for row in free] == [row.pk for row in rows[:2]]
    other = office.batch(free)
    services.finish_giving_up(batch.pk, now=NOON)
    assert states_of(rows) == {AidState.BATCHED: 2, AidState.APPROVED: 3}
    assert {line.state for line in office.lines(other)} == {LineState.OPEN}


def test_the_auditor_finds_nothing_wrong_half_way(office, rung):
    batch = void(office, frozen(office, office.approved(5)))
    services.go_on_giving_up(batch.pk, now=NOON)
    with connection.cursor() as cursor:
        found = audit_ledger(cursor, station=office.station.id)
    assert [one for one in found if "batch" in str(one)] == []


def test_a_worker_that_is_told_twice_or_too_late_changes_nothing(office, rung):
    batch = void(office, frozen(office, office.approved(3)))
    for _time in range(2):
        services.finish_giving_up(batch.pk, now=NOON)
    assert AuditRow.objects.filter(event="payout.voided").count() == 1
    assert Notification.objects.filter(kind="payout.void").count() == 1


def test_a_worker_that_has_sat_for_long_leaves_the_rest_to_the_next(office, rung, monkeypatch):
    monkeypatch.setattr(taking, "SITTING_SECONDS", -1.0)
    batch = void(office, frozen(office, office.approved(5)))
    services.finish_giving_up(batch.pk, now=NOON)
    assert rung[-1] == ("payouts.give_up", (office.station.id, str(batch.pk)))
    assert Batch.objects.get().state == BatchState.GIVING_UP


def test_the_page_says_what_is_under_way_and_what_it_led_to(paying, rung, signed_in):
    office = paying
    with in_station(office.station):
        batch = frozen(office, office.approved(5))
    client = signed_in(office.clerk)
    page = client.post(f"{HOME}/{batch.pk}/void/", {"reason": "名单有误"}, follow=True)
    said = page.content.decode()
    assert "0 / 5 笔" in said and "名单有误" in said and "撤销中" in said
    assert 'data-dialog="void"' not in said
    with in_station(office.station):
        services.go_on_giving_up(batch.pk, now=NOON)
        Batch.objects.update(changed_at=NOON - timedelta(minutes=1))
    rung.clear()
    assert (
        "2 / 5 笔"
        in client.get(f"{HOME}/{batch.pk}/progress/", headers=FOR_A_PART).content.decode()
    )
    assert rung == [("payouts.give_up", (office.station.id, str(batch.pk)))]
    with in_station(office.station):
        services.finish_giving_up(batch.pk, now=NOON)
    assert client.get(f"{HOME}/{batch.pk}/progress/", headers=FOR_A_PART)["HX-Refresh"] == "true"
    after = client.get(f"{HOME}/{batch.pk}/").content.decode()
    assert "5 笔、5,000.00 元的申请已退回待发放" in after and "名单有误" in after


def test_the_api_answers_202_and_how_it_was_given_up(paying, rung, signed_in):
    office = paying
    with in_station(office.station):
        batch = frozen(office, office.approved(3))
    client = signed_in(office.clerk)
    asked = client.post(
        f"{API}{batch.pk}/void/", {"reason": "名单有误"}, content_type="application/json",
        HTTP_IDEMPOTENCY_KEY="v1",
    )  # fmt: skip
    assert (asked.status_code, asked.json()["state"]) == (202, "giving_up")
    with in_station(office.station):
        services.finish_giving_up(batch.pk, now=NOON)
    whole = client.get(f"{API}{batch.pk}/").json()
    assert (whole["state"], whole["given_up"]["count"]) == ("void", 3)
    assert whole["given_up"]["fen"] == 300_000


@pytest.mark.fault
@pytest.mark.parametrize("at_commit", [1, 2, 3, 4])
def test_a_worker_killed_before_each_of_its_commits_is_followed_by_another(
    committed, township, person_at, rung, at_commit
):
    office = office_of(township, person_at)
    with in_station(township):
        rows = office.approved(7)
        batch = void(office, frozen(office, rows))

    def work():
        with in_station(township):
            services.finish_giving_up(batch.pk, now=NOON)

    assert killed(work, at_commit=at_commit)
    with in_station(township):
        assert Batch.objects.get().state == BatchState.GIVING_UP
        assert states_of(rows)[AidState.APPROVED] == 2 * (at_commit - 1)
        services.finish_giving_up(batch.pk, now=NOON)
        assert Batch.objects.get().state == BatchState.VOID
        assert states_of(rows) == {AidState.APPROVED: 7}
        assert AuditRow.objects.filter(event="aid.unbatch").count() == 7
        assert office.batch(rows).count == 7
    with in_network():
        assert verify(township) is None
