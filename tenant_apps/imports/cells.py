"""From what stands in a cell to the value of a field, or a sentence saying what should stand there.

Nothing is guessed: an amount is taken to the fen or refused, a date must name its year, and digits
that Excel rounded are never filled up with noughts. Source: domain.md §2.3, §2.4.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from bangfu.kernel.errors import Problem
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS
from tenant_apps.imports.columns import Column, Form, Kind
from tenant_apps.imports.reading import CellValue, Formula, RawRow

FieldValue = str | int | bool | date | Decimal

EXACT_DIGITS = 15
"""Excel keeps fifteen digits of a number; later ones are noughts nobody typed."""
MAX_YUAN = Decimal(10) ** 9
MAX_INTEGER = 10**6
SHOWN_CODES = 20
DEFAULT_LONGEST = 64

_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))")
_AMOUNT = re.compile(r"[¥]?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?元?")
_UNPRINTABLE = dict.fromkeys(
    at
    for at in range(0x110000)
    if unicodedata.category(chr(at)) in {"Cc", "Cf"} and chr(at) != "\n"
)


class NotTaken(Exception):
    """The cell does not hold a value of its column; `code` and the sentence tell the clerk."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class FieldRow:
    """A row as fields: the values that could be taken, and a problem for each cell that could not."""

    number: int
    household_no: str
    values: Mapping[str, FieldValue]
    problems: tuple[Problem, ...] = ()
    unread: frozenset[str] = field(default_factory=frozenset)
    """Fields whose cell holds something that could not be taken: rules that rest on them must wait."""


def field_row(row: RawRow, form: Form, *, left_to_rules: frozenset[str] = frozenset()) -> FieldRow:
    """Take every cell of a row; `left_to_rules` are required fields whose absence a rule reports."""
    values: dict[str, FieldValue] = {}
    problems: list[Problem] = []
    unread: set[str] = set()
    for column in form.columns:
        cell = row.cells.get(column.field, "")
        try:
            value = taken(cell, column)
        except NotTaken as refusal:
            unread.add(column.field)
            problems.append(_problem(row, column, refusal.code, refusal.message))
            continue
        if value is not None:
            values[column.field] = value
        elif column.required and column.field not in left_to_rules:
            problems.append(
                _problem(row, column, "E001", _("“%s”是必填项，请填写。") % column.title)
            )
    return FieldRow(row.number, row.household_no, values, tuple(problems), frozenset(unread))


def _problem(row: RawRow, column: Column, code: str, message: str) -> Problem:
    return Problem(
        code=code, message=message, field=column.field, row=row.number, column=column.title
    )


def taken(cell: CellValue, column: Column) -> FieldValue | None:
    """The value of one cell, or None when it is empty.

    Raises:
        NotTaken: something stands there that the column cannot hold.
    """
    if isinstance(cell, Formula):
        raise NotTaken(
            "E004", _("“%s”是公式，公式的结果不予采信。请复制后“选择性粘贴—数值”。") % column.title
        )
    if isinstance(cell, str):
        cell = unicodedata.normalize("NFC", cell.translate(_UNPRINTABLE)).strip()
        if not cell:
            return None
    return _TAKERS[column.kind](cell, column)


def _text(cell: CellValue, column: Column) -> str:
    text = _plain(cell) if isinstance(cell, Decimal) else cell
    if not isinstance(text, str):
        raise NotTaken("E002", _("“%s”应填写文字。") % column.title)
    longest = _LONGEST.get(column.field) or DEFAULT_LONGEST
    if len(text) > longest:
        raise NotTaken(
            "E005",
            _("“%(column)s”有 %(length)d 个字，最多 %(longest)d 个字。")
            % {"column": column.title, "length": len(text), "longest": longest},
        )
    return text


