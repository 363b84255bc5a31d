"""The workbook in which goods that came in are listed: its template, and reading it back."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import xlsxwriter
from django.utils.translation import gettext as _

from bangfu.kernel.errors import Problem
from bangfu.kernel.workbooks import TEXTS_STAY_TEXTS
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.goods.rules import MILLI, LotDetails
from tenant_apps.imports.sheets import CellValue, Sheet, sheets_of, shown_number

SHEET = "物资入库"
NAME, KIND, UNIT, QUANTITY, VALUE = "品名规格", "类别", "计量单位", "数量", "单价（元）"
EXPIRES, ORIGIN, DONOR, ANONYMOUS, NEW = "保质期至", "来源", "捐赠人", "匿名", "全新"
LIMIT, SHELF, NOTE = "每户每季限领", "货位", "备注"
NEEDED = (NAME, KIND, UNIT, QUANTITY, VALUE, ORIGIN)
HEADINGS = (*NEEDED[:5], EXPIRES, ORIGIN, DONOR, ANONYMOUS, NEW, LIMIT, SHELF, NOTE)
LISTED = {KIND: "goods_kind", UNIT: "goods_unit", ORIGIN: "goods_origin"}
MOST_ROWS = 2_000
_HEADER_DEPTH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsRow:
    """One row as it was typed: its number as Excel shows it, cells by heading."""

    number: int
    cells: Mapping[str, CellValue]


def template_workbook() -> bytes:
    """Write the empty form, with the lists to choose from."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, TEXTS_STAY_TEXTS) as book:
        head = book.add_format({"bold": True, "bg_color": "#EEF2F7", "border": 1})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(SHEET)
        for column, heading in enumerate(HEADINGS):
            sheet.write_string(0, column, heading, head)
            chosen = (
                [code.label for code in CODE_LISTS[LISTED[heading]]] if heading in LISTED else []
            )
            if heading in {ANONYMOUS, NEW}:
                chosen = ["是", "否"]
            if chosen:
                said = {
                    "validate": "list",
                    "source": [one for one in chosen if one != "其他站点调拨"],
                }
                sheet.data_validation(1, column, MOST_ROWS, column, said)
        sheet.set_column(0, len(HEADINGS) - 1, 14, text)
        sheet.freeze_panes(1, 1)
    return buffer.getvalue()


def read_goods(data: bytes, filename: str) -> list[GoodsRow] | None:
    """Read the rows of a list of goods; None where no sheet has its headings.

    Raises:
        WorkbookRefused: the file is not what it says, is damaged, or is hostile.
    """
    for sheet in sheets_of(data, filename).values():
        header = _header_of(sheet)
        if header is not None:
            at = {cell: column for column, cell in sheet.rows[header].items()}
            return [
                GoodsRow(
                    number=number,
                    cells={name: cells[at[name]] for name in HEADINGS if at.get(name) in cells},
                )
                for number, cells in sheet.rows.items()
                if number > header and cells
            ]
    return None


def lot_of_row(row: GoodsRow) -> tuple[LotDetails, int, list[Problem]]:
    """Read one row: the goods, how much in thousandths, and what cannot be read.

    G120 a cell that is no number, day or word of its list.
    """
    problems: list[Problem] = []

    def wrong(heading: str, message: str) -> None:
        problems.append(
            Problem(code="G120", row=row.number, column=heading, field=heading, message=message)
        )

    def text(heading: str) -> str:
        cell = row.cells.get(heading)
        if isinstance(cell, Decimal):
            return shown_number(cell)
        return cell.strip() if isinstance(cell, str) else ""

    def number(heading: str, factor: int) -> int | None:
        said = text(heading).replace(",", "")
        if not said:
            return None
        try:
            value = Decimal(said) * factor
        except ArithmeticError:
            value = Decimal("NaN")
        if not value.is_finite() or value != value.to_integral_value() or abs(value) > 10**15:
            wrong(heading, _("请填写数字。"))
            return None
        return int(value)

    def listed(heading: str) -> str:
        code = CODE_LISTS[LISTED[heading]].find(text(heading))
        return code.value if code else ""

    def day(heading: str) -> date | None:
        cell = row.cells.get(heading)
        if isinstance(cell, date):
            return cell
        said = text(heading).replace("/", "-").replace(".", "-")
        if not said:
            return None
        try:
            year, month, of_month = (int(part) for part in said.split("-"))
            return date(year, month, of_month)
        except ValueError:
            wrong(heading, _("请填写日期，例如 2027-06-30。"))
            return None

    details = LotDetails(
        name=text(NAME),
        kind=listed(KIND),
        unit=listed(UNIT),
        unit_value_fen=_or(number(VALUE, 100), -1),
        origin=listed(ORIGIN),
        donor=text(DONOR)[:80],
        is_anonymous=text(ANONYMOUS) == "是",
        expires_on=day(EXPIRES),
        is_new=text(NEW) == "是",
        season_limit_milli=number(LIMIT, MILLI),
        shelf=text(SHELF)[:40],
        note=text(NOTE)[:200],
    )
    return details, _or(number(QUANTITY, MILLI), 0), problems


def _or(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value


def _header_of(sheet: Sheet) -> int | None:
    for number in sorted(sheet.rows)[:_HEADER_DEPTH]:
        said = {cell for cell in sheet.rows[number].values() if isinstance(cell, str)}
        if set(NEEDED) <= said:
            return number
    return None
