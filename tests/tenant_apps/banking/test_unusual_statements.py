"""Files as banks, Excel and old programs leave them: read rightly where they say the same, refused whole where not."""

import io
import re
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from shared_apps.bankfiles.models import Line
from tenant_apps.banking import services
from tenant_apps.banking.reading import StatementRefused, check_whole, read_statement, worded
from tests.conftest import NOON
from tests.tenant_apps.banking.banks import Booked, camt_of, csv_of, rows_of
from tests.tenant_apps.banking.conftest import DAY
from tests.tenant_apps.banking.test_malformed_statements import GOOD, camt, changed, text

TODAY = date(2026, 11, 20)


def workbook(change=None):
    book = Workbook()
    for row in rows_of(GOOD, opening=1000_00):
        book.active.append(row)
    if change:
        change(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def cell(at, value):
    return lambda book: book.active.__setitem__(at, value)


def second_sheet(book):
    sheet = book.create_sheet("另一账户")
    for row in rows_of([Booked("Z1", DAY, 9_00)], opening=0, account="7777000011112222"):
        sheet.append(row)


def cover_sheet(book):
    book.create_sheet("说明").append(["本表由网银生成，仅供对账。"])


def with_a_wrong_size():
    """A sheet that says it ends after its first booking, as some programs write it."""
    source, target = zipfile.ZipFile(io.BytesIO(workbook())), io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for entry in source.infolist():
            part = source.read(entry)
            if entry.filename.endswith("sheet1.xml"):
                part = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:L5"', part)
            package.writestr(entry.filename, part)
    return target.getvalue()


def declared_across_pieces():
    """A document type whose words lie across the border of what is read at once."""
    target = io.BytesIO(workbook())
    with zipfile.ZipFile(target, "a") as package:
        package.writestr("xl/x.xml", b"<a>" + b"x" * ((1 << 20) - 8) + b"<!DOCTYPE x []></a>")
    return target.getvalue()


def in_bulk():
    """One entry for two payees: no one's name is that of the whole."""
    said = camt().decode()
    one = list(re.finditer(r"<TxDtls>.*?</TxDtls>", said, re.DOTALL))[1][0]
    return said.replace(one, one + one.replace("虚构一", "虚构三")).encode()


def opened_twice():
    said = camt().decode()
    one = re.search(r"<Bal>.*?OPBD.*?</Bal>", said, re.DOTALL)[0]
    return said.replace(one, one + one.replace("1000.00", "999.00")).encode()


SAME = {
    "a rare character in GB18030": changed("虚构一", "虚构𠂉").decode().encode("gb18030"),
    "two bytes, the larger first": b"\xfe\xff" + text().encode("utf-16-be"),
    "full-width amounts": changed("500.00,,1500.00", "５００．００,,１５００．００"),
    "a full-width day": changed("2026-11-18,S2", "２０２６－１１－１８,S2"),
    "less than nothing, by nothing": changed(",100.00,1400.00", "-0.00,100.00,1400.00"),
    "quoted thousands": changed("500.00,,1500.00", '"500.00",,"1,500.00"'),
    "line ends of an old computer": text().replace("\r\n", "\r").encode(),
    "CAMT.053 of a version to come": camt("001.08", "001.13"),
    "amounts of five decimals in CAMT": camt("500.00</Amt>", "500.00000</Amt>"),
    "a day with its zone in CAMT": camt("<Dt>2026-11-18</Dt>", "<Dt>2026-11-18+08:00</Dt>"),
    "an instant of another zone in CAMT": camt(
        "<Dt>2026-11-18</Dt>", "<DtTm>2026-11-17T20:30:00Z</DtTm>"
    ),
    "a sheet that says a wrong size": with_a_wrong_size(),
    "a sheet that explains": workbook(cover_sheet),
}


def whole_of(data):
    statement = read_statement(data)
    return statement, check_whole(statement, today=TODAY)


@pytest.mark.parametrize("name", SAME)
def test_says_the_same_as_the_plain_file(name):
    plain, of_plain = whole_of(text().encode())

    statement, whole = whole_of(SAME[name])

    assert whole == of_plain
    shown = [(line.serial, line.booked_on, line.amount_fen) for line in statement.lines]
    assert shown == [(line.serial, line.booked_on, line.amount_fen) for line in plain.lines]


def test_an_entry_for_two_payees_is_read_without_a_name():
    statement, _whole = whole_of(in_bulk())

    assert [line.counterparty for line in statement.lines] == ["张家口市总工会", "", "虚构二"]
    assert statement.lines[1].reference == ""


def test_a_period_that_was_asked_for_to_its_end_ends_today():
    _statement, whole = whole_of(changed("终止日期,2026-11-18", "终止日期,2026-11-30"))

    assert whole.last_on == TODAY


# name: (bytes, code of the first fault, row and column that are named)
OTHERWISE = {
    "two bytes without a mark": (text().encode("utf-16-le"), "encoding", None, ""),
    "a serial Excel shortened": (changed(",S2,", ",2.02611E+17,"), "shortened", 6, "流水号"),
    "an account Excel shortened": (
        changed("6222000011112222", "6.222E+15"), "shortened", 1, "账号",
    ),
    "a serial of twenty digits as a number": (
        workbook(cell("B6", 2.0261118123456789e19)), "shortened", 6, "流水号",
    ),
    "a day as Excel counts": (workbook(cell("A6", 46344)), "bad-date", 6, "交易日期"),
    "a day of a century ago": (changed("2026-11-18,S1", "1926-11-18,S1"), "bad-date", 5, "交易日期"),
    "a booking without a day": (changed("2026-11-18,S2", ",S2"), "bad-date", 6, "交易日期"),
    "an amount in powers of ten": (changed("500.00,,1500.00", "5e2,,1500.00"), "bad-amount", 5, "收入"),
    "digits of another script": (changed("500.00,,1500.00", "٥٠٠.00,,1500.00"), "bad-amount", 5, "收入"),
    "a comma for the decimal point": (
        changed("500.00,,1500.00", '"500,00",,1500.00'), "bad-amount", 5, "收入",
    ),
    "brackets for less than nothing": (
        changed(",100.00,1400.00", ",(100.00),1400.00"), "bad-amount", 6, "支出",
    ),
    "thousands without quotes": (changed("500.00,,1500.00", "500.00,,1,500.00"), "shifted", 5, ""),
    "a hidden account": (changed("6222000011112222", "6222****2222"), "account-hidden", 1, "账号"),
    "two accounts in the head": (
        ("卡号,9999000011113333\r\n" + text()).encode(), "said-twice", 2, "账号",
    ),
    "two closings": ((text() + "期末余额,1350.01\r\n").encode(), "said-twice", 8, "期末余额"),
    "two openings in CAMT": (opened_twice(), "said-twice", None, "Bal"),
    "a formula in the purpose": (changed("S2,,100.00,1400.00,虚构一,6999990000000001111,",
        'S2,,100.00,1400.00,虚构一,6999990000000001111,"=HYPERLINK(""x"")"'), "formula", 6, "摘要"),
    "a formula over several cells": (
        workbook(cell("C5", ArrayFormula("C5", "=SUM(A1:A2)"))), "formula", 5, "收入",
    ),
    "a second statement on the second sheet": (workbook(second_sheet), "several-sheets", None, ""),
    "a page of the web": (b"<!DOCTYPE html><html><table></table></html>", "not-a-statement", None, ""),
    "a page of the web called xls": (
        b"<html xmlns:o='urn:x'><table></table></html>", "not-a-statement", None, "",
    ),
    "CAMT in Big5": (camt('encoding="UTF-8"', 'encoding="Big5"'), "encoding", None, ""),
    "a report within the day": (
        camt("<Stmt>", "<Rpt>").replace(b"</Stmt>", b"</Rpt>"), "not-a-statement", None, "",
    ),
    "a balance in dollars": (
        camt('<Amt Ccy="CNY">1000.00', '<Amt Ccy="USD">1000.00'), "currency", None, "Ccy",
    ),
    "a serial with what nobody sees": (changed(",S2,", ",S\u200b2,"), "control-characters", 6, "流水号"),
    "a name that is turned round": (
        changed("虚构一", "\u202e一构虚"), "control-characters", 6, "对方户名",
    ),
    "more than any ledger holds": (
        csv_of([Booked(f"S{at}", DAY, 10**15 if at % 2 else -(10**15)) for at in range(20)],
               opening=10**15), "beyond-measure", None, "",
    ),
    "a document type across the border of two pieces": (declared_across_pieces(), "hostile", None, ""),
    "a file cut within its last amount": (
        text()[: text().index("50.00", text().index("S3")) + 1].encode(), "closing", None, "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERWISE)
def test_is_refused_whole_with_line_field_and_remedy(name):
    data, code, row, column = OTHERWISE[name]

    with pytest.raises(StatementRefused) as refused:
        whole_of(data)

    first = refused.value.faults[0]
    assert (first.code, first.row, first.column) == (code, row, column)
    assert refused.value.break_type == "B11"
    said = worded(first)
    assert said.endswith("。")
    assert "请" in said
    assert row is None or said.startswith(f"第 {row} 行")


@pytest.mark.fault
def test_none_of_them_leaves_a_line_or_a_journal(desk):
    for name, (data, _code, _row, _column) in OTHERWISE.items():
        statement = desk.upload(data, name=name)
        services.work_on(statement.pk, now=NOON)
        statement.refresh_from_db()
        assert (statement.state, statement.note) == ("refused", "B11"), name
    assert Line.objects.count() == 0
    assert desk.journals() == []


def test_an_account_is_never_shown_whole_where_two_contradict_each_other():
    data, *_said = OTHERWISE["two accounts in the head"]
    with pytest.raises(StatementRefused) as refused:
        whole_of(data)

    assert "9999…3333 和 6222…2222" in worded(refused.value.faults[0])


def test_the_running_balance_off_by_a_fen_names_the_row():
    with pytest.raises(StatementRefused) as refused:
        whole_of(workbook(cell("E6", 1400.01)))

    assert [(fault.code, fault.row) for fault in refused.value.faults] == [
        ("running", 6), ("running", 7),
    ]  # fmt: skip


def test_a_camt_file_written_by_the_bank_of_the_tests_is_plain():
    _statement, whole = whole_of(camt_of(GOOD, opening=1000_00))

    assert whole.closing_fen == 1350_00
