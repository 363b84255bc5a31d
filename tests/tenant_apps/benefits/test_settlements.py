"""A month with a partner: compared, posted by two people, paid when the bank says so."""

from datetime import date, datetime

import pytest
from django.db import connection

from bangfu.kernel import clock
from bangfu.kernel.errors import InvalidInput, NotPermitted
from bangfu.kernel.tenancy import in_station
from shared_apps.audit.auditor import audit_ledger
from shared_apps.reconciliation.proofs import differences_here
from tenant_apps.benefits.errors import (
    MonthSettled,
    NothingToSettle,
    SettlementWaits,
    StatementDiffers,
)
from tenant_apps.benefits.rules import Line
from tenant_apps.benefits.selectors import count_waiting_settlements, settlements
from tenant_apps.casework.selectors import todos_for
from tenant_apps.funds.errors import BelowFloor, SamePerson
from tenant_apps.funds.expectations import Booking, waiting
from tenant_apps.funds.models import Account
from tenant_apps.funds.services import receive_bank_line
from tests.tenant_apps.benefits.conftest import BOUGHT

AUGUST, SEPTEMBER, OCTOBER, NOVEMBER = (date(2026, month, 1) for month in range(8, 12))


def propose(window, *lines, by=None, month=NOVEMBER):
    return window.act(
        "propose_settlement", window.market.pk, month=month, fund_id=window.books.fiscal.pk,
        statement=[Line(receipt=receipt, amount_fen=fen) for receipt, fen in lines],
        by=by or window.finance,
    )  # fmt: skip


def noon_of(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=clock.LOCAL)


def balance(window, code):
    with in_station(window.station):
        return sum(Account.objects.filter(code=code).values_list("balance_fen", flat=True))


@pytest.fixture
def bought(window):
    window.buy(3_333, receipt="A1")
    window.buy(1_000, receipt="A2")
    taken_back = window.buy(500, receipt="A3")
    window.act("reverse_entry", taken_back.pk, reason="退货")
    window.next_month()
    return window


def test_a_month_that_agrees_is_posted_by_two_people(bought):
    todo = propose(bought, ("A1", 3_333), ("A2", 1_000))
    with in_station(bought.station):
        assert not todos_for(bought.finance).filter(pk=todo.pk).exists()
        assert todos_for(bought.head).filter(pk=todo.pk).exists()
        counted = [count_waiting_settlements(one) for one in (bought.finance, bought.head)]
    assert counted == [0, 1]
    with pytest.raises(SamePerson):
        bought.act("confirm_settlement", todo.pk, by=bought.finance)
    entry = bought.act("confirm_settlement", todo.pk, by=bought.head)

    assert (entry.amount_fen, entry.union_fen, entry.partner_fen) == (4_333, 3_813, 520)
    assert balance(bought, "5001.living") == 3_813
    assert balance(bought, "2001") == -3_813
    assert balance(bought, "8003") == 3_813
    assert balance(bought, "8002") == 0
    assert bought.number("FUN-04", "value") == 3_813
    with in_station(bought.station), connection.cursor() as cursor:
        assert audit_ledger(cursor, station=bought.station.id) == []


def test_what_is_owed_waits_for_the_bank(bought):
    todo = propose(bought, ("A1", 3_333), ("A2", 1_000))
    bought.act("confirm_settlement", todo.pk, by=bought.head)
    books = bought.books
    with in_station(bought.station):
        receive_bank_line(
            serial="B1", fund_id=books.fiscal.pk, amount_fen=10_000, received_on=BOUGHT,
            account="4001", memo="拨款", maker=books.finance, actor=books.head, now=bought.now,
        )  # fmt: skip
        [owed] = waiting()["purchase"].expected(on=bought.today)
        assert (owed.amount_fen, owed.incoming, owed.counterparty) == (3_813, False, "惠民超市")
        line = Booking(
            serial="B2",
            booked_on=bought.today,
            amount_fen=3_813,
            counterparty="惠民超市",
            text=owed.ref,
        )
        for _again in range(2):
            waiting()["purchase"].settle(
                owed.ref, (line,), maker=books.finance, actor=books.head, now=bought.now
            )
        assert list(waiting()["purchase"].expected(on=bought.today)) == []
    assert (balance(bought, "2001"), balance(bought, "1001")) == (0, 10_000 - 3_813)


def test_a_statement_that_differs_is_a_break_and_is_not_posted(bought):
    todo = propose(bought, ("A1", 3_330), ("A9", 1_000))
    with pytest.raises(StatementDiffers):
        bought.act("confirm_settlement", todo.pk, by=bought.head)
    with in_station(bought.station):
        [found] = [one for one in differences_here("money") if one.detail["type"] == "cards"]
    assert "3 处不符" in found.detail["place"]
    bought.act("return_settlement", todo.pk, reason="与超市核对小票", by=bought.head)
    with in_station(bought.station):
        assert not [one for one in differences_here("money") if one.detail["type"] == "cards"]


