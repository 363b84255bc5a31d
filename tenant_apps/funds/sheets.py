"""The books of a year as a workbook."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from bangfu.kernel.clock import LOCAL
from bangfu.kernel.workbooks import TEXTS_STAY_TEXTS

Cell = str | int | None
_A4 = 9


def workbook_of(
    parts: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]],
    *,
    who: str,
    now: datetime,
) -> bytes:
    """Write parts, each a title, headings and rows; integers are fen and become yuan.

    Texts are written as texts, so nothing is ever a formula. The foot of each printed page says who
    exported when.
    """
    buffer = io.BytesIO()
    local = now.astimezone(LOCAL)
    mark = _("%(who)s 于 %(when)s 导出") % {"who": who, "when": f"{local:%Y-%m-%d %H:%M}"}
    with xlsxwriter.Workbook(buffer, TEXTS_STAY_TEXTS) as book:
        for title, headings, rows in parts:
            sheet = book.add_worksheet(title[:31])
            sheet.set_landscape()
            sheet.set_paper(_A4)
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(0)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(headings) - 1, 18)
            sheet.set_footer(f"&L{mark.replace('&', '&&')}&R&P / &N")
            _write(book, sheet, headings, rows)
    return buffer.getvalue()


def _write(book: Any, sheet: Any, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    head = book.add_format({"bold": True, "bg_color": "#EEF2F7", "border": 1})
    text = book.add_format({"border": 1})
    money = book.add_format({"border": 1, "num_format": "#,##0.00"})
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, head)
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(line, column, value / 100, money)
            else:
                sheet.write_string(line, column, value or "", text)
