"""Files that are not whole, not statements, or hostile: refused as a whole, with the break, the row and the remedy."""

import io
import zipfile
from datetime import date, timedelta
from itertools import pairwise

import pytest

from bangfu.kernel.tenancy import in_network
from shared_apps.bankfiles.models import Line, Statement
from shared_apps.reconciliation.models import Break, BreakKind
from shared_apps.reconciliation.services import reconcile_station
from tenant_apps.banking import services
from tenant_apps.banking.reading import (
    MOST_BYTES,
    StatementRefused,
    check_whole,
    fault_kept,
    read_statement,
    worded,
)
from tests.conftest import NOON
from tests.tenant_apps.banking.banks import Booked, camt_of, csv_of, xlsx_of
from tests.tenant_apps.banking.conftest import DAY

GOOD = [
    Booked("S1", DAY, 500_00, "张家口市总工会", "BK-1"),
    Booked("S2", DAY, -100_00, "虚构一", "PF-1"),
    Booked("S3", DAY, -50_00, "虚构二", "PF-2"),
]


def text(lines=GOOD, **more):
    return csv_of(lines, opening=1000_00, **more).decode()


def changed(old, new, times=1):
    said = text()
    assert old in said
    return said.replace(old, new, times).encode()


def without_row(number):
    rows = text().splitlines(keepends=True)
    return "".join(rows[: number - 1] + rows[number:]).encode()


def camt(old="", new="", **more):
    said = camt_of(GOOD, opening=1000_00, **more).decode()
    assert old in said
    return said.replace(old, new, 1).encode()


def workbook(*, parts=(), **more):
    target = io.BytesIO(xlsx_of(GOOD, opening=1000_00))
    with zipfile.ZipFile(target, "a") as package:
        for name, content in parts:
            package.writestr(name, content)
    return target.getvalue()


def formula():
    from openpyxl import Workbook

    book = Workbook()
    for row in text().splitlines():
        book.active.append(row.split(","))
    book.active["C5"] = "=SUM(1,499)"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def bomb():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<x/>")
        package.writestr("xl/worksheets/sheet1.xml", b"0" * (80 << 20))
    return target.getvalue()


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def million():
    return b"\n".join(
        ["交易日期,流水号,收入,支出,余额".encode(), *[b"2026-11-18,1,1.00,,1.00"] * 1_000_000]
    )


