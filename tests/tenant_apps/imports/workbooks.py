"""Workbooks for the tests: the form as people fill it, and the files people with bad intent send."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import openpyxl
import xlsxwriter

from tenant_apps.imports.columns import BROKEN_SHEET, HOUSEHOLDS, MEMBERS, Form

FORM_PATH = Path(__file__).parents[2] / "data" / "hardship_import_form.xlsx"
Row = dict[str, object]

WORKER: Row = {
    "household_no": "1",
    "station_code": "130705001",
    "tier_applied": "深度困难",
    "name": "柳试一",
    "id_type": "居民身份证",
    "id_no": "130771197406150127",
    "sex": "女",
    "birth": "1974-06-15",
    "ethnic": "汉族",
    "political": "群众",
    "marital": "离异",
    "hukou": "城镇(非农业)",
    "hukou_region": "130702",
    "mobile": "19900000001",
    "residence": "130702001",
    "address": "示例路1号",
    "employer": "(虚构)禾川纺织有限公司",
    "emp_kind": "国有企业",
    "emp_state": "半停产",
    "identity": "在职职工",
    "work_state": "在岗",
    "member": "是",
    "model_title": "非劳模",
    "health": "慢性病",
    "disease": "糖尿病",
    "insurance": "职工医保",
    "single_parent": "是",
    "zero_employment": "否",
    "dibao": "否",
    "persons": 2,
    "living_together": 2,
    "inc_wages_fen": 26400,
    "housing_kind": "承租单位公房",
    "area": 38,
    "homes": 1,
    "car": "否",
    "private_school": "否",
    "shareholder": "否",
    "main_cause": "11 单亲收入低",
    "story": "独自抚养在读子女,企业半停产,收入难以维持生活",
    "needs_1": "生活救助",
    "bank": "示例银行",
    "card_no": "6999990000000010008",
    "card_name": "柳试一",
    "authorised_on": "2026-10-12",
    "applied_on": "2026-10-12",
}


@cache
def form_bytes() -> bytes:
    return FORM_PATH.read_bytes()


HERE = {"130702001E01": "130705001E01", "130722001": "130705001", "130705001": "130702001"}


@cache
def form_for_test_stations() -> bytes:
    """The form with its stations replaced by three that the tests have."""
    book = openpyxl.load_workbook(io.BytesIO(form_bytes()))
    for sheet, column in ((book["困难职工家庭"], 2), (book[BROKEN_SHEET], 3)):
        for row in range(2, sheet.max_row + 1):
            cell = sheet.cell(row, column)
            if cell.value in HERE:
                cell.value = HERE[cell.value]
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def household(**cells: object) -> Row:
    return {**WORKER, **cells}


def workbook_of(
    households: Iterable[Row],
    members: Iterable[Row] = (),
    *,
    headings: Sequence[str] | None = None,
    above: int = 0,
) -> bytes:
    """A filled form; `above` rows of title stand over the headings."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    for form, rows in ((HOUSEHOLDS, households), (MEMBERS, members)):
        write_sheet(book, form, rows, headings if form is HOUSEHOLDS else None, above)
    book.close()
    return target.getvalue()


def write_sheet(
    book: xlsxwriter.Workbook,
    form: Form,
    rows: Iterable[Row],
    headings: Sequence[str] | None = None,
    above: int = 0,
) -> None:
    sheet = book.add_worksheet(form.sheet)
    fields = [column.name for column in form.columns]
    shown = list(headings) if headings else [column.heading for column in form.columns]
    for line in range(above):
        sheet.write_string(line, 0, "困难职工家庭登记")
    for at, heading in enumerate(shown):
        sheet.write_string(above, at, heading)
    for line, row in enumerate(rows, start=above + 1):
        for name, value in row.items():
            sheet.write(line, fields.index(name), value)


def repacked(data: bytes, changes: dict[str, bytes | None]) -> bytes:
    """The same package with parts replaced, added, or (with None) left out."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package,
    ):
        for entry in source.infolist():
            if entry.filename not in changes:
                package.writestr(entry.filename, source.read(entry.filename))
        for name, content in changes.items():
            if content is not None:
                package.writestr(name, content)
    return target.getvalue()


def sheet_xml(rows: str, dimension: str = "A1:B2") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><worksheet '
        'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>'
    ).encode()
