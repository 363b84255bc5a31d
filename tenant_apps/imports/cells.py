"""From what stands in a row's cells to the values of a draft, or a sentence per cell that cannot be.

What a value may look like is the file's business (`tenant_apps.households.parsing`); here is only what
a worksheet adds: formulas, digits that Excel rounded, codes typed as numbers. Source: domain.md §2.4.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from bangfu.kernel.errors import Problem
from tenant_apps.households.fields import FieldSpec, Kind
from tenant_apps.households.parsing import Unreadable, read_value
from tenant_apps.imports.columns import Column, Form
from tenant_apps.imports.reading import RawRow
from tenant_apps.imports.sheets import CellValue, Formula, digits_of, shown_number

EXACT_DIGITS = 15
"""Excel keeps fifteen digits of a number; later ones are noughts nobody typed."""

_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
_UNPRINTABLE = frozenset({"Cc", "Cf"})


@dataclass(frozen=True)
class FieldRow:
    """A row as fields: the values that could be read, and a problem for each cell that could not."""

    values: Mapping[str, Any]
    problems: tuple[Problem, ...]

    @property
    def faulty(self) -> frozenset[str]:
        """Fields of which something could not be read: rules that rest on them must wait."""
        return frozenset(problem.field for problem in self.problems)


def field_row(row: RawRow, form: Form) -> FieldRow:
    """Read every filled cell of a row; the household number and the station code are left out."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for column in form.columns:
        cell = row.cells.get(column.name)
        if cell is None or column.spec is None:
            continue
        try:
            value = _taken(cell, column, column.spec)
        except Unreadable as refusal:
            problems.append(
                Problem(
                    code=refusal.code,
                    message=refusal.message,
                    field=column.field,
                    row=row.number,
                    column=column.title,
                )
            )
            continue
        several = column.spec.kind is Kind.CODES
        values[column.field] = (*values.get(column.field, ()), *value) if several else value
    return FieldRow(values, tuple(problems))


def _taken(cell: CellValue, column: Column, spec: FieldSpec) -> Any:
    if isinstance(cell, Formula):
        message = _("单元格是公式,公式的结果不予采信。请复制后“选择性粘贴—数值”。")
        raise Unreadable("formula", message)
    rounded = isinstance(cell, Decimal) and (cell != int(cell) or abs(cell) >= 10**EXACT_DIGITS)
    if column.holds_digits and (rounded or _SCIENTIFIC.fullmatch(digits_of(cell))):
        message = _("号码被 Excel 转成了数字,末几位已丢失。请把该列设为文本格式后重新录入原号码。")
        raise Unreadable("E104", message)
    return read_value(spec, _plain(cell, column))


def _plain(cell: CellValue, column: Column) -> str | bool | date:
    """The cell as a person would have typed it into a form."""
    if isinstance(cell, bool | date):
        return cell
    if isinstance(cell, Decimal):
        text = shown_number(cell)
        if column.name == "zip":
            return text.zfill(6)
        if column.spec and column.spec.kind in {Kind.CODE, Kind.CODES} and len(text) == 1:
            return text if column.spec.code_list.find(text) else f"0{text}"
        return text
    if isinstance(cell, str):
        text = cell if cell.isprintable() else _printable(cell)
        return unicodedata.normalize("NFC", text).strip()
    return getattr(cell, "shown", "")


def _printable(text: str) -> str:
    return "".join(
        one for one in text if one == "\n" or unicodedata.category(one) not in _UNPRINTABLE
    )
