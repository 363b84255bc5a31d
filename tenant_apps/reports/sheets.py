"""A report as a workbook, in the layout of the form."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from bangfu.kernel.clock import LOCAL
from bangfu.kernel.workbooks import TEXTS_STAY_TEXTS
from tenant_apps.reports.declarations import Form
from tenant_apps.reports.models import Report
from tenant_apps.reports.numbers import Picture
from tenant_apps.reports.presenting import Line, groups_of, lines_of

_A4 = 9


def workbook_of(report: Report, form: Form, picture: Picture, *, who: str, now: datetime) -> bytes:
    """Write a report as a workbook; numbers are numbers, texts are texts.

    The foot of each printed page says who exported when; the last line names the seal of the version.
    """
    buffer = io.BytesIO()
    local = now.astimezone(LOCAL)
    watermark = _("%(who)s 于 %(when)s 导出") % {"who": who, "when": f"{local:%Y-%m-%d %H:%M}"}
    with xlsxwriter.Workbook(buffer, TEXTS_STAY_TEXTS) as book:
        sheet = book.add_worksheet(str(form.title)[:31])
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_column(0, 0, 36)
        sheet.set_column(1, len(form.columns), 12)
        sheet.set_footer(f"&L{watermark.replace('&', '&&')}&R&P / &N")
        row = _write_head(book, sheet, report, form, picture)
        row = _write_lines(book, sheet, lines_of(form, picture), after=row)
        plain = book.add_format({"font_size": 10})
        for place, note in enumerate((*form.notes, *_notes(report, picture)), start=row + 1):
            sheet.write_string(place, 0, str(note), plain)
    return buffer.getvalue()


def _write_head(book: Any, sheet: Any, report: Report, form: Form, picture: Picture) -> int:
    """Write title, unit, period and the headings; return the last row written."""
    title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    head = book.add_format(
        {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
    )
    last = len(form.columns)
    groups = groups_of(form)
    _merge(sheet, (0, 0, 0, last), str(form.title), title)
    station = picture.get("station", {}).get("name", "")
    line = _("填报单位：%(station)s　　%(period)s") % {
        "station": station,
        "period": report.months.label,
    }
    sheet.write_string(1, 0, line)
    row = 3 if groups else 2
    column = 1
    for group in groups:
        _merge(sheet, (2, column, 2, column + group.columns - 1), group.title, head)
        column += group.columns
    _merge(sheet, (2, 0, row, 0), _("项目"), head)
    for place, declared in enumerate(form.columns, start=1):
        sheet.write_string(row, place, str(declared.title), head)
    sheet.repeat_rows(2, row)
    sheet.freeze_panes(row + 1, 1)
    return row


def _write_lines(book: Any, sheet: Any, lines: Iterable[Line], *, after: int) -> int:
    """Write the lines below row ``after``; return the last row written."""
    label = book.add_format({"border": 1})
    section = book.add_format({"border": 1, "bold": True, "bg_color": "#EEF2F7"})
    number = book.add_format({"border": 1, "num_format": "#,##0", "align": "right"})
    nothing = book.add_format({"border": 1, "align": "center", "font_color": "#999999"})
    row = after
    for row, line in enumerate(lines, start=after + 1):
        sheet.write_string(
            row, 0, "　" * line.indent + line.title, section if line.is_heading else label
        )
        for place, cell in enumerate(line.cells, start=1):
            if cell.value is None:
                sheet.write_string(row, place, "—", nothing)
            elif cell.span is not None:
                text = f"{cell.span.least:,}–{cell.span.most:,}"
                sheet.write_string(row, place, text, number)
            else:
                sheet.write_number(row, place, cell.value, number)
    return row


def _merge(sheet: Any, place: tuple[int, int, int, int], text: str, style: Any) -> None:
    if place[:2] == place[2:]:
        sheet.write_string(place[0], place[1], text, style)
    else:
        sheet.merge_range(*place, text, style)


def _notes(report: Report, picture: Picture) -> list[str]:
    notes = []
    if picture.get("paper"):
        notes.append(_("含未入网单位的纸质报表，户数未去重，以区间表示。"))
    if report.version is not None:
        notes.append(
            _("第 %(number)s 版，封存摘要（SM3）%(digest)s")
            % {"number": report.version.number, "digest": bytes(report.version.digest).hex()}
        )
    return notes
