"""The Excel sheets of the roll-up."""

import io
from datetime import datetime

import xlsxwriter
from django.utils.translation import gettext as _

from bangfu.kernel.clock import LOCAL
from bangfu.kernel.workbooks import TEXTS_STAY_TEXTS
from shared_apps.rollup.dashboard import Dashboard, number_text, title_line


def sheet_of(board: Dashboard, *, who: str, now: datetime) -> bytes:
    """Write a page of the roll-up as a workbook: the parts, then the months.

    Texts are written as texts, so no name is ever a formula. The last line and the foot of each
    printed page say who exported when.
    """
    buffer = io.BytesIO()
    watermark = _("%(who)s 于 %(when)s 导出") % {"who": who, "when": f"{now:%Y-%m-%d %H:%M}"}
    with xlsxwriter.Workbook(buffer, TEXTS_STAY_TEXTS) as book:
        title = book.add_format({"bold": True, "font_size": 14})
        head = book.add_format({"bold": True, "bg_color": "#EEF2F7", "border": 1})
        cell = book.add_format({"border": 1})
        is_money = board.answer.indicator.unit == "元"
        count = book.add_format({"border": 1, "num_format": "#,##0.00" if is_money else "#,##0"})
        ratio = book.add_format({"border": 1, "num_format": "0.0"})
        note = book.add_format({"italic": True, "font_color": "#888888"})
        number = ratio if board.answer.indicator.cls == "R" else count
        sheet = book.add_worksheet(_("分项"))
        sheet.set_footer(f"&L{watermark.replace('&', '&&')}&R&P / &N")
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, 2, 16)
        sheet.write_string(0, 0, title_line(board), title)
        sheet.write_string(1, 0, _as_of(board), note)
        headings = (board.by_title, f"{board.name}（{board.unit}）", _("占比"))
        for column, heading in enumerate(headings):
            sheet.write_string(3, column, heading, head)
        row = 4
        for part, line in zip(board.answer.parts, board.rows, strict=True):
            sheet.write_string(row, 0, part.label, cell)
            if part.value is None:
                sheet.write_string(row, 1, number_text(None), cell)
            else:
                sheet.write_number(row, 1, float(part.value), number)
            sheet.write_string(row, 2, line.share, cell)
            row += 1
        sheet.write_string(row, 0, _("合计"), head)
        sheet.write_string(row, 1, board.text, head)
        if board.answer.distinct is not None:
            sheet.write_string(
                row + 1,
                0,
                _("去重后 %(distinct)s，重复 %(overlap)s")
                % {"distinct": board.answer.distinct, "overlap": board.answer.overlap},
                note,
            )
        sheet.write_string(row + 3, 0, watermark, note)
        months = book.add_worksheet(_("趋势"))
        months.set_column(0, 1, 16)
        months.write_string(0, 0, _("月份"), head)
        months.write_string(0, 1, f"{board.name}（{board.unit}）", head)
        series = zip(board.trend["xAxis"]["data"], board.trend["series"][0]["data"], strict=True)
        for index, (month, value) in enumerate(series, start=1):
            months.write_string(index, 0, month, cell)
            if value is not None:
                months.write_number(index, 1, value, number)
    return buffer.getvalue()


def _as_of(board: Dashboard) -> str:
    if board.answer.as_of is None:
        return _("尚未汇总")
    return _("数据截至 %(at)s") % {
        "at": f"{board.answer.as_of.astimezone(LOCAL):%Y-%m-%d %H:%M:%S}"
    }
