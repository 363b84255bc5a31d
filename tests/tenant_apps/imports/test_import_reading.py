from __future__ import annotations

import csv
import io
import resource
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter

from tenant_apps.imports.columns import BROKEN_SHEET, HOUSEHOLDS, MEMBERS
from tenant_apps.imports.reading import read_workbook
from tenant_apps.imports.refusals import WorkbookRefused
from tenant_apps.imports.sheets import Formula
from tests.tenant_apps.imports.workbooks import (
    WORKER,
    form_bytes,
    repacked,
    sheet_xml,
    workbook_of,
    write_sheet,
)

SHEET = "xl/worksheets/sheet1.xml"


def spent_seconds() -> float:
    """Work done by this process and its children; unlike a clock it does not count a busy machine."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


@contextmanager
def refused(reason: str, *, words: str = "") -> Iterator[None]:
    start = spent_seconds()
    with pytest.raises(WorkbookRefused) as caught:
        yield
    assert caught.value.reason == reason
    assert words in str(caught.value)
    assert spent_seconds() - start < 5


def as_csv(encoding: str) -> bytes:
    target = io.StringIO()
    writer = csv.DictWriter(target, [c.name for c in HOUSEHOLDS.columns])
    writer.writerow({c.name: c.heading for c in HOUSEHOLDS.columns})
    writer.writerow(WORKER)
    return target.getvalue().encode(encoding)


def test_the_form_holds_three_households_and_six_members() -> None:
    book = read_workbook(form_bytes(), "form.xlsx")

    assert [row.cells["name"] for row in book.households] == ["柳试一", "邱试二", "阮试三"]
    assert [row.number for row in book.households] == [2, 3, 4]
    assert [row.household_no for row in book.members] == ["1", "2", "2", "2", "3", "3"]
    assert len(book.columns) == 78
    assert book.notes == ()


def test_the_sheet_of_broken_rows_is_read_only_when_it_is_asked_for() -> None:
    book = read_workbook(form_bytes(), "form.xlsx", sheet=BROKEN_SHEET)

    assert len(book.households) == 17
    assert book.members == []
    assert [row.household_no for row in book.context_households] == ["1", "2", "3"]
    assert len(book.context_members) == 6


def test_a_sheet_that_is_not_there_is_named_with_those_that_are() -> None:
    with refused("no_sheet", words="家庭成员"):
        read_workbook(form_bytes(), "form.xlsx", sheet="不存在")


def test_columns_may_stand_in_another_order_under_a_title_row() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet("一季度")
    for at, column in enumerate(reversed(HOUSEHOLDS.columns)):
        sheet.write(2, at, f" {column.heading} ")
        sheet.write(3, at, WORKER.get(column.name))
    sheet.merge_range("A1:H1", "困难职工家庭登记")
    book.close()

    read = read_workbook(target.getvalue(), "q1.xlsx")

    assert read.sheet == "一季度"
    assert [row.number for row in read.households] == [4]
    assert read.households[0].cells["id_no"] == WORKER["id_no"]


def test_an_amount_keeps_its_decimals_and_a_date_cell_its_day() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    write_sheet(book, HOUSEHOLDS, [WORKER | {"inc_wages_fen": 26400.1}])
    sheet = book.get_worksheet_by_name(HOUSEHOLDS.sheet)
    sheet.write_datetime(1, 7, date(1974, 6, 15), day)
    book.close()

    cells = read_workbook(target.getvalue(), "form.xlsx").households[0].cells

    assert cells["inc_wages_fen"] == Decimal("26400.1")
    assert cells["birth"] == date(1974, 6, 15)


def test_a_formula_is_seen_and_its_value_is_not_taken() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    write_sheet(book, HOUSEHOLDS, [WORKER])
    book.get_worksheet_by_name(HOUSEHOLDS.sheet).write_formula(1, 44, "=1+1", None, 26400)
    book.close()

    cells = read_workbook(target.getvalue(), "form.xlsx").households[0].cells

    assert cells["inc_wages_fen"] == Formula()
    assert cells["name"] == "柳试一"


def test_a_missing_required_column_is_named() -> None:
    headings = [c.heading for c in HOUSEHOLDS.columns if c.name != "card_no"]
    with refused("missing_columns", words="银行卡号"):
        read_workbook(workbook_of([WORKER], headings=headings), "form.xlsx")


def test_a_column_that_stands_twice_is_named() -> None:
    headings = [c.heading for c in HOUSEHOLDS.columns] + ["户主姓名"]
    with refused("repeated_columns", words="户主姓名"):
        read_workbook(workbook_of([WORKER], headings=headings), "form.xlsx")


def test_an_unknown_column_is_passed_over_with_a_note_and_a_guess() -> None:
    headings = [c.heading.replace("邮政编码", "邮编编码") for c in HOUSEHOLDS.columns]

    book = read_workbook(workbook_of([WORKER], headings=headings), "form.xlsx")

    assert len(book.households) == 1
    assert "邮编编码" in book.notes[0]
    assert "是否应为“邮政编码”" in book.notes[0]


def test_a_heading_merged_across_columns_is_refused_with_its_range() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    write_sheet(book, HOUSEHOLDS, [WORKER])
    book.get_worksheet_by_name(HOUSEHOLDS.sheet).merge_range("CA1:CC1", "其他")
    book.close()
    with refused("merged_header", words="CA1:CC1"):
        read_workbook(target.getvalue(), "form.xlsx")


def test_a_form_without_rows_says_so() -> None:
    with refused("no_rows", words=HOUSEHOLDS.sheet):
        read_workbook(workbook_of([]), "form.xlsx")


def test_a_workbook_that_is_not_the_form_says_which_headings_it_looked_for() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    book.add_worksheet("流水").write_row(0, 0, ["日期", "摘要", "金额"])
    book.close()
    with refused("no_header", words="户主姓名"):
        read_workbook(target.getvalue(), "form.xlsx")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_is_read_however_it_was_saved(encoding: str) -> None:
    book = read_workbook(as_csv(encoding), "form.csv")

    assert book.households[0].cells["name"] == "柳试一"
    assert book.households[0].cells["id_no"] == WORKER["id_no"]
    assert book.members == []


@pytest.mark.parametrize("ending", [b"\n", b"\r"])
def test_a_csv_may_end_its_lines_as_any_system_does(ending: bytes) -> None:
    book = read_workbook(as_csv("utf-8").replace(b"\r\n", ending), "form.csv")

    assert [row.number for row in book.households] == [2]


def test_a_formula_in_a_csv_is_not_taken_but_quoted_digits_are() -> None:
    data = as_csv("utf-8").replace("示例路1号".encode(), b"=HYPERLINK(1)")
    data = data.replace(b"130771197406150127", b'"=""130771197406150127"""')

    cells = read_workbook(data, "form.csv").households[0].cells

    assert cells["address"] == Formula()
    assert cells["id_no"] == "130771197406150127"


