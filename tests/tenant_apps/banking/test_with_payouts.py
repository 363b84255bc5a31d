"""The bank with the real payouts: whatever the statement says ends in books that agree."""

import pytest
import time_machine
from django.db import connection

from bangfu.kernel.tenancy import in_station
from shared_apps.audit.auditor import audit_ledger
from shared_apps.bankfiles.models import Line
from tenant_apps.banking import services
from tenant_apps.banking.balance import differences, reconciliation
from tenant_apps.funds.models import Journal
from tenant_apps.payouts import services as payouts
from tests.conftest import NOON
from tests.tenant_apps.banking.banks import Booked, csv_of
from tests.tenant_apps.payouts.conftest import TODAY, office_of


def take_in(desk, *lines, opening=0):
    """Bring a statement and check it, by two people of the station in force."""
    statement = services.upload_statement(
        csv_of(lines, opening=opening), filename="对账单.csv", fund_id=desk.fiscal.pk, only_this_fund=False,
        actor=desk.finance, now=NOON,
    )  # fmt: skip
    assert statement.state == "waiting", statement.problems
    services.confirm_statement(statement.pk, actor=desk.head, now=NOON)
    services.post(statement.pk, now=NOON)


def approved_one_by_one(office, count):
    """Approved applications whose budget is held for each by itself, as aid does it."""
    return [row for _time in range(count) for row in office.approved()]


def vouchers_so_far():
    """The money the books began with, as the bank books it."""
    rows = Journal.objects.filter(entries__account__code="1001").distinct()
    for number, journal in enumerate(rows.order_by("number")):
        fen = sum(
            entry.amount_fen
            for entry in journal.entries.select_related("account")
            if entry.account.code == "1001"
        )
        yield Booked(f"V{number}", TODAY, fen, "财政局", text=f"凭证 {journal}")


@pytest.fixture
def office(township, person_at):
    made = office_of(township, person_at)
    with in_station(township), time_machine.travel(NOON):
        yield made


def findings(station):
    with connection.cursor() as cursor:
        return audit_ledger(cursor, station=station.id)


@pytest.mark.fault
@pytest.mark.parametrize("booked", ["as one sum", "one by one"])
def test_a_batch_leaves_the_account_and_every_payee_is_paid(office, booked):
    batch = office.sent(approved_one_by_one(office, 3))
    lines = office.lines(batch)
    one_by_one = [
        Booked(f"P{line.serial}", TODAY, -line.amount_fen, line.payee_name, line.ref)
        for line in lines
    ]
    as_one = [Booked("P0", TODAY, -sum(one.amount_fen for one in lines), text=batch.number)]

    take_in(office, *vouchers_so_far(), *(as_one if booked == "as one sum" else one_by_one))
    office.answered(batch)

    assert set(Line.objects.values_list("state", flat=True)) == {"matched"}
    assert {line.state for line in office.lines(batch)} == {"paid"}
    assert office.balance("1201") == 0
    assert differences() == []
    assert reconciliation().left_fen == 0
    assert findings(office.station) == []


def test_a_batch_that_was_given_up_and_is_booked_all_the_same_is_a_conflict(office):
    batch = office.batch(approved_one_by_one(office, 2))
    number = batch.number
    payouts.void_batch(batch.pk, reason="重复编制", actor=office.clerk, now=NOON)

    take_in(
        office,
        *vouchers_so_far(),
        Booked("P0", TODAY, -batch.total_fen or -1_00, text=f"代发 {number}"),
    )

    assert [one.detail["type"] for one in differences()] == ["B10"]
    assert findings(office.station) == []