# name: (bytes, code of the first fault, type of the break, row that is named)
MALFORMED = {
    "empty": (b"", "empty", "B11", None),
    "blanks": (b" \r\n\r\n", "empty", "B11", None),
    "zeros": (b"\0" * 2048, "empty", "B11", None),
    "a picture": (b"\x89PNG\r\n\x1a\n0000", "not-a-statement", "B11", None),
    "a PDF": (b"%PDF-1.7 ...", "not-a-statement", "B11", None),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not-a-statement", "B11", None),
    "a zip of something else": (
        b"PK\x05\x06" + b"\0" * 18, "not-a-statement", "B11", None,
    ),
    "a truncated workbook": (workbook()[:2000], "damaged", "B11", None),
    "a workbook with macros": (workbook(parts=[("xl/vbaProject.bin", b"x")]), "hostile", "B11", None),
    "a workbook with entities": (workbook(parts=[("xl/x.xml", LAUGHS)]), "hostile", "B11", None),
    "a zip bomb": (bomb, "hostile", "B11", None),
    "a formula": (formula(), "formula", "B11", 5),
    "a formula in a CSV": (changed("500.00,,1500.00", "=1+1,,1500.00"), "formula", "B11", 5),
    "a command in a name": (changed("虚构一", "@SUM(A1)"), "formula", "B11", 6),
    "bytes of no encoding": (b"\x80\xff\xff\x81" * 40, "encoding", "B11", None),
    "a character nobody sees": (changed("虚构一", "虚\x07构"), "control-characters", "B11", 6),
    "a zero byte": (changed("虚构一", "虚\0构"), "control-characters", "B11", 6),
    "an open quotation mark": (changed("虚构二", '"虚构二'), "damaged", "B11", 7),
    "no table": (b"hello\nworld\n" * 40, "no-header", "B11", None),
    "a table of something else": ("姓名,年龄\n柳,30\n".encode(), "no-header", "B11", None),
    "no serial column": (changed("流水号", "序号"), "missing-columns", "B11", None),
    "no amount column": (changed("收入,支出", "甲,乙"), "missing-columns", "B11", None),
    "a column twice": (changed("对方户名,对方账号", "收入,收入"), "repeated-columns", "B11", None),
    "only the head": ("\n".join(text().splitlines()[:4]).encode(), "no-lines", "B11", None),
    "a million rows": (million, "too-many-lines", "B11", None),
    "a day that is none": (changed("2026-11-18,S2", "2026-02-30,S2"), "bad-date", "B11", 6),
    "a word for a day": (changed("2026-11-18,S2", "昨天,S2"), "bad-date", "B11", 6),
    "letters for an amount": (changed("500.00,,1500.00", "5OO.00,,1500.00"), "bad-amount", "B11", 5),
    "a third of a fen": (changed("500.00,,1500.00", "500.001,,1500.00"), "bad-amount", "B11", 5),
    "a negative expense": (changed(",100.00,1400.00", ",-100.00,1400.00"), "negative", "B11", 6),
    "no amount": (changed(",100.00,1400.00", ",,1400.00"), "no-amount", "B11", 6),
    "two amounts": (changed(",100.00,1400.00", "1.00,100.00,1400.00"), "two-amounts", "B11", 6),
    "no serial": (changed("2026-11-18,S2", "2026-11-18,"), "no-serial", "B11", 6),
    "a text without end": (changed("虚构一", "虚" * 121), "too-long", "B11", 6),
    "another currency": (changed("人民币", "USD"), "currency", "B11", 1),
    "no account": (changed("账号,6222000011112222", "备注,无"), "no-account", "B11", None),
    "no balances": (
        text(head=False).replace(",余额,", ",甲,").encode(), "no-account", "B11", None,
    ),
    "a wrong closing": (changed("期末余额,1350.00", "期末余额,1350.01"), "closing", "B11", None),
    "a row left out": (without_row(6), "running", "B11", 6),
    "the last row left out": (without_row(7), "closing", "B11", None),
    "an amount changed": (changed(",100.00,1400.00", ",90.00,1400.00"), "running", "B11", 6),
    "a serial twice": (changed("S3", "S2"), "serial-twice", "B11", 7),
    "a wrong count": (changed("期初余额", "总笔数,4,期初余额"), "count", "B11", None),
    "a wrong total": (changed("期初余额", "收入合计,400.00,期初余额"), "total-credit", "B11", None),
    "a day outside of the period": (changed("终止日期,2026-11-18", "终止日期,2026-11-17"), "outside", "B15", 5),
    "tomorrow": (
        csv_of([Booked("S1", date(2026, 11, 21), 5_00)], opening=0), "future", "B15", 5,
    ),
    "broken XML": (camt()[:-40], "damaged", "B11", None),
    "laughing XML": (camt(extra=LAUGHS), "hostile", "B11", None),
    "laughing XML in two bytes": (
        camt(extra=LAUGHS).decode().replace("UTF-8", "UTF-16").encode("utf-16"), "hostile", "B11", None,
    ),
    "other XML": (b"<?xml version='1.0'?><a><b/></a>", "not-a-statement", "B11", None),
    "deep XML": (b"<a>" * 50 + b"</a>" * 50, "hostile", "B11", None),
    "XML with an entry of tomorrow's booking": (camt("<Cd>BOOK</Cd>", "<Cd>PDNG</Cd>"), "not-booked", "B11", 1),
    "XML in dollars": (camt("<Ccy>CNY</Ccy>", "<Ccy>USD</Ccy>"), "currency", "B11", None),
    "XML without direction": (camt("<CdtDbtInd>DBIT</CdtDbtInd>\n        <Sts>", "<Sts>"), "bad-amount", "B11", 2),
    "XML with an entry left out": (camt("50.00</Amt>", "51.00</Amt>"), "closing", "B11", None),
    "two statements in one": (
        camt("</Stmt>", "</Stmt><Stmt></Stmt>"), "several-statements", "B11", None,
    ),
}  # fmt: skip


def bytes_of(name):
    data = MALFORMED[name][0]
    return data() if callable(data) else data


def refusal_of(data):
    with pytest.raises(StatementRefused) as refused:
        check_whole(read_statement(data), today=date(2026, 11, 20))
    return refused.value


