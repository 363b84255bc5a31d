"""From the file of a bank to the books: two people, pairs settled, everything else a break."""

from datetime import date

import pytest

from bangfu.kernel.errors import NotPermitted
from bangfu.kernel.tenancy import in_network
from shared_apps.bankfiles.models import Line, Statement
from shared_apps.reconciliation.models import Break
from tenant_apps.banking import services
from tenant_apps.banking.balance import reconciliation
from tenant_apps.banking.errors import SameHands, StatementMoved
from tenant_apps.banking.selectors import count_waiting
from tenant_apps.casework.selectors import todos_for
from tenant_apps.funds.expectations import Part
from tests.conftest import NOON
from tests.tenant_apps.banking.banks import Booked, camt_of, csv_of, xlsx_of
from tests.tenant_apps.banking.conftest import DAY


def breaks():
    with in_network():
        return {
            case.detail["type"]: case for case in Break.objects.filter(kind="bank", state="open")
        }


def test_a_line_with_our_reference_posts_what_waited_for_it(desk):
    desk.transfers.wait("BK-2026-0001", 500_00, DAY, fund=desk.fund)

    statement = desk.take_in(Booked("S1", DAY, 500_00, "张家口市总工会", "BK-2026-0001"))

    line = desk.line("S1")
    assert (statement.state, line.state, line.rule) == ("done", "matched", "P1")
    (journal,) = desk.journals("transfer_in")
    assert line.journal_id == journal.pk
    assert (journal.maker_id, journal.checker_id) == (desk.finance.user_id, desk.head.user_id)
    assert breaks() == {}
    assert reconciliation().left_fen == 0


def test_nothing_is_posted_before_a_second_person_has_checked(desk):
    desk.transfers.wait("BK-2026-0001", 500_00, DAY, fund=desk.fund)

    statement = desk.upload(csv_of([Booked("S1", DAY, 500_00, reference="BK-2026-0001")]))

    assert statement.state == "waiting"
    assert desk.line("S1").state == "proposed"
    assert desk.journals("transfer_in") == []
    with pytest.raises(NotPermitted):
        services.confirm_statement(statement.pk, actor=desk.books.supervisor, now=NOON)


def test_who_brought_a_statement_does_not_check_it(desk):
    statement = desk.upload(csv_of([Booked("S1", DAY, 500_00)]))

    with pytest.raises(SameHands):
        services.confirm_statement(statement.pk, actor=desk.finance, now=NOON)


@pytest.mark.parametrize("written", [csv_of, xlsx_of, camt_of])
def test_the_same_statement_in_any_format_says_the_same(desk, written):
    desk.transfers.wait("BK-2026-0001", 500_00, DAY, fund=desk.fund)
    lines = [Booked("S1", DAY, 500_00, "张家口市总工会", "BK-2026-0001"), Booked("S2", DAY, -1_00)]

    statement = desk.upload(written(lines, opening=10_00))

    assert statement.state == "waiting", statement.problems
    assert (statement.opening_fen, statement.closing_fen) == (10_00, 509_00)
    found = Line.objects.order_by("number").values_list(
        "serial", "amount_fen", "state", "break_type"
    )
    assert list(found) == [("S1", 500_00, "proposed", ""), ("S2", -1_00, "break", "B2")]


def test_the_same_file_again_is_the_same_statement(desk):
    data = csv_of([Booked("S1", DAY, 500_00)], encoding="gbk")

    first, second = desk.upload(data), desk.upload(data)

    assert first.pk == second.pk
    assert Statement.objects.count() == 1


def test_money_nobody_expects_is_held_until_somebody_claims_it(desk):
    desk.take_in(Booked("S1", DAY, 500_00, "好心人"))

    line = desk.line("S1")
    assert (line.state, line.break_type) == ("held", "B1")
    (journal,) = desk.journals("bank_in")
    assert journal.pk == line.journal_id
    assert breaks()["B1"].detail["amount_fen"] == 500_00
    assert reconciliation().left_fen == 0


def test_a_debit_nobody_expects_is_critical_and_is_told_above(desk):
    desk.books.receive(900_00, on=date(2026, 11, 1))

    desk.take_in(Booked("S2", DAY, -300_00, "不明收款人"), opening=900_00)

    assert breaks()["B2"].detail["critical"]
    assert desk.journals("bank_out") == []
    result = reconciliation()
    assert (result.bank_fen, result.book_fen, result.left_fen) == (600_00, 900_00, 0)


def test_the_payees_of_a_batch_may_be_booked_one_by_one(desk):
    desk.books.receive(900_00, on=date(2026, 11, 1))
    parts = [Part(ref=f"PF-7-{n}", amount_fen=100_00, counterparty=f"虚构{n}") for n in range(3)]
    desk.payouts.wait(
        "PF-2026-007", 300_00, DAY, incoming=False, name="", fund=desk.fund, parts=parts
    )

    desk.take_in(
        *[Booked(f"S{n}", DAY, -100_00, f"虚构{n}", f"PF-7-{n}") for n in range(3)], opening=900_00
    )

    assert len(desk.journals("payout_sent")) == 1
    assert {line.rule for line in Line.objects.all()} == {"P4"}
    assert breaks() == {}


def test_two_expectations_alike_are_never_guessed(desk):
    desk.transfers.wait("BK-1", 500_00, DAY, fund=desk.fund)
    desk.transfers.wait("BK-2", 500_00, DAY, fund=desk.fund)

    desk.take_in(Booked("S1", DAY, 500_00, "张家口市总工会"))

    assert desk.line("S1").break_type == "B14"
    assert desk.journals("transfer_in") == []


def test_what_an_app_refuses_at_the_last_moment_is_a_conflict(desk):
    desk.transfers.wait("BK-1", 500_00, DAY, fund=desk.fund)
    statement = desk.upload(csv_of([Booked("S1", DAY, 500_00, "张家口市总工会", "BK-2026")]))
    desk.transfers.waiting.clear()

    desk.confirm(statement)

    assert breaks()["B10"].detail["critical"]


def test_a_statement_withdrawn_counts_no_more_and_may_be_brought_again(desk):
    data = csv_of([Booked("S1", DAY, 500_00)])
    statement = desk.upload(data)

    services.withdraw_statement(statement.pk, reason="传错账户", actor=desk.finance, now=NOON)
    again = desk.upload(data)

    assert again.pk != statement.pk
    assert again.state == "waiting"
    with pytest.raises(StatementMoved):
        services.confirm_statement(statement.pk, actor=desk.head, now=NOON)


def test_a_statement_waits_for_a_person_other_than_the_one_who_brought_it(desk):
    statement = desk.upload(csv_of([Booked("S1", DAY, 500_00)]))

    (todo,) = todos_for(desk.head)
    assert todo.headline == "复核银行对账单：对账单.csv，1 笔"
    assert todo.link.endswith(f"/banking/statements/{statement.pk}/")
    assert not todos_for(desk.finance).exists()
    assert (count_waiting(desk.finance), count_waiting(desk.head)) == (0, 1)

    desk.confirm(statement)
    assert not todos_for(desk.head).exists()


def test_a_statement_that_was_taken_back_waits_for_nobody(desk):
    statement = desk.upload(csv_of([Booked("S1", DAY, 500_00)]))

    services.withdraw_statement(statement.pk, reason="传错了", actor=desk.finance, now=NOON)

    assert not todos_for(desk.head).exists()


def test_a_file_that_was_refused_waits_for_nobody(desk):
    assert desk.upload(b"nothing").state == "refused"
    assert not todos_for(desk.head).exists()
