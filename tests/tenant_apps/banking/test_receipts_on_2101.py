"""Receipts nobody has announced: claimed as income, or sent back, by two people; the break closes with them."""

from datetime import timedelta

import pytest

from bangfu.kernel.errors import InvalidInput, NotPermitted
from shared_apps.bankfiles.models import Line
from tenant_apps.banking import services
from tenant_apps.banking.balance import differences, reconciliation
from tenant_apps.banking.errors import LineMoved, SameHands
from tenant_apps.banking.selectors import expectations, receipts, unidentified_fen
from tenant_apps.funds.errors import BelowFloor, PeriodNotOpen
from tenant_apps.funds.models import Account
from tenant_apps.funds.services import close_period
from tests.conftest import NOON
from tests.tenant_apps.banking.banks import Booked
from tests.tenant_apps.banking.conftest import DAY
from tests.tenant_apps.banking.test_work_by_hand import balance, types

LATER = DAY + timedelta(days=1)

FEN = 500_00


def claim(desk, line, **more):
    wish = {"account": "4003", "fund_id": desk.books.gift.pk, "memo": "捐款人已核实"} | more
    return services.propose_closing(line.pk, actor=desk.finance, now=NOON, **wish)


def agree(desk, line):
    return services.confirm_line(line.pk, actor=desk.head, now=NOON)


def refund(desk, line, **more):
    wish = {"payee": "好心人", "memo": "误汇，来函要求退回"} | more
    return services.propose_refund(line.pk, actor=desk.finance, now=NOON, **wish)


def refunds():
    return [one for one in expectations(on=DAY) if one.kind == "refund"]


# --- claimed as income ----------------------------------------------------------------------------


def test_income_comes_with_its_budget_where_nobody_gave_one_yet(desk, held):
    claim(desk, held, with_budget=True)
    agree(desk, held)

    assert (balance("4003"), balance("8001"), balance("8000")) == (-FEN, FEN, -FEN)
    assert types() == set()


def test_income_whose_budget_was_given_before_brings_none(desk, held):
    claim(desk, held)
    agree(desk, held)

    assert (balance("2101"), balance("8001")) == (0, 0)


@pytest.mark.fault
def test_a_claim_is_taken_back_by_two_people_and_the_receipt_is_held_again(desk, held):
    claim(desk, held, with_budget=True)
    agree(desk, held)

    services.propose_undoing(held.pk, reason="认错资金", actor=desk.finance, now=NOON)
    with pytest.raises(SameHands):
        services.confirm_line(held.pk, actor=desk.finance, now=NOON)
    agree(desk, held)

    line = desk.line("S1")
    assert (line.state, line.break_type) == ("held", "B1")
    assert (balance("2101"), balance("4003"), balance("8001")) == (-FEN, 0, 0)
    assert types() == {"B1"}
    assert reconciliation().left_fen == 0


def test_what_was_taken_back_may_be_claimed_again(desk, held):
    for fund in (desk.books.gift, desk.fund):
        claim(desk, held, fund_id=fund.pk)
        agree(desk, held)
        if fund == desk.books.gift:
            services.propose_undoing(held.pk, reason="认错资金", actor=desk.finance, now=NOON)
            agree(desk, held)

    assert Account.objects.get(code="4003", fund=desk.fund).balance_fen == -FEN
    assert [one.ref for one in desk.journals("claim")] == [f"bank:{held.pk}", f"bank:{held.pk}#1"]


def test_a_request_to_take_back_that_is_returned_leaves_the_line_as_it_was_posted(desk, held):
    claim(desk, held)
    agree(desk, held)
    posted = desk.line("S1")
    services.propose_undoing(held.pk, reason="认错资金", actor=desk.finance, now=NOON)

    services.return_line(held.pk, reason="没有认错", actor=desk.head, now=NOON)

    line = desk.line("S1")
    assert (line.state, line.wish, line.maker_id, line.checker_id) == (
        "matched", posted.wish, posted.maker_id, posted.checker_id,
    )  # fmt: skip
    assert balance("4003") == -FEN


def test_nothing_is_taken_back_in_a_month_that_is_closed(desk, held):
    claim(desk, held)
    agree(desk, held)
    for month in range(1, 12):
        close_period(year=2026, month=month, actor=desk.finance, now=NOON)

    with pytest.raises(PeriodNotOpen):
        services.propose_undoing(held.pk, reason="认错资金", actor=desk.finance, now=NOON)


