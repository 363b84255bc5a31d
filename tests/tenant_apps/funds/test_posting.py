"""Journals are balanced, numbered, posted once, and never more than there is."""

from datetime import date

import pytest
from django.db import connection

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, NotPermitted
from shared_apps.audit.models import AuditRow
from tenant_apps.funds.errors import (
    BelowFloor,
    EventTaken,
    FundClosed,
    FundNotEmpty,
    MonthNotInOrder,
    NotReversible,
    OutsidePurpose,
    PeriodNotOpen,
    ReversedAlready,
    SamePerson,
    YearNotInOrder,
)
from tenant_apps.funds.models import Account, Entry, Journal, JournalKind, Period
from tenant_apps.funds.rules import journal_hash
from tenant_apps.funds.services import (
    appropriate_budget,
    close_fund,
    close_period,
    execute_budget,
    open_fund,
    open_year,
    receive_bank_line,
    release_budget,
    reopen_period,
    reserve_budget,
    reverse_journal,
)
from tests.conftest import NOON
from tests.tenant_apps.funds.conftest import TODAY


def balance(books, code, fund=None, year=2026):
    return Account.objects.get(code=code, fund=fund or books.fiscal, year=year).balance_fen


def settled():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_a_journal_moves_the_balances_of_its_accounts(books):
    books.receive(200_000_00)
    books.spend(50_000_00)
    settled()

    assert balance(books, "1001") == 150_000_00
    assert balance(books, "4001") == -200_000_00
    assert balance(books, "5001.living") == 50_000_00


def test_numbers_count_from_one_without_a_gap(books):
    journals = [books.receive(100), books.receive(200), books.receive(300)]

    assert [journal.number for journal in journals] == [1, 2, 3]
    assert Period.objects.get(year=2026, month=0).last_number == 3


def test_each_journal_is_tied_to_the_one_before(books):
    first, second = books.receive(100), books.receive(200)

    assert bytes(first.prev_hash) == bytes(32)
    assert bytes(second.prev_hash) == bytes(first.hash)
    assert bytes(Period.objects.get(year=2026, month=0).last_hash) == bytes(second.hash)
    lines = [
        (row.line, row.account.code, row.account.fund.code, row.amount_fen)
        for row in Entry.objects.filter(journal=second).select_related("account__fund")
    ]
    assert journal_hash(Journal.objects.get(pk=second.pk), lines) == bytes(second.hash)


@pytest.mark.parametrize(
    ("legs", "code"),
    [
        ([("1001", 100), ("4001", -99)], "L007"),
        ([("1001", 100), ("8000", -100)], "L007"),
        ([("1001", 100)], "L003"),
        ([("1001", 100), ("9999", -100)], "L004"),
        ([("1001", 0), ("4001", 0)], "L005"),
        ([("1001", 100), ("1001", -100)], "L006"),
    ],
)
def test_what_is_no_voucher_is_refused_with_the_reason(books, legs, code):
    with pytest.raises(InvalidInput) as refused:
        books.post(*(books.leg(account, fen) for account, fen in legs))

    assert code in {problem.code for problem in refused.value.problems}
    assert not Journal.objects.exists()


def test_each_fund_balances_for_itself(books):
    with pytest.raises(InvalidInput) as refused:
        books.post(books.leg("1001", 100), books.leg("4001", -100, books.gift))

    assert {problem.code for problem in refused.value.problems} == {"L007"}


def test_a_summary_without_words_or_with_an_identity_number_is_refused(books):
    for memo, code in ((" ", "L001"), ("付张三 110101199003074514 生活补助", "L002")):
        with pytest.raises(InvalidInput) as refused:
            books.receive(100, memo=memo)
        assert [problem.code for problem in refused.value.problems] == [code]


def test_nothing_is_paid_that_is_not_there_and_the_refusal_says_what_is(books):
    books.receive(100_00)

    with pytest.raises(BelowFloor) as refused:
        books.spend(100_01)

    said = str(refused.value)
    assert "1001 专户银行存款" in said
    assert "中央财政帮扶资金" in said
    assert "100.00" in said
    assert "100.01" in said


