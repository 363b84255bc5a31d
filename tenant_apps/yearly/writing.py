"""The empty sheets of books, as workbooks."""

from __future__ import annotations

import io

import xlsxwriter

from bangfu.kernel.workbooks import TEXTS_STAY_TEXTS
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.paperbooks.models import BookKind
from tenant_apps.yearly.rules.columns import BOUNDS, COLUMNS, KINDS, ROLES, Column

_ROWS_READY = 2_000
_WORDS = {"kind": KINDS, "bound": BOUNDS, "role": ROLES}
# A drop-down list of a workbook holds so many characters.
_MOST_CHOICES = 255


def template_of(kind: str) -> bytes:
    """Write the sheet of a book of rows or of totals, with its lists to choose from and a sheet of explanations."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, TEXTS_STAY_TEXTS) as book:
        head = book.add_format({"bold": True, "bg_color": "#EAF1FB", "border": 1})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(BookKind(kind).label[:31])
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(COLUMNS[kind]):
            sheet.write_string(0, at, column.heading + ("*" if column.is_required else ""), head)
            sheet.set_column(at, at, max(12, 2 * len(column.heading) + 4), text)
            choices = _choices(column)
            if choices and len(",".join(choices)) < _MOST_CHOICES:
                sheet.data_validation(
                    1, at, _ROWS_READY, at, {"validate": "list", "source": choices}
                )
        notes = book.add_worksheet("填写说明")
        notes.set_column(0, 0, 18)
        notes.set_column(1, 1, 90)
        for row, column in enumerate(COLUMNS[kind]):
            notes.write_string(row, 0, column.heading)
            notes.write_string(row, 1, column.hint or "、".join(_choices(column)))
    return buffer.getvalue()


def _choices(column: Column) -> list[str]:
    if column.codes:
        return [code.label for code in CODE_LISTS[column.codes]]
    return list(_WORDS.get(column.name, {}).values())