@pytest.mark.parametrize("name", MALFORMED)
def test_is_refused_whole_with_the_place_and_the_remedy(name):
    _data, code, break_type, row = MALFORMED[name]

    refusal = refusal_of(bytes_of(name))

    first = refusal.faults[0]
    assert (first.code, refusal.break_type) == (code, break_type)
    assert row is None or first.row == row
    assert all(str(problem.message).endswith("。") for problem in refusal.problems)


def test_there_are_enough_of_them():
    assert len(MALFORMED) >= 40


def test_the_sentence_names_row_column_and_remedy():
    refusal = refusal_of(MALFORMED["a day that is none"][0])

    assert worded(refusal.faults[0]) == (
        "第 6 行“交易日期”：“2026-02-30”不是日期。请改为 2026-11-20 这样的格式。"
    )


def test_every_row_that_is_wrong_is_named_at_once():
    data = text().replace("500.00,,1500.00", "x,,1500.00").replace("2026-11-18,S3", "?,S3").encode()

    assert [fault.row for fault in refusal_of(data).faults] == [5, 7]


@pytest.mark.fault
def test_none_of_them_leaves_a_line_or_a_journal(desk):
    for name, (_data, code, break_type, _row) in MALFORMED.items():
        statement = desk.upload(bytes_of(name)[: MOST_BYTES + 1], name=name)
        services.work_on(statement.pk, now=NOON)
        statement.refresh_from_db()

        assert statement.state == "refused", name
        assert statement.note == break_type, name
        assert fault_kept(statement.problems[0]).code == code, name
    assert Line.objects.count() == 0
    assert desk.journals() == []


def test_a_refused_file_is_a_break_until_the_right_one_is_taken_in(desk):
    desk.upload(MALFORMED["a row left out"][0])
    reconcile_station(desk.station, now=NOON, kinds=[BreakKind.BANK])
    with in_network():
        case = Break.objects.get()
        assert (case.detail["type"], case.state) == ("B11", "open")

    desk.confirm(desk.upload(csv_of(GOOD, opening=1000_00)))

    with in_network():
        case.refresh_from_db()
    assert case.state == "healed"


def test_statements_follow_each_other_without_a_gap(desk):
    desk.take_in(Booked("S1", DAY, 500_00))
    next_day = DAY + timedelta(days=1)

    gap = desk.upload(csv_of([Booked("S2", next_day, 1_00)], opening=400_00))
    early = desk.upload(csv_of([Booked("S3", DAY - timedelta(days=1), 1_00)], opening=500_00))
    again = desk.upload(csv_of([Booked("S1", next_day, 1_00)], opening=500_00))
    good = desk.upload(csv_of([Booked("S4", next_day, 1_00)], opening=500_00))

    said = [(one.note, one.problems[0]["code"]) for one in (gap, early, again)]
    assert said == [("B15", "chain"), ("B15", "overlap"), ("B11", "serial-known")]
    assert good.state == "waiting"


def test_another_account_has_a_chain_of_its_own(desk):
    desk.take_in(Booked("S1", DAY, 500_00))

    other = desk.upload(csv_of([Booked("S1", DAY, 7_00)], opening=3_00, account="6222000099990000"))

    assert other.state == "waiting"
    assert Statement.objects.count() == 2


def test_rows_from_the_newest_to_the_oldest_are_turned_round():
    rows = text().splitlines()
    data = "\n".join([*rows[:4], *reversed(rows[4:])]).encode()

    statement = read_statement(data)
    check_whole(statement, today=date(2026, 11, 20))

    assert [line.serial for line in statement.lines] == ["S1", "S2", "S3"]
    assert all(
        after.balance_fen == before.balance_fen + after.amount_fen
        for before, after in pairwise(statement.lines)
    )


def test_one_column_of_amounts_with_a_direction_is_read_too():
    data = (
        "账号：6222000011112222\n期初余额：0.00\n"
        "交易时间,交易流水号,借贷标志,交易金额,账户余额,对方名称\n"
        '20261118 10:11:12,1,贷,"1,000.00","1,000.00",甲\n'
        "2026/11/18,2,借,300,700.00,乙\n合计,,,,,\n"
    ).encode("gbk")

    statement = read_statement(data)
    whole = check_whole(statement, today=date(2026, 11, 20))

    assert [line.amount_fen for line in statement.lines] == [1000_00, -300_00]
    assert (whole.account, whole.closing_fen) == ("6222000011112222", 700_00)