def _identifier(cell: CellValue, column: Column) -> str:
    text = _plain(cell) if isinstance(cell, Decimal) else cell
    if not isinstance(text, str):
        raise NotTaken("E002", _("“%s”应以文本格式填写。") % column.title)
    rounded = isinstance(cell, Decimal) and (cell != int(cell) or abs(cell) >= 10**EXACT_DIGITS)
    folded = "".join(unicodedata.normalize("NFKC", text).split())
    if rounded or _SCIENTIFIC.fullmatch(folded):
        raise NotTaken(
            "E104",
            _("“%s”被 Excel 转成了数字，末几位已丢失。请把该列设为文本格式后重新录入原号码。")
            % column.title,
        )
    if column.field == "zip" and isinstance(cell, Decimal):
        return folded.zfill(6)
    return _text(folded, column)


def _code(cell: CellValue, column: Column) -> str:
    code_list = CODE_LISTS[column.codes]
    text = _plain(cell) if isinstance(cell, Decimal) else str(cell)
    found = code_list.find(text) or (code_list.find(text.zfill(2)) if text.isdecimal() else None)
    if found is None:
        labels = code_list.form_labels() or [code.label for code in code_list]
        allowed = "、".join(labels[:SHOWN_CODES])
        more = _("等 %d 项，见“代码表”") % len(labels) if len(labels) > SHOWN_CODES else ""
        raise NotTaken(
            "E302",
            _("“%(column)s”的“%(value)s”不在代码表中，可填：%(allowed)s%(more)s。")
            % {"column": column.title, "value": text[:40], "allowed": allowed, "more": more},
        )
    return found.value


def _yes_no(cell: CellValue, column: Column) -> bool:
    if isinstance(cell, bool):
        return cell
    return _code(cell, column) == _YES


def _date(cell: CellValue, column: Column) -> date:
    if isinstance(cell, date):
        return cell
    text = _plain(cell) if isinstance(cell, Decimal) else str(cell)
    match = _DATE.fullmatch("".join(unicodedata.normalize("NFKC", text).split()).split("T")[0])
    try:
        if match is not None:
            year, *rest = (int(part) for part in match.groups() if part)
            day = date(year, *rest)
            if 1900 <= day.year <= 2100:
                return day
    except ValueError:
        pass
    raise NotTaken(
        "E003",
        _("“%(column)s”的“%(value)s”不是日期，请写成 2026-11-21 的样子。")
        % {"column": column.title, "value": text[:40]},
    )


def _integer(cell: CellValue, column: Column) -> int:
    number = _number(cell)
    if number is None or number != int(number) or not 0 <= number <= MAX_INTEGER:
        raise NotTaken("E002", _("“%s”应为不小于 0 的整数，不带单位。") % column.title)
    return int(number)


def _decimal(cell: CellValue, column: Column) -> Decimal:
    number = _number(cell)
    if number is None or not 0 <= number <= MAX_INTEGER or _fraction_digits(number) > 2:
        raise NotTaken("E002", _("“%s”应为数字，最多两位小数，不带单位。") % column.title)
    return number


def _yuan(cell: CellValue, column: Column) -> int:
    """Whole fen. Two decimals at most: a third one is a mistake to ask about, not to round."""
    number = _number(cell)
    if number is None or not 0 <= number <= MAX_YUAN or _fraction_digits(number) > 2:
        raise NotTaken(
            "E002",
            _("“%s”应为以元为单位、不小于 0 的金额，最多两位小数，如 26400.50。") % column.title,
        )
    return int(number * 100)


def _number(cell: CellValue) -> Decimal | None:
    if isinstance(cell, Decimal):
        return cell
    if not isinstance(cell, str):
        return None
    text = "".join(unicodedata.normalize("NFKC", cell).split())
    match = _AMOUNT.fullmatch(text)
    try:
        return Decimal(match.group(1).replace(",", "") + (match.group(2) or "")) if match else None
    except InvalidOperation:
        return None


def _fraction_digits(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 99


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


_YES = "yes"
_LONGEST = {spec.name: spec.max_length for spec in (*FILE_FIELDS, *MEMBER_FIELDS)}
_TAKERS: dict[Kind, Callable[[CellValue, Column], FieldValue]] = {
    Kind.TEXT: _text,
    Kind.IDENTIFIER: _identifier,
    Kind.CODE: _code,
    Kind.YES_NO: _yes_no,
    Kind.DATE: _date,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.YUAN: _yuan,
}
