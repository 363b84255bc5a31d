"""The Excel sheet of exported files."""

from __future__ import annotations

import io
from collections.abc import Iterable

import xlsxwriter
from django.utils.translation import gettext as _

from bangfu.kernel.workbooks import TEXTS_STAY_TEXTS
from tenant_apps.households.drafts import FILE_FIELDS, HouseholdDraft
from tenant_apps.households.fields import Kind
from tenant_apps.households.presenting import masked, worded

EXPORTED = tuple(spec for spec in FILE_FIELDS if spec.kind is not Kind.LONG_TEXT)


def sheet_of(
    files: Iterable[tuple[str, str, HouseholdDraft]], *, in_clear: bool, watermark: str
) -> bytes:
    """Write files (number, state in words, values) as a workbook.

    Every text is written as text, so nothing a person typed is ever a formula; amounts are numbers
    in yuan. The first line says who exported when and why.
    """
    buffer = io.BytesIO()
    options = {**TEXTS_STAY_TEXTS, "constant_memory": True}
    with xlsxwriter.Workbook(buffer, options) as book:
        head = book.add_format({"bold": True, "bg_color": "#EEF2F7", "border": 1})
        money = book.add_format({"num_format": "#,##0.00"})
        note = book.add_format({"italic": True, "font_color": "#888888"})
        sheet = book.add_worksheet(_("困难职工档案"))
        sheet.write_string(0, 0, watermark, note)
        titles = [_("档案编号"), _("状态"), *(str(spec.label) for spec in EXPORTED)]
        for column, title in enumerate(titles):
            sheet.write_string(1, column, title, head)
        sheet.freeze_panes(2, 4)
        sheet.set_column(0, len(titles) - 1, 16)
        sheet.set_footer(f"&L{watermark.replace('&', '&&')}&R&P / &N")
        for row, (number, state, draft) in enumerate(files, 2):
            sheet.write_string(row, 0, number)
            sheet.write_string(row, 1, state)
            for column, spec in enumerate(EXPORTED, 2):
                value = getattr(draft, spec.name)
                if value in (None, "", ()):
                    continue
                if spec.kind is Kind.MONEY:
                    sheet.write_number(row, column, value / 100, money)
                elif spec.sensitive and not in_clear:
                    sheet.write_string(row, column, masked(spec, value))
                else:
                    sheet.write_string(row, column, worded(spec, value))
    return buffer.getvalue()
