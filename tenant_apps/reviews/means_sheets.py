"""The request list of a means check as a workbook, and its rows as they come back filled in."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from bangfu.kernel.text import kept
from bangfu.kernel.workbooks import TEXTS_STAY_TEXTS
from tenant_apps.imports.sheets import CellValue, Formula, Sheet, digits_of, sheets_of, shown_number
from tenant_apps.reviews.models import MeansKind, MeansResult

LIST_SHEET, MEMBER_SHEET, GUIDE_SHEET = "核对名单", "家庭成员", "填写说明"
NUMBER, NAME, ID_NO, PERSONS, AUTHORISED = (
    "核对编号",
    "户主姓名",
    "证件号码",
    "家庭人口",
    "授权日期",
)
ANSWERED = "反馈日期"
_LEFT = (NUMBER, NAME, ID_NO, PERSONS, AUTHORISED)
_HEADER_DEPTH = 10
_GUIDE = (
    "1. 每户一行。请在各项“核对结果”列填写查到的内容，没有记录填“无”；工资填每月合计（元），房产填套数。",
    "2. “是否相符”列选 相符、不符 或 无记录；能与申报直接比较的项目可以不选，由系统比较。",
    "3. 社会保险和存款填写内容后，须选“是否相符”。",
    "4. 不要改动核对编号和证件号码；证件号码为文本格式，不要改成数字。",
    "5. 填好后整份交回，由帮扶中心导入；没有填的项目视为尚未反馈，可以以后补填再交。",
    "6. 本名单依据申请人签署的《家庭经济状况核对授权委托书》提供，只用于核对，不得转作他用。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedHousehold:
    """One household of a request list, in the clear: the outside unit has to find its people."""

    number: str
    name: str
    id_no: str
    persons: int
    authorised_on: date | None
    members: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """One row that came back: `row` as Excel shows it, cells by heading."""

    row: int
    number: str
    id_no: CellValue | None
    answered_on: CellValue | None
    cells: Mapping[str, tuple[CellValue | None, CellValue | None]]


class NotAnAnswerList(Exception):
    """The workbook has no sheet with the headings of a request list."""


def request_workbook(
    households: Iterable[ListedHousehold], *, batch_number: str, watermark: str
) -> bytes:
    """Write a request list; every text is text, and every sheet says who drew it, when and why."""
    buffer = io.BytesIO()
    listed = list(households)
    with xlsxwriter.Workbook(buffer, TEXTS_STAY_TEXTS) as book:
        formats = {
            "head": book.add_format({"bold": True, "bg_color": "#EEF2F7", "border": 1, "text_wrap": True}),
            "fill": book.add_format({"bold": True, "bg_color": "#FFF4DB", "border": 1, "text_wrap": True}),
            "text": book.add_format({"num_format": "@"}),
            "note": book.add_format({"italic": True, "font_color": "#888888"}),
            "title": book.add_format({"bold": True, "font_size": 14}),
        }  # fmt: skip
        _write_list(book, listed, batch_number, watermark, formats)
        _write_members(book, listed, watermark, formats)
        guide = book.add_worksheet(GUIDE_SHEET)
        guide.set_column(0, 0, 110)
        guide.write_string(0, 0, f"{_('经济状况核对名单')} {batch_number}", formats["title"])
        guide.write_string(1, 0, watermark, formats["note"])
        for line, text in enumerate(_GUIDE, 2):
            guide.write_string(line, 0, text)
    return buffer.getvalue()


def read_answers(data: bytes, filename: str) -> list[AnswerRow]:
    """Read a request list that came back; rows without a number that hold nothing are passed over.

    Raises:
        WorkbookRefused: the file is not what it says, is damaged, or is hostile.
        NotAnAnswerList: no sheet has the headings.
    """
    for sheet in sheets_of(data, filename).values():
        header = _header_of(sheet)
        if header is not None:
            return _rows_below(sheet, header)
    raise NotAnAnswerList


def finding_title(kind: str) -> str:
    """Give the heading under which what was found is filled in."""
    return f"{kept(MeansKind(kind).label)}核对结果"


def verdict_title(kind: str) -> str:
    """Give the heading under which it is chosen whether it agrees."""
    return f"{kept(MeansKind(kind).label)}是否相符"


def text_of(cell: CellValue | None) -> str | None:
    """Give a cell as a person typed it; None for a formula, which nobody typed."""
    if isinstance(cell, Formula):
        return None
    if isinstance(cell, Decimal):
        return shown_number(cell)
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(getattr(cell, "shown", cell)).strip()


def _write_list(
    book: Any,
    listed: Sequence[ListedHousehold],
    batch_number: str,
    watermark: str,
    formats: Mapping[str, Any],
) -> None:
    sheet = book.add_worksheet(LIST_SHEET)
    titles = [*_LEFT]
    for kind in MeansKind:
        titles += [finding_title(kind), verdict_title(kind)]
    titles.append(ANSWERED)
    sheet.write_string(0, 0, f"{batch_number} {watermark}", formats["note"])
    for at, title in enumerate(titles):
        sheet.write_string(1, at, title, formats["head" if at < len(_LEFT) else "fill"])
    sheet.freeze_panes(2, 3)
    sheet.set_column(0, len(titles) - 1, 14, formats["text"])
    sheet.set_column(0, 2, 24, formats["text"])
    sheet.set_footer(f"&L{watermark.replace('&', '&&')}&R&P / &N")
    sheet.set_landscape()
    results = [kept(MeansResult(one).label) for one in MeansResult]
    for row, one in enumerate(listed, 2):
        values = (
            one.number,
            one.name,
            one.id_no,
            str(one.persons),
            one.authorised_on.isoformat() if one.authorised_on else "",
        )
        for at, value in enumerate(values):
            sheet.write_string(row, at, value, formats["text"])
    for at in range(len(_LEFT) + 1, len(titles) - 1, 2):
        sheet.data_validation(2, at, len(listed) + 2, at, {"validate": "list", "source": results})


def _write_members(
    book: Any, listed: Sequence[ListedHousehold], watermark: str, formats: Mapping[str, Any]
) -> None:
    sheet = book.add_worksheet(MEMBER_SHEET)
    sheet.write_string(0, 0, watermark, formats["note"])
    for at, title in enumerate((NUMBER, "成员姓名", "与户主关系", ID_NO)):
        sheet.write_string(1, at, title, formats["head"])
    sheet.set_column(0, 3, 24, formats["text"])
    sheet.set_footer(f"&L{watermark.replace('&', '&&')}&R&P / &N")
    row = 2
    for one in listed:
        for member in one.members:
            for at, value in enumerate((one.number, *member)):
                sheet.write_string(row, at, value, formats["text"])
            row += 1


def _header_of(sheet: Sheet) -> int | None:
    for number in sorted(sheet.rows)[:_HEADER_DEPTH]:
        titles = {text_of(cell) for cell in sheet.rows[number].values()}
        if {NUMBER, ID_NO, finding_title(MeansKind.WAGES)} <= titles:
            return number
    return None


def _rows_below(sheet: Sheet, header: int) -> list[AnswerRow]:
    at = {text_of(cell): column for column, cell in sheet.rows[header].items()}
    rows = []
    for number, cells in sheet.rows.items():
        if number <= header:
            continue
        found = {
            str(kind): (
                cells.get(at.get(finding_title(kind), 0)),
                cells.get(at.get(verdict_title(kind), 0)),
            )
            for kind in MeansKind
        }
        name = digits_of(cells.get(at[NUMBER]))
        if name or any(one is not None for pair in found.values() for one in pair):
            rows.append(
                AnswerRow(
                    row=number,
                    number=name,
                    id_no=cells.get(at[ID_NO]),
                    answered_on=cells.get(at.get(ANSWERED, 0)),
                    cells=found,
                )
            )
    return rows