def test_a_month_is_settled_once_and_takes_nothing_afterwards(bought):
    todo = propose(bought, ("A1", 3_333), ("A2", 1_000))
    with pytest.raises(SettlementWaits):
        propose(bought, ("A1", 3_333), ("A2", 1_000))
    bought.act("confirm_settlement", todo.pk, by=bought.head)
    with pytest.raises(MonthSettled):
        propose(bought, ("A1", 3_333), ("A2", 1_000))
    with pytest.raises(MonthSettled):
        bought.buy(100)
    assert bought.buy(100, on=bought.today).union_fen == 88


def test_what_was_entered_after_the_comparison_has_to_be_compared_again(bought):
    todo = propose(bought, ("A1", 3_333), ("A2", 1_000))
    bought.buy(100, receipt="A4")
    with pytest.raises(StatementDiffers):
        bought.act("confirm_settlement", todo.pk, by=bought.head)


def test_a_month_is_settled_after_its_end_by_those_who_may(bought):
    with pytest.raises(InvalidInput):
        propose(bought, month=date(2026, 12, 1))
    with pytest.raises(NotPermitted):
        propose(bought, ("A1", 3_333), by=bought.clerk)
    with pytest.raises(NothingToSettle):
        propose(bought, month=date(2026, 9, 1))


@pytest.fixture
def returned(window):
    """August was settled; in September its only purchase was brought back, and nothing bought."""
    window.now = noon_of(date(2026, 9, 5))
    bought = window.buy(3_000, receipt="A1", on=date(2026, 8, 10))
    todo = propose(window, ("A1", 3_000), month=AUGUST)
    window.act("confirm_settlement", todo.pk, by=window.head)
    window.act("reverse_entry", bought.pk, reason="退货")
    window.now = noon_of(date(2026, 11, 5))
    return window


def paid_for_october(window):
    window.buy(10_000, receipt="B1", on=date(2026, 10, 10))
    todo = propose(window, ("B1", 10_000), month=OCTOBER)
    window.act("confirm_settlement", todo.pk, by=window.head)
    return todo


def test_a_month_with_more_taken_back_than_bought_is_not_paid(returned):
    with pytest.raises(NothingToSettle):
        propose(returned, month=SEPTEMBER)


def test_what_was_taken_back_is_taken_off_the_next_month_that_is_paid(returned):
    todo = paid_for_october(returned)

    assert (todo.params["union_fen"], todo.params["carried_fen"]) == (8_800, -2_640)
    with in_station(returned.station), connection.cursor() as cursor:
        months = {one.covers: one.union_fen for one in settlements(actor=returned.head)}
        owed = [one.amount_fen for one in waiting()["purchase"].expected(on=BOUGHT)]
        assert audit_ledger(cursor, station=returned.station.id) == []
    assert months == {AUGUST: 2_640, SEPTEMBER: -2_640, OCTOBER: 8_800}
    assert owed == [2_640, 6_160]
    assert balance(returned, "2001") == -(2_640 + 6_160)


def test_the_bank_pays_what_is_left(returned):
    paid_for_october(returned)
    with in_station(returned.station):
        receive_bank_line(
            serial="B0", fund_id=returned.books.fiscal.pk, amount_fen=10_000, received_on=BOUGHT,
            account="4001", memo="拨款", maker=returned.finance, actor=returned.head, now=returned.now,
        )  # fmt: skip
        owed = list(waiting()["purchase"].expected(on=BOUGHT))[-1]
        booking = Booking(
            serial="B1", booked_on=BOUGHT, amount_fen=6_160, counterparty="", text=owed.ref
        )
        waiting()["purchase"].settle(
            owed.ref, (booking,), maker=returned.finance, actor=returned.head, now=returned.now
        )
    assert balance(returned, "2001") == -2_640


def test_what_was_carried_takes_nothing_afterwards_and_is_not_carried_again(returned):
    paid_for_october(returned)

    with pytest.raises(MonthSettled):
        returned.buy(100, on=date(2026, 9, 20))
    with pytest.raises(MonthSettled):
        propose(returned, month=SEPTEMBER)
    returned.buy(1_000, receipt="C1", on=date(2026, 11, 5))
    returned.now = noon_of(date(2026, 12, 5))
    assert propose(returned, ("C1", 1_000)).params["carried_fen"] == 0


def test_what_was_taken_back_meanwhile_has_to_be_compared_again(returned):
    returned.buy(10_000, receipt="B1", on=date(2026, 10, 10))
    todo = propose(returned, ("B1", 10_000), month=OCTOBER)
    returned.buy(2_500, receipt="B2", on=date(2026, 9, 20))
    with pytest.raises(StatementDiffers):
        returned.act("confirm_settlement", todo.pk, by=returned.head)


def test_no_more_is_spent_than_the_budget_allows(window):
    window.act("charge_card", window.card.pk, amount_fen=20_000_000, by=window.finance)
    window.buy(20_000_000, receipt="A1")
    window.next_month()
    todo = propose(window, ("A1", 20_000_000))
    with pytest.raises(BelowFloor):
        window.act("confirm_settlement", todo.pk, by=window.head)