def test_the_same_event_again_is_the_same_journal(books):
    first = books.receive(100, ref="bank-7")
    again = books.receive(100, ref="bank-7")

    assert again == first
    assert balance(books, "1001") == 100


def test_the_same_event_with_another_amount_is_refused(books):
    books.receive(100, ref="bank-7")

    with pytest.raises(EventTaken):
        books.receive(101, ref="bank-7")


def test_who_made_a_voucher_does_not_check_it(books):
    with pytest.raises(SamePerson):
        books.receive(100, maker=books.head, actor=books.head)


def test_a_background_job_is_nobody_who_could_check(books):
    with pytest.raises(NotPermitted):
        books.receive(100, actor=Actor.system("relay", station=books.station))


def test_a_closed_month_takes_nothing(books):
    for month in range(1, 12):
        close_period(year=2026, month=month, actor=books.finance, now=NOON)

    with pytest.raises(PeriodNotOpen, match="2026-11"):
        books.receive(100)
    assert books.receive(100, on=date(2026, 12, 1)).number == 1


def test_a_year_nobody_opened_takes_nothing(books):
    with pytest.raises(PeriodNotOpen, match="2027-01"):
        books.receive(100, on=date(2027, 1, 4))


def test_months_are_closed_in_order_and_opened_backwards_with_a_reason(books):
    with pytest.raises(MonthNotInOrder, match="2026-01"):
        close_period(year=2026, month=2, actor=books.finance, now=NOON)
    for month in (1, 2):
        close_period(year=2026, month=month, actor=books.finance, now=NOON)
    with pytest.raises(MonthNotInOrder, match="2026-02"):
        reopen_period(year=2026, month=1, reason="补记一月利息", actor=books.head, now=NOON)
    with pytest.raises(InvalidInput):
        reopen_period(year=2026, month=2, reason="", actor=books.head, now=NOON)
    with pytest.raises(NotPermitted):
        reopen_period(year=2026, month=2, reason="补记利息", actor=books.finance, now=NOON)

    reopen_period(year=2026, month=2, reason="补记二月利息", actor=books.head, now=NOON)

    assert Period.objects.get(year=2026, month=2).state == "open"
    row = AuditRow.objects.filter(event="ledger.period_reopened").get()
    assert row.data == {"reason": "补记二月利息"}


def test_a_reversal_is_the_mirror_and_happens_once(books):
    journal = books.receive(100)

    mirror = reverse_journal(
        journal.pk, effective_on=TODAY, reason="记错科目", maker=books.finance,
        actor=books.head, now=NOON,
    )  # fmt: skip
    settled()

    assert mirror.reverses == journal
    assert balance(books, "1001") == balance(books, "4001") == 0
    with pytest.raises(ReversedAlready, match=str(mirror)):
        reverse_journal(
            journal.pk, effective_on=TODAY, reason="再冲一次", maker=books.finance,
            actor=books.head, now=NOON,
        )  # fmt: skip
    with pytest.raises(NotReversible):
        reverse_journal(
            mirror.pk, effective_on=TODAY, reason="冲回冲销", maker=books.finance,
            actor=books.head, now=NOON,
        )  # fmt: skip


def test_an_earmarked_fund_pays_nothing_else(books):
    books.receive(100, books.gift)

    with pytest.raises(OutsidePurpose, match="移动助学金"):
        books.spend(100, books.gift)
    books.post(books.leg("5001.schooling", 100, books.gift), books.leg("1001", -100, books.gift))


