"""The sheet of cards and certificates that were issued on paper: its columns, its template, and how rows are read."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import xlsxwriter
from django.utils.translation import gettext as _

from bangfu.kernel.errors import Problem
from bangfu.kernel.workbooks import TEXTS_STAY_TEXTS
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.benefits.errors import CardHeadingsMissing
from tenant_apps.imports.columns import heading_key
from tenant_apps.imports.sheets import CellValue, Sheet, shown_number

HEADER_DEPTH = 5
_READY = 2_000
_MOST_NUMBER = 32
_DAY = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?")
_BETWEEN = re.compile(r"[、，,;；\s]+")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the sheet, which is Chinese."""

    name: str
    heading: str
    hint: str
    is_required: bool = False


COLUMNS = (
    Column("kind", "证卡种类", "从下拉列表选择", True),
    Column("who", "档案编号或身份证号", "本站在档户的档案编号，或户主的身份证号", True),
    Column("number", "证卡编号", "证件、卡片上印的编号，同种证卡不能重复，32 字以内", True),
    Column("issued_on", "发证日期", "如 2026-03-01", True),
    Column("valid_to", "有效期至", "如 2027-02-28；留空的按发证日期起一年；已年检的填年检后的有效期"),
    Column("goods", "可购物品", "只限购物卡：可购物品的名称，用顿号隔开；留空不限"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLine:
    """One card as its row says; ``who`` is as it was typed, ``valid_to`` is None where nothing was."""

    row: int
    kind: str
    who: str
    number: str
    issued_on: date
    valid_to: date | None = None
    goods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadCards:
    """What a sheet holds: the lines that can be read, and what is wrong with the others."""

    lines: list[CardLine] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def row_problem(row: int, name: str, message: str, code: str) -> Problem:
    """Say what is wrong with one cell, by its row and the heading of its column."""
    column = next(one for one in COLUMNS if one.name == name)
    return Problem(code=code, field=name, message=message, row=row, column=column.heading)


def read_cards(sheet: Sheet, *, today: date) -> ReadCards:
    """Read every row of the sheet.

    B301 a cell is empty · B302 not of its list · B303 no day, or one to come · B304 too long.

    Raises:
        CardHeadingsMissing: the sheet has not the columns of such a list.
    """
    top, columns = _headings(sheet)
    read = ReadCards()
    for number in sorted(sheet.rows):
        cells = {columns[at]: cell for at, cell in sheet.rows[number].items() if at in columns}
        if number <= top or not any(_text(cell) for cell in cells.values()):
            continue
        row = _Row(number, cells, today)
        line = row.line()
        if row.problems:
            read.problems.extend(row.problems)
        elif line is not None:
            read.lines.append(line)
    return read


def card_template() -> bytes:
    """Write the empty sheet as a workbook, with its lists to choose from and a sheet of explanations."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, TEXTS_STAY_TEXTS) as book:
        head = book.add_format({"bold": True, "bg_color": "#EAF1FB", "border": 1})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet("证卡名单")
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(COLUMNS):
            sheet.write_string(0, at, column.heading + ("*" if column.is_required else ""), head)
            sheet.set_column(at, at, max(14, 2 * len(column.heading) + 4), text)
        kinds = [code.label for code in CODE_LISTS["card_kind"]]
        sheet.data_validation(1, 0, _READY, 0, {"validate": "list", "source": kinds})
        notes = book.add_worksheet("填写说明")
        notes.set_column(0, 0, 22)
        notes.set_column(1, 1, 80)
        for row, column in enumerate(COLUMNS):
            notes.write_string(row, 0, column.heading)
            notes.write_string(row, 1, column.hint)
    return buffer.getvalue()


def _headings(sheet: Sheet) -> tuple[int, dict[int, str]]:
    known = {heading_key(column.heading): column for column in COLUMNS}
    lacking = {column.heading for column in COLUMNS if column.is_required}
    for number in sorted(sheet.rows)[:HEADER_DEPTH]:
        found = {
            at: known[heading_key(_text(cell))]
            for at, cell in sheet.rows[number].items()
            if heading_key(_text(cell)) in known
        }
        left = lacking - {column.heading for column in found.values()}
        if not left:
            return number, {at: column.name for at, column in found.items()}
    raise CardHeadingsMissing(columns="、".join(sorted(lacking)))


class _Row:
    """One row, read cell by cell; everything that is wrong with it is kept."""

    def __init__(self, number: int, cells: Mapping[str, CellValue], today: date) -> None:
        self.number = number
        self._cells = cells
        self._today = today
        self.problems: list[Problem] = []

    def line(self) -> CardLine | None:
        kind = self._code("kind", "card_kind", self._needed("kind"))
        who, number = self._needed("who"), self._needed("number")
        if len(number) > _MOST_NUMBER:
            message = _("编号过长，最多 %(most)s 个字。") % {"most": _MOST_NUMBER}
            self._wrong("number", message, "B304")
        issued_on = self._day("issued_on", is_required=True)
        valid_to = self._day("valid_to", is_required=False)
        if issued_on is not None and issued_on > self._today:
            self._wrong("issued_on", _("发证日期不能晚于今天，请核对年份。"), "B303")
        named = _BETWEEN.split(_text(self._cells.get("goods", "")))
        goods = tuple(self._code("goods", "goods_kind", one) for one in named if one)
        if self.problems or issued_on is None:
            return None
        return CardLine(
            row=self.number, kind=kind, who=who, number=number, issued_on=issued_on,
            valid_to=valid_to, goods=goods,
        )  # fmt: skip

    def _needed(self, name: str) -> str:
        text = _text(self._cells.get(name, ""))
        if not text:
            self._wrong(name, _("必填，不能为空。"), "B301")
        return text

    def _code(self, name: str, code_list: str, text: str) -> str:
        if not text:
            return ""
        code = CODE_LISTS[code_list].find(text)
        if code is None:
            words = "、".join(one.label for one in CODE_LISTS[code_list])
            message = _("“%(text)s”不在代码表中，可填：%(words)s。") % {
                "text": text,
                "words": words,
            }
            self._wrong(name, message, "B302")
            return ""
        return code.value

    def _day(self, name: str, *, is_required: bool) -> date | None:
        cell = self._cells.get(name, "")
        if isinstance(cell, date):
            return cell
        text = self._needed(name) if is_required else _text(cell)
        if not text:
            return None
        match = _DAY.fullmatch(text)
        try:
            return date(*(int(part) for part in match.groups())) if match else _no_day()
        except ValueError:
            message = _("“%(text)s”不是日期，请写成 2026-03-01。") % {"text": text}
            self._wrong(name, message, "B303")
            return None

    def _wrong(self, name: str, message: str, code: str) -> None:
        self.problems.append(row_problem(self.number, name, message, code))


def _no_day() -> date:
    raise ValueError


def _text(cell: CellValue) -> str:
    match cell:
        case str():
            return cell.strip()
        case Decimal():
            return shown_number(cell)
        case bool():
            return ""
        case date():
            return cell.isoformat()
        case _:
            return "="
