"""A month with a partner: compared, posted by two people, paid when the bank says so."""

from datetime import date

import pytest
from django.db import connection

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
from tenant_apps.benefits.selectors import count_waiting_settlements
from tenant_apps.casework.selectors import todos_for
from tenant_apps.funds.errors import BelowFloor, SamePerson
from tenant_apps.funds.expectations import Booking, waiting
from tenant_apps.funds.models import Account
from tenant_apps.funds.services import receive_bank_line
from tests.tenant_apps.benefits.conftest import BOUGHT

NOVEMBER = date(2026, 11, 1)


def propose(window, *lines, by=None, month=NOVEMBER):
    return window.act(
        "propose_settlement", window.market.pk, month=month, fund_id=window.books.fiscal.pk,
        statement=[Line(receipt=receipt, amount_fen=fen) for receipt, fen in lines],
        by=by or window.finance,
    )  # fmt: skip


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


def test_no_more_is_spent_than_the_budget_allows(window):
    window.act("charge_card", window.card.pk, amount_fen=20_000_000, by=window.finance)
    window.buy(20_000_000, receipt="A1")
    window.next_month()
    todo = propose(window, ("A1", 20_000_000))
    with pytest.raises(BelowFloor):
        window.act("confirm_settlement", todo.pk, by=window.head)
