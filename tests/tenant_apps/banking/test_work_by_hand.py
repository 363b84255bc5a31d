"""Lines that the passes left open: one person says what they are, a second agrees."""

import pytest

from bangfu.kernel.errors import InvalidInput, NotPermitted
from shared_apps.audit.models import AuditRow
from shared_apps.bankfiles.models import Line
from tenant_apps.banking import services
from tenant_apps.banking.balance import differences, reconciliation
from tenant_apps.banking.errors import LineMoved, NotExpected, SameHands
from tenant_apps.casework.selectors import todos_for
from tenant_apps.funds.models import Account
from tests.conftest import NOON
from tests.tenant_apps.banking.banks import Booked
from tests.tenant_apps.banking.conftest import DAY


def balance(code):
    return sum(Account.objects.filter(code=code).values_list("balance_fen", flat=True))


def types():
    return {one.detail["type"] for one in differences()}


def propose(desk, line, **more):
    return services.propose_match(
        [line.pk], kind="transfer", ref="BK-9", actor=more.pop("actor", desk.finance), now=NOON, **more
    )  # fmt: skip


def test_a_pair_by_hand_waits_for_a_second_person_who_is_another(desk, held):
    desk.transfers.wait("BK-9", 500_00, DAY, name="县总工会", fund=desk.fund)

    propose(desk, held)

    assert types() == {"B1"}
    assert not todos_for(desk.finance).exists()
    assert [todo.kind for todo in todos_for(desk.head)] == ["banking.check"]
    with pytest.raises(SameHands):
        services.confirm_line(held.pk, actor=desk.finance, now=NOON)
    services.confirm_line(held.pk, actor=desk.head, now=NOON)
    line = desk.line("S1")
    assert (line.state, line.rule) == ("matched", "hand")
    assert (line.maker_id, line.checker_id) == (desk.finance.user_id, desk.head.user_id)
    assert types() == set()


def test_money_that_was_held_is_let_go_when_it_is_known_whose_it_is(desk, held):
    desk.transfers.wait("BK-9", 500_00, DAY, name="县总工会", fund=desk.fund)
    propose(desk, held)

    services.confirm_line(held.pk, actor=desk.head, now=NOON)

    assert (balance("2101"), balance("1001"), balance("4002")) == (0, 500_00, -500_00)
    assert desk.line("S1").journal_id == desk.journals("transfer_in")[0].pk
    assert reconciliation().left_fen == 0


def test_money_that_was_held_may_be_claimed_for_an_income_of_another_fund(desk, held):
    services.propose_closing(
        held.pk, account="4003", fund_id=desk.books.gift.pk, memo="捐款人已核实", actor=desk.finance,
        now=NOON,
    )  # fmt: skip

    services.confirm_line(held.pk, actor=desk.head, now=NOON)

    assert (balance("2101"), balance("4003")) == (0, -500_00)
    assert Account.objects.get(code="1001", fund=desk.books.gift).balance_fen == 500_00
    assert types() == set()
    assert reconciliation().left_fen == 0


def test_a_debit_nobody_expected_is_entered_by_two_people(desk):
    desk.books.receive(900_00, on=DAY.replace(day=1))
    desk.take_in(Booked("S2", DAY, -3_00, "手续费"), opening=900_00)
    line = desk.line("S2")
    services.propose_closing(
        line.pk, account="4004", fund_id=desk.fund.pk, memo="银行手续费冲减利息", actor=desk.finance,
        now=NOON,
    )  # fmt: skip

    services.confirm_line(line.pk, actor=desk.head, now=NOON)

    (journal,) = desk.journals("correction")
    assert journal.pk == desk.line("S2").journal_id
    assert types() == set()
    assert reconciliation().left_fen == 0


def test_an_account_that_would_hide_the_line_is_refused(desk, held):
    with pytest.raises(InvalidInput) as refused:
        services.propose_closing(
            held.pk, account="1001", fund_id=desk.fund.pk, memo="", actor=desk.finance, now=NOON
        )

    assert {problem.code for problem in refused.value.problems} == {"K102", "K103"}


def test_a_pair_that_was_returned_leaves_the_line_as_it_was(desk, held):
    desk.transfers.wait("BK-9", 500_00, DAY, fund=desk.fund)
    propose(desk, held)

    with pytest.raises(InvalidInput):
        services.return_line(held.pk, reason="", actor=desk.head, now=NOON)
    services.return_line(held.pk, reason="不是这一笔", actor=desk.head, now=NOON)

    line = desk.line("S1")
    assert (line.state, line.break_type, line.ref) == ("held", "B1", "")
    with pytest.raises(LineMoved):
        services.confirm_line(held.pk, actor=desk.head, now=NOON)


def test_a_line_is_not_paired_with_what_goes_the_other_way_or_is_less(desk, held):
    desk.transfers.wait("BK-9", 500_00, DAY, incoming=False, fund=desk.fund)

    with pytest.raises(NotExpected):
        propose(desk, held)


def test_the_supervisor_looks_and_changes_nothing(desk, held):
    desk.transfers.wait("BK-9", 500_00, DAY, fund=desk.fund)

    with pytest.raises(NotPermitted):
        propose(desk, held, actor=desk.books.supervisor)


def test_several_lines_may_be_one_expectation_by_hand(desk):
    desk.transfers.wait("BK-9", 500_00, DAY, name="县总工会", fund=desk.fund)
    desk.take_in(Booked("S1", DAY, 200_00, "县总"), Booked("S2", DAY, 300_00, "县总"))
    keys = [desk.line("S1").pk, desk.line("S2").pk]
    services.propose_match(keys, kind="transfer", ref="BK-9", actor=desk.finance, now=NOON)

    services.confirm_line(keys[0], actor=desk.head, now=NOON)

    assert set(Line.objects.values_list("state", flat=True)) == {"matched"}
    assert reconciliation().left_fen == 0
    assert types() == set()


def test_what_is_announced_later_is_found_later_and_still_wants_a_second_person(desk, held):
    desk.transfers.wait("BK-9", 500_00, DAY, name="好心人", fund=desk.fund)

    assert services.look_again(now=NOON) == 1

    assert desk.line("S1").state == "proposed"
    services.confirm_line(held.pk, actor=desk.head, now=NOON)
    assert desk.line("S1").state == "matched"
    assert types() == set()


def test_the_number_of_the_other_account_is_shown_for_a_reason_and_noted(desk, held):
    with pytest.raises(InvalidInput):
        services.reveal_account(held.pk, reason=" ", actor=desk.finance, now=NOON)

    shown = services.reveal_account(held.pk, reason="退款核对", actor=desk.finance, now=NOON)

    assert shown == "6999990000000001111"
    assert AuditRow.objects.filter(event="bank.account_revealed").count() == 1
