"""The call list of a sample as a workbook, marked with who took it, when and why."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

import xlsxwriter
from django.utils.translation import gettext as _

from bangfu.kernel.clock import LOCAL
from bangfu.kernel.workbooks import TEXTS_STAY_TEXTS
from tenant_apps.surveys.selectors import Called

_A4 = 9


def call_sheet(rows: Sequence[Called], *, title: str, who: str, why: str, now: datetime) -> bytes:
    """Write whom to call, in the order of the draw, with room for the answer; every page says who took it and why."""
    headings = [
        _("序号"), _("姓名"), _("档案编号"), _("抽样层"), _("联系电话"), _("其他电话"), _("救助编号"), _("发放日期"),
        _("回访结果"), _("备注"),
    ]  # fmt: skip
    mark = _("%(who)s 于 %(when)s 导出，仅供工会帮扶工作使用。理由：%(why)s") % {
        "who": who,
        "when": f"{now.astimezone(LOCAL):%Y-%m-%d %H:%M}",
        "why": why,
    }
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, TEXTS_STAY_TEXTS) as book:
        sheet = book.add_worksheet(_("回访名单"))
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, 2)
        sheet.set_footer("&R&P / &N")
        bold, cell = book.add_format({"bold": True}), book.add_format({"border": 1})
        head = book.add_format({"bold": True, "bg_color": "#EEF2F7", "border": 1})
        sheet.write_string(0, 0, title, bold)
        sheet.write_string(1, 0, mark)
        sheet.set_column(0, len(headings) - 1, 16)
        for column, heading in enumerate(headings):
            sheet.write_string(2, column, heading, head)
        for line, one in enumerate(rows, start=3):
            for column, value in enumerate(_cells(one)):
                sheet.write_string(line, column, value, cell)
    return buffer.getvalue()


def _cells(one: Called) -> list[str]:
    file, paid = one.file, one.application.paid_on
    phones = (file.mobile, file.other_phone) if file else (None, None)
    return [
        str(one.drawn.place), one.application.person_name, file.file_no if file else "",
        str(one.drawn.get_stratum_display()), *(phone.reveal() if phone else "" for phone in phones),
        one.application.number, paid.isoformat() if paid else "", "", "",
    ]  # fmt: skip
