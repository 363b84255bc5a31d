"""What is paid counts once, and what comes back counts no more: the facts against the rows they tell of."""

from decimal import Decimal

from bangfu.kernel.tenancy import in_station
from shared_apps.rollup.periods import Period
from shared_apps.rollup.selectors import answer
from shared_apps.rollup.services import fold_facts, recount_station
from tenant_apps.payouts import services
from tenant_apps.payouts.bankfile import Status
from tests.conftest import NOON
from tests.tenant_apps.payouts.drawing import signature
from tests.tenant_apps.payouts.test_receipts import power

MONTH = Period.parse("2026-11")


def assert_facts_are_as_recounted(office):
    fold_facts(now=NOON, wait=True)
    assert not recount_station(office.station)


def test_facts_of_payments_receipts_and_returns_are_those_that_a_recount_finds(office):
    batch = office.sent(count=4)
    office.booked(batch)
    first, second, _third, last = office.lines(batch)
    office.answered(batch, {first.ref: (Status.FAILED, "户名不符"), last.ref: (Status.UNKNOWN, "")})
    assert_facts_are_as_recounted(office)
    services.sign_on_screen(
        second.pk, drawn=signature(), proxy=power(), actor=office.head, now=NOON
    )
    office.answered(batch, {last.ref: (Status.PAID, "")}, is_whole=False)
    assert_facts_are_as_recounted(office)
    office.answered(batch, {second.ref: (Status.RETURNED, "销户")}, is_whole=False)
    assert_facts_are_as_recounted(office)
    with in_station(office.station):
        paid = answer("AID-03", station=office.station, period=MONTH).value
        spent = answer("FUN-04", station=office.station, period=MONTH).value
    assert paid == spent == Decimal(2000)