# --- sent back ------------------------------------------------------------------------------------


def test_a_receipt_goes_back_when_two_people_agreed_and_the_bank_has_paid(desk, held):
    refund(desk, held)
    with pytest.raises(SameHands):
        services.confirm_line(held.pk, actor=desk.finance, now=NOON)
    agree(desk, held)
    (due,) = refunds()
    assert (due.amount_fen, due.incoming, due.counterparty) == (FEN, False, "好心人")
    assert balance("2101") == -FEN

    desk.take_in(Booked("S2", LATER, -FEN, "好心人", reference=due.ref), opening=FEN)

    assert (balance("2101"), balance("1001")) == (0, 0)
    assert {line.state for line in Line.objects.all()} == {"matched"}
    assert desk.line("S2").journal_id == desk.journals("bank_out")[0].pk
    assert types() == set()
    assert reconciliation().left_fen == 0


def test_a_receipt_that_is_to_go_back_is_no_break_until_the_bank_should_have_paid(desk, held):
    assert types() == {"B1"}
    refund(desk, held)
    agree(desk, held)

    assert types() == set()
    with pytest.raises(LineMoved):
        claim(desk, held)
    assert services.look_again(now=NOON) == 0


def test_a_refund_is_called_off_with_a_reason_and_what_the_bank_pays_then_is_a_conflict(desk, held):
    refund(desk, held)
    agree(desk, held)
    (due,) = refunds()
    with pytest.raises(InvalidInput):
        services.call_off_refund(held.pk, reason=" ", actor=desk.finance, now=NOON)

    services.call_off_refund(held.pk, reason="查明是捐款", actor=desk.finance, now=NOON)

    assert refunds() == []
    assert types() == {"B1"}
    desk.take_in(Booked("S2", LATER, -FEN, "好心人", reference=due.ref), opening=FEN)
    assert desk.line("S2").break_type == "B10"


def test_a_refund_of_another_amount_is_not_taken_for_it(desk, held):
    refund(desk, held)
    agree(desk, held)

    desk.take_in(Booked("S2", LATER, -100_00, "好心人", reference=refunds()[0].ref), opening=FEN)

    assert desk.line("S2").break_type == "B5"
    assert desk.line("S1").state == "held"


def test_a_refund_names_payee_and_reason_and_only_a_receipt_can_go_back(desk, held):
    with pytest.raises(InvalidInput) as refused:
        refund(desk, held, payee="", memo="")
    assert {problem.code for problem in refused.value.problems} == {"K106", "K107"}
    with pytest.raises(NotPermitted):
        services.propose_refund(
            held.pk, payee="好心人", memo="误汇", actor=desk.books.supervisor, now=NOON
        )
    desk.take_in(Booked("S2", LATER, -3_00, "手续费"), opening=FEN)
    with pytest.raises(LineMoved):
        refund(desk, desk.line("S2"))


# --- the list -------------------------------------------------------------------------------------


@pytest.mark.fault
def test_the_list_adds_up_to_the_account(desk, held):
    desk.take_in(Booked("S2", LATER, 20_00, "无名"), Booked("S3", LATER, 7_00, "有名"), opening=FEN)
    refund(desk, held)
    agree(desk, held)
    claim(desk, desk.line("S2"))
    claim(desk, desk.line("S3"))
    agree(desk, desk.line("S3"))

    listed = list(receipts(actor=desk.books.supervisor))

    assert [line.serial for line in listed] == ["S1", "S2"]
    assert sum(line.amount_fen for line in listed) == unidentified_fen() == 520_00


def test_income_that_was_spent_since_is_not_taken_back(desk, held):
    claim(desk, held, with_budget=True)
    agree(desk, held)
    gift = desk.books.gift
    desk.books.post(
        desk.books.leg("8002", FEN, gift), desk.books.leg("8001", -FEN, gift), kind="reserve"
    )
    services.propose_undoing(held.pk, reason="认错资金", actor=desk.finance, now=NOON)

    with pytest.raises(BelowFloor):
        agree(desk, held)

    assert not [one for one in differences() if one.detail["type"] == "B1"]