# Hostile and mistaken files


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "图片"),
        (b"%PDF-1.7\n", "PDF"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        (b"<?xml version='1.0'?><Workbook/>", "XML"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "旧版 Excel"),
        (b"MZ\x90\0", "程序"),
        ("户序号,户主姓名".encode(), "文本文件"),
    ],
)
def test_a_renamed_file_is_told_what_it_really_is(data: bytes, words: str) -> None:
    with refused("not_a_workbook", words=words):
        read_workbook(data, "名单.xlsx")


def test_a_word_document_under_another_name_is_told_apart() -> None:
    word = repacked(form_bytes(), {"xl/workbook.xml": None, "word/document.xml": b"<w/>"})
    with refused("not_a_workbook", words="Word"):
        read_workbook(word, "名单.xlsx")


def test_an_empty_file_is_refused() -> None:
    with refused("empty"):
        read_workbook(b"", "form.xlsx")


def test_an_upload_above_the_limit_is_refused_before_it_is_opened() -> None:
    with refused("too_large", words="20 MB"):
        read_workbook(b"PK" + b"\1" * (21 << 20), "form.xlsx")


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.999])
def test_a_truncated_workbook_is_refused(keep: float) -> None:
    data = form_bytes()
    with refused("truncated"):
        read_workbook(data[: int(len(data) * keep)], "form.xlsx")


def test_a_workbook_with_damage_inside_is_refused() -> None:
    data = bytearray(workbook_of([WORKER]))
    at = data.index(b"xl/worksheets/sheet1.xml") + 100
    data[at : at + 200] = bytes(200)
    with refused("truncated"):
        read_workbook(bytes(data), "form.xlsx")


def test_a_password_protected_workbook_is_refused() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le")
    with refused("encrypted", words="密码"):
        read_workbook(ole, "form.xlsx")


def test_a_workbook_with_macros_is_refused() -> None:
    with refused("macros"):
        read_workbook(repacked(form_bytes(), {"xl/vbaProject.bin": b"\0"}), "form.xlsx")