def test_budget_is_given_held_freed_and_spent_and_never_beyond_what_is_available(books):
    common = {
        "fund_id": books.fiscal.pk, "on": TODAY, "memo": "张家口救助", "maker": books.finance,
        "actor": books.head, "now": NOON,
    }  # fmt: skip
    appropriate_budget(ref="2026", amount_fen=1000, **common)
    reserve_budget(ref="item-1", amount_fen=600, **common)
    with pytest.raises(BelowFloor, match="可用预算"):
        reserve_budget(ref="item-2", amount_fen=401, **common)
    release_budget(ref="item-1", amount_fen=100, **common)
    execute_budget(ref="item-1", amount_fen=500, **common)
    with pytest.raises(BelowFloor, match="占用预算"):
        execute_budget(ref="item-3", amount_fen=1, **common)
    settled()

    assert balance(books, "8000") == -1000
    assert balance(books, "8001") == 500
    assert balance(books, "8002") == 0
    assert balance(books, "8003") == 500


def test_a_line_of_the_bank_is_received_once(books):
    line = {
        "serial": "ICBC-20261120-0007", "fund_id": books.fiscal.pk, "amount_fen": 5_000,
        "received_on": TODAY, "account": "4002", "memo": "市总拨入", "maker": books.finance,
        "actor": books.head, "now": NOON,
    }  # fmt: skip
    assert receive_bank_line(**line) == receive_bank_line(**line)
    assert balance(books, "1001") == 5_000
    with pytest.raises(InvalidInput):
        receive_bank_line(**line | {"account": "5101"})


def test_a_year_opens_with_what_the_year_before_closed_with(books):
    books.receive(1000)
    books.spend(300)
    appropriate_budget(
        ref="2026", fund_id=books.fiscal.pk, amount_fen=900, on=TODAY, memo="下达",
        maker=books.finance, actor=books.head, now=NOON,
    )  # fmt: skip
    with pytest.raises(YearNotInOrder, match="2026-01"):
        open_year(year=2027, maker=books.finance, actor=books.head, now=NOON)
    for month in range(1, 13):
        close_period(year=2026, month=month, actor=books.finance, now=NOON)

    carried = open_year(year=2027, maker=books.finance, actor=books.head, now=NOON)
    settled()

    assert carried.kind == JournalKind.OPENING
    assert carried.number == 1
    assert bytes(carried.prev_hash) == bytes(Period.objects.get(year=2026, month=0).last_hash)
    assert balance(books, "1001", year=2027) == 700
    assert balance(books, "3001", year=2027) == -700
    assert balance(books, "8001", year=2027) == 900
    assert not Account.objects.filter(year=2027, code="4001").exists()
    with pytest.raises(MonthNotInOrder):
        reopen_period(year=2026, month=12, reason="还想再记一笔", actor=books.head, now=NOON)
    with pytest.raises(YearNotInOrder):
        open_year(year=2029, maker=books.finance, actor=books.head, now=NOON)


def test_a_fund_with_money_is_not_closed_and_a_closed_one_takes_none(books):
    books.receive(100)
    with pytest.raises(FundNotEmpty, match=r"1\.00"):
        close_fund(books.fiscal.pk, actor=books.finance, now=NOON)
    books.spend(100)

    close_fund(books.fiscal.pk, actor=books.finance, now=NOON)

    with pytest.raises(FundClosed):
        books.receive(100)


def test_a_code_of_a_fund_is_taken_once(books):
    same = open_fund(
        code="ZY26", name="中央财政帮扶资金", source="central", actor=books.finance, now=NOON
    )
    assert same == books.fiscal
    with pytest.raises(InvalidInput):
        open_fund(code="ZY26", name="别的", source="own_union", actor=books.finance, now=NOON)


def test_the_supervisor_changes_nothing(books):
    with pytest.raises(NotPermitted):
        open_fund(code="X", name="别的", source="central", actor=books.supervisor, now=NOON)
    with pytest.raises(NotPermitted):
        close_period(year=2026, month=1, actor=books.supervisor, now=NOON)


def test_a_posting_stands_in_the_audit_chain_with_its_hash(books):
    journal = books.receive(100)

    row = AuditRow.objects.filter(event="ledger.posted").get()
    assert row.data["number"] == "2026-00001"
    assert row.data["hash"] == bytes(journal.hash).hex()
