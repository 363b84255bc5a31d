"""From the sheet somebody uploaded to rows and totals of a book, or what is wrong with each row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from bangfu.kernel.crypto import blind_index
from bangfu.kernel.errors import Problem
from bangfu.kernel.identity import NumberRefused, normalised, parse_id_no
from shared_apps.catalogues.codes import CODE_LISTS, CodeList
from shared_apps.paperbooks.models import BookKind, PastRow, Total
from shared_apps.rollup.registry import UnknownIndicator
from tenant_apps.imports.columns import heading_key
from tenant_apps.imports.sheets import CellValue, Formula, Sheet, Unreadable, shown_number
from tenant_apps.yearly.errors import HeadingsMissing
from tenant_apps.yearly.rules.catalogue import measured
from tenant_apps.yearly.rules.columns import (
    BOUNDS,
    COLUMNS,
    KINDS,
    OLDEST_YEAR,
    ROLES,
    ROWS,
    TOTALS,
    Column,
)

HEADER_DEPTH = 5
_MOST = Decimal(10) ** 13
_ID_LENGTH = 18
# A telephone number has one more.
_MOST_DIGITS = 10
_DAY = re.compile(r"(\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2})日?)?月?")
_NEEDS_AMOUNT = {"aid", "donation", "income"}


@dataclass(frozen=True, slots=True)
class Read:
    """What a sheet holds: rows that can be kept, and what is wrong with the others."""

    rows: list[PastRow] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class _CellRefused(Exception):
    """One cell cannot be taken."""

    def __init__(self, column: Column, message: str, code: str = "E301") -> None:
        self.column, self.message, self.code = column, message, code


def read_book(
    sheet: Sheet, *, kind: str, secret: str, today: date, files: Mapping[str, bytes]
) -> Read:
    """Read every row of the sheet.

    ``secret`` ties running numbers to this one book; ``files`` says which household a file number stands for.

    Raises:
        HeadingsMissing: the sheet has not the columns of such a book.
    """
    top, columns = _headings(sheet, kind)
    read = Read()
    for number in sorted(sheet.rows):
        cells = {columns[at]: cell for at, cell in sheet.rows[number].items() if at in columns}
        if number <= top or not any(map(_text, cells.values())):
            continue
        try:
            if kind == BookKind.ROWS:
                read.rows.append(_row(number, _Cells(cells, ROWS), secret, files, today=today))
            else:
                read.totals.append(_total(number, _Cells(cells, TOTALS), today=today))
        except _CellRefused as refused:
            read.problems.append(
                Problem(code=refused.code, message=refused.message, field=refused.column.name, row=number,
                    column=refused.column.heading,
                )
            )  # fmt: skip
    return read


def _headings(sheet: Sheet, kind: str) -> tuple[int, dict[int, str]]:
    known = {heading_key(column.heading): column for column in COLUMNS[kind]}
    needed = {column.heading for column in COLUMNS[kind] if column.is_required}
    lacking = needed
    for number in sorted(sheet.rows)[:HEADER_DEPTH]:
        found = {
            at: known[heading_key(_text(cell))]
            for at, cell in sheet.rows[number].items()
            if heading_key(_text(cell)) in known
        }
        lacking = needed - {column.heading for column in found.values()}
        if not lacking:
            return number, {at: column.name for at, column in found.items()}
    raise HeadingsMissing(columns="、".join(sorted(lacking)))


class _Cells:
    """The cells of one row by the name of their column, taken as what they should be."""

    def __init__(self, cells: Mapping[str, CellValue], columns: tuple[Column, ...]) -> None:
        self._cells = cells
        self._columns = {column.name: column for column in columns}

    def text(self, name: str, *, most: int = 200) -> str:
        column, cell = self._columns[name], self._cells.get(name, "")
        if isinstance(cell, Formula | Unreadable):
            raise _CellRefused(column, _("单元格是公式或无法识别的内容，请填写数值本身。"), "E302")
        text = _text(cell)
        if not text and column.is_required:
            raise _CellRefused(column, _("必填，不能为空。"), "E303")
        if len(text) > most:
            raise _CellRefused(column, _("内容过长，最多 %(most)s 个字。") % {"most": most}, "E304")
        return text

    def word(self, name: str, words: Mapping[str, str], default: str = "") -> str:
        text = self.text(name)
        if not text:
            return default
        for value, word in words.items():
            if text in {value, word}:
                return value
        raise _CellRefused(
            self._columns[name],
            _("“%(text)s”不在可选范围内：%(words)s。")
            % {"text": text, "words": "、".join(words.values())},
            "E305",
        )

    def code(self, name: str) -> str:
        text = self.text(name)
        if not text:
            return ""
        code_list = CODE_LISTS[self._columns[name].codes]
        code = code_list.find(text)
        if code is None:
            raise _CellRefused(
                self._columns[name],
                _("“%(text)s”不在代码表中，可填：%(words)s。")
                % {"text": text, "words": "、".join(one.label for one in code_list)},
                "E305",
            )
        return code.value

    def number(self, name: str, scale: int) -> int | None:
        """Return a number in the smallest unit; nothing typed is None."""
        column, cell = self._columns[name], self._cells.get(name, "")
        text = self.text(name).replace(",", "").replace("，", "")
        if not text:
            return None
        try:
            value = cell if isinstance(cell, Decimal) else Decimal(text)
        except InvalidOperation:
            raise _CellRefused(column, _("“%(text)s”不是数字。") % {"text": text}, "E306") from None
        scaled = value * scale if value.is_finite() else Decimal(-1)
        if not 0 <= scaled < _MOST or scaled != scaled.to_integral_value():
            raise _CellRefused(
                column,
                _("“%(text)s”超出范围：不能为负，小数位数不能多于单位允许的位数。")
                % {"text": text},
                "E307",
            )
        return int(scaled)

    def day(self, name: str, *, today: date, is_month: bool = False) -> date:
        column, cell = self._columns[name], self._cells.get(name, "")
        if isinstance(cell, date):
            found = cell
        else:
            match = _DAY.fullmatch(self.text(name))
            try:
                parts = [int(part or 1) for part in match.groups()] if match else [0, 0, 0]
                found = date(*parts)
            except ValueError:
                raise _CellRefused(
                    column,
                    _("“%(text)s”不是日期，请写成 2004-12-20 或 2004-12。")
                    % {"text": self.text(name)},
                    "E308",
                ) from None
        if not found.year >= OLDEST_YEAR or found > today:
            raise _CellRefused(
                column,
                _("日期 %(day)s 不对：应在 %(oldest)s 年以后、今天以前。")
                % {"day": found, "oldest": OLDEST_YEAR},
                "E309",
            )
        return found.replace(day=1) if is_month else found

    def refuse(self, name: str, message: str, code: str) -> _CellRefused:
        return _CellRefused(self._columns[name], message, code)


def _row(
    number: int, cells: _Cells, secret: str, files: Mapping[str, bytes], *, today: date
) -> PastRow:
    kind = cells.word("kind", KINDS)
    dims = {
        column.name: value for column in ROWS if column.codes and (value := cells.code(column.name))
    }
    who = cells.text("who", most=40)
    subject, is_identified = (files[who], True) if who in files else _subject(who, cells, secret)
    amount = cells.number("amount", 100)
    quantity = cells.number("quantity", 1000) or 0
    if amount is None and kind in _NEEDS_AMOUNT and not cells.number("goods_value", 100):
        raise cells.refuse("amount", _("请填写金额。"), "E303")
    if kind == "tickets" and not quantity:
        raise cells.refuse("quantity", _("请填写张数。"), "E303")
    if kind != "goods" and dims.get("goods_kind") != "coal" and quantity % 1000:
        raise cells.refuse("quantity", _("件数、张数应为整数。"), "E307")
    if kind == "goods" and not dims.get("goods_kind"):
        raise cells.refuse("goods_kind", _("请填写物资类别。"), "E303")
    return PastRow(
        number=number,
        kind=kind,
        who="" if is_identified and who not in files else who,
        subject=subject,
        is_identified=is_identified,
        on=cells.day("on", today=today),
        dims=dims,
        amount_fen=amount or 0,
        goods_fen=cells.number("goods_value", 100) or 0,
        quantity=quantity,
        bound=cells.word("bound", BOUNDS),
    )


def _subject(who: str, cells: _Cells, secret: str) -> tuple[bytes, bool]:
    """Return the keyed hash of a person; an identity number is known in the whole network, a running number here.

    A running number is kept as typed, so neither a name nor the digits of a telephone, a card or an identity
    number pass for one.
    """
    number = normalised(who)
    digits = sum(one.isdigit() for one in number)
    if not digits:
        raise cells.refuse("who", _("请写身份证号或序号，不要写姓名。"), "E311")
    if len(number) == _ID_LENGTH:
        try:
            return blind_index(parse_id_no(number).number, purpose="id_no"), True
        except NumberRefused as refused:
            raise cells.refuse("who", str(refused), refused.code) from None
    if digits > _MOST_DIGITS:
        raise cells.refuse(
            "who",
            _("号码位数不对：身份证号应为 18 位，序号不超过 %(most)s 位数字。")
            % {"most": _MOST_DIGITS},
            "E105",
        )
    return blind_index(f"{secret}:{number}", purpose="past"), False


def _total(number: int, cells: _Cells, *, today: date) -> Total:
    code = cells.text("indicator").upper()
    try:
        known = measured(code)
    except UnknownIndicator as unknown:
        raise cells.refuse("indicator", str(unknown), "E310") from None
    first = cells.day("first", today=today, is_month=True)
    last = cells.day("last", today=today, is_month=True)
    if last < first:
        raise cells.refuse("last", _("截止月份早于起始月份。"), "E309")
    value = cells.number("value", known.scale)
    if value is None:
        raise cells.refuse("value", _("必填，不能为空。"), "E303")
    role = cells.word("role", ROLES, "whole")
    unit_name = cells.text("unit_name", most=60)
    if role == "part" and not unit_name:
        raise cells.refuse("unit_name", _("“另有单位”的数字要写明是哪个单位。"), "E303")
    return Total(
        number=number,
        indicator=code,
        dims=dict(_dims(cells)),
        first=first,
        last=last,
        value=value,
        bound=cells.word("bound", BOUNDS),
        role=role,
        unit_name=unit_name,
        variant=cells.text("variant", most=40),
        note=cells.text("note"),
    )


def _dims(cells: _Cells) -> Iterator[tuple[str, str]]:
    for part in filter(None, re.split(r"[;；]", cells.text("dims"))):
        title, _sign, wording = part.partition("=")
        code_list = _list_called(title.strip())
        code = code_list.find(wording) if code_list else None
        if code_list is None or code is None:
            raise cells.refuse(
                "dims",
                _("“%(part)s”无法识别，请写成“代码表名称=选项”，如“减免项目=水电费补助”。")
                % {"part": part},
                "E305",
            )
        yield code_list.name, code.value


def _list_called(title: str) -> CodeList | None:
    """Return a code list by its name, its title, or the heading of the column it stands in."""
    names = {column.heading: column.codes for column in ROWS if column.codes}
    wanted = names.get(title, title)
    return next((one for one in CODE_LISTS.values() if wanted in {one.name, one.title}), None)


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