def test_a_workbook_that_reaches_outside_is_refused() -> None:
    linked = repacked(form_bytes(), {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"})
    with refused("external_links"):
        read_workbook(linked, "form.xlsx")


@pytest.mark.fault
def test_a_zip_bomb_is_refused() -> None:
    bomb = repacked(form_bytes(), {"xl/media/image1.png": b"\0" * (300 << 20)})
    with refused("bomb"):
        read_workbook(bomb, "form.xlsx")


def test_many_small_parts_are_refused() -> None:
    parts: dict[str, bytes | None] = {f"xl/media/{n}.png": b"x" for n in range(1000)}
    with refused("bomb"):
        read_workbook(repacked(form_bytes(), parts), "form.xlsx")


def test_billion_laughs_are_refused() -> None:
    laughs = (
        b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><w>&b;</w>'
    )
    for part in ("xl/workbook.xml", "xl/sharedStrings.xml", SHEET):
        with refused("entities"):
            read_workbook(repacked(form_bytes(), {part: laughs}), "form.xlsx")


@pytest.mark.fault
def test_a_million_rows_are_refused() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 1_000_001))
    data = repacked(form_bytes(), {SHEET: sheet_xml(rows, "A1:A1000000")})
    with refused("too_many_rows", words="20000"):
        read_workbook(data, "form.xlsx")


def test_a_million_rows_of_csv_are_refused() -> None:
    with refused("too_many_rows", words="20000"):
        read_workbook(as_csv("utf-8") + b"1,2,3\n" * 1_000_000, "form.csv")


@pytest.mark.parametrize("reference", ["XFD1048576", "A1048576", "ZZ3"])
def test_a_value_in_a_far_corner_is_refused(reference: str) -> None:
    digits = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c></row>'
        f'<row r="{digits}"><c r="{reference}"><v>1</v></c></row>'
    )
    with pytest.raises(WorkbookRefused) as caught:
        read_workbook(repacked(form_bytes(), {SHEET: sheet_xml(rows)}), "form.xlsx")
    assert caught.value.reason in {"too_many_rows", "too_many_columns"}


def test_a_far_corner_hidden_from_the_scan_ends_in_a_refusal_not_in_a_crash() -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="&#88;FD1048576"><v>1</v></c></row>'
    )
    with pytest.raises(WorkbookRefused):
        read_workbook(repacked(form_bytes(), {SHEET: sheet_xml(rows)}), "form.xlsx")


def test_a_million_formatted_but_empty_rows_below_the_form_do_no_harm() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(1, 50_001))
    book = read_workbook(repacked(form_bytes(), {SHEET: sheet_xml(rows)}), "form.xlsx")
    assert len(book.households) == 3


def test_members_of_the_form_are_found_by_their_headings() -> None:
    book = read_workbook(
        workbook_of([WORKER], [{"household_no": 1, "name": "柳试甲", "relation": "女儿"}]), "f.xlsx"
    )
    assert book.members[0].household_no == "1"
    assert book.members[0].cells["relation"] == "女儿"
    assert MEMBERS.by_name["relation"].required


def test_the_sheets_may_have_other_names() -> None:
    book = openpyxl.load_workbook(io.BytesIO(form_bytes()))
    book[HOUSEHOLDS.sheet].title, book[MEMBERS.sheet].title = "Sheet1", "Sheet2"
    target = io.BytesIO()
    book.save(target)

    read = read_workbook(target.getvalue(), "form.xlsx")

    assert (read.sheet, len(read.households), len(read.members)) == ("Sheet1", 3, 6)


def test_a_hidden_sheet_of_households_is_not_looked_for_among_the_codes() -> None:
    book = openpyxl.load_workbook(io.BytesIO(form_bytes()))
    book[HOUSEHOLDS.sheet].sheet_state = "hidden"
    target = io.BytesIO()
    book.save(target)

    with refused("no_header"):
        read_workbook(target.getvalue(), "form.xlsx")


def test_hidden_rows_are_read_and_merged_cells_are_named() -> None:
    book = openpyxl.load_workbook(io.BytesIO(form_bytes()))
    sheet = book[HOUSEHOLDS.sheet]
    sheet.row_dimensions[3].hidden = True
    sheet.merge_cells("B3:B4")
    target = io.BytesIO()
    book.save(target)

    read = read_workbook(target.getvalue(), "form.xlsx")

    assert [row.number for row in read.households] == [2, 3, 4]
    assert ["1 行被隐藏" in read.notes[0], "1 处合并单元格(如 B3:B4)" in read.notes[1]] == [
        True,
        True,
    ]


def test_a_strict_workbook_is_read_as_any_other() -> None:
    strict = {
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": (
            b"http://purl.oclc.org/ooxml/spreadsheetml/main"
        ),
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
            b"http://purl.oclc.org/ooxml/officeDocument/relationships"
        ),
    }
    parts: dict[str, bytes | None] = {}
    with zipfile.ZipFile(io.BytesIO(form_bytes())) as package:
        for name in package.namelist():
            part = package.read(name)
            for usual, other in strict.items():
                part = part.replace(usual, other)
            parts[name] = part

    read = read_workbook(repacked(form_bytes(), parts), "form.xlsx")

    assert (len(read.households), len(read.members)) == (3, 6)
