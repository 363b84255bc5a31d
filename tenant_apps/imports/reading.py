"""From the bytes somebody uploaded to the rows of the form, or one sentence why not.

Nothing here knows the database or the meaning of a value: a row is a number as Excel shows it and its
cells under the names of the fields they fill.
"""

from __future__ import annotations

import csv
import difflib
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tenant_apps.imports import untrusted
from tenant_apps.imports.columns import (
    BROKEN_SHEET,
    ERROR_TITLE,
    EXPECTED_TITLE,
    HOUSEHOLDS,
    MEMBERS,
    Column,
    Form,
    heading_key,
)
from tenant_apps.imports.refusals import KINDS, WorkbookRefused

MAX_UPLOAD_BYTES = 20 * untrusted.MEGABYTE
READ_SECONDS = 30
HEADER_DEPTH = 10
"""A title, a note or a blank line may stand above the headings, down to this row."""

_SIGNATURES = (
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"BM", "picture"),
    (b"%PDF", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\x1f\x8b", "archive"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_KINDS = (("Workbook", "xls"), ("Book", "xls"), ("WordDocument", "doc"))
_QUOTED_TEXT = re.compile(r'="([^"]*)"')
_IGNORED_TITLES = {heading_key(ERROR_TITLE), heading_key(EXPECTED_TITLE)}
_ENOUGH_TITLES = 5


@dataclass(frozen=True)
class Formula:
    """A cell that computes: its value was typed by nobody and is not trusted."""


@dataclass(frozen=True)
class Unreadable:
    """A cell of a kind the form does not have, such as a time of day."""

    shown: str


CellValue = str | Decimal | bool | date | Formula | Unreadable


@dataclass(frozen=True)
class RawRow:
    """One row as it was typed: `number` as Excel shows it, cells by the field they fill."""

    number: int
    cells: Mapping[str, CellValue]

    @property
    def household_no(self) -> str:
        """The number that ties members to their household, whether typed as text or as number."""
        value = self.cells.get("household_no", "")
        if isinstance(value, Decimal):
            return format(value.normalize(), "f")
        return value.strip() if isinstance(value, str) else ""


@dataclass(frozen=True)
class Workbook:
    """What was read: the rows to check, and the rows that only stand beside them.

    `columns` are the headings found, in the order of the sheet. `notes` tell the uploader what was
    passed over. When a sheet was asked for by name, the form's own two sheets become `context`:
    their people count as already known, and are not checked themselves.
    """

    sheet: str
    columns: tuple[str, ...]
    households: list[RawRow]
    members: list[RawRow]
    context_households: list[RawRow] = field(default_factory=list)
    context_members: list[RawRow] = field(default_factory=list)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Sheet:
    """A sheet as it came: rows by number, cells by column, both counted from 1."""

    name: str
    rows: Mapping[int, Mapping[int, CellValue]]
    merged: Sequence[tuple[int, int, int, int]] = ()


@dataclass(frozen=True)
class _Table:
    columns: tuple[str, ...]
    rows: list[RawRow]
    notes: tuple[str, ...]


def read_workbook(data: bytes, filename: str, *, sheet: str = "") -> Workbook:
    """Read the form from an upload; `sheet` names another sheet of the same columns to check.

    Raises:
        WorkbookRefused: the file is not what it says, is hostile, or does not hold the form.
    """
    sheets = _sheets(data, filename)
    members = _find(sheets, MEMBERS)
    member_table = _table(members, MEMBERS) if members else _Table((), [], ())
    if sheet:
        return _selected(sheets, sheet, member_table)
    main = _find(sheets, HOUSEHOLDS)
    if main is None:
        raise WorkbookRefused("no_header", depth=HEADER_DEPTH)
    table = _table(main, HOUSEHOLDS)
    if not table.rows:
        raise WorkbookRefused("no_rows", sheet=main.name)
    return Workbook(
        sheet=main.name,
        columns=table.columns,
        households=table.rows,
        members=member_table.rows,
        notes=table.notes + member_table.notes,
    )


def _selected(sheets: Mapping[str, _Sheet], name: str, members: _Table) -> Workbook:
    chosen = sheets.get(name)
    if chosen is None:
        raise WorkbookRefused("no_sheet", sheet=name, sheets="、".join(sheets))
    table = _table(chosen, HOUSEHOLDS)
    if not table.rows:
        raise WorkbookRefused("no_rows", sheet=name)
    main = sheets.get(HOUSEHOLDS.sheet)
    beside = _table(main, HOUSEHOLDS).rows if main and main is not chosen else []
    return Workbook(
        sheet=name,
        columns=table.columns,
        households=table.rows,
        members=[],
        context_households=beside,
        context_members=members.rows,
        notes=table.notes,
    )


# What the bytes are


def _sheets(data: bytes, filename: str) -> dict[str, _Sheet]:
    if not data.strip(b"\0 \t\r\n"):
        raise WorkbookRefused("empty")
    if len(data) > MAX_UPLOAD_BYTES:
        size = -(-len(data) // untrusted.MEGABYTE)
        raise WorkbookRefused("too_large", size=size, limit=MAX_UPLOAD_BYTES // untrusted.MEGABYTE)
    if data.startswith(b"PK"):
        return _sheets_of_package(data, filename)
    kind = _kind_of(data)
    if kind == "encrypted":
        raise WorkbookRefused("encrypted")
    if kind != "text":
        raise WorkbookRefused("not_a_workbook", name=filename, inside=KINDS[kind])
    if not filename.casefold().endswith((".csv", ".txt")):
        raise WorkbookRefused("not_a_workbook", name=filename, inside=_("文本文件(如 CSV)"))
    return {HOUSEHOLDS.sheet: _sheet_of_csv(data)}


def _kind_of(data: bytes) -> str:
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            return "encrypted"
        names = ((name.encode("utf-16-le"), kind) for name, kind in _OLE_KINDS)
        return next((kind for name, kind in names if name in data), "ole")
    head = data[:2048].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<style")):
        return "html"
    if head.startswith(b"<"):
        return "html" if b"<html" in head else "xml"
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    return "unknown" if b"\0" in data and not utf16 else "text"


def _sheets_of_package(data: bytes, filename: str) -> dict[str, _Sheet]:
    answer = _ask_reader(data)
    if reason := answer.get("refused"):
        details = dict(answer.get("details", {}))
        if "inside" in details:
            details |= {"name": filename, "inside": KINDS[details["inside"]]}
        raise WorkbookRefused(reason, **details)
    return {
        entry["name"]: _Sheet(
            entry["name"],
            {
                number: {int(column): _decoded(cell) for column, cell in cells.items()}
                for number, cells in entry["rows"]
            },
            [(top, left, bottom, right) for top, left, bottom, right in entry["merged"]],
        )
        for entry in answer["sheets"]
    }


def _ask_reader(data: bytes) -> dict[str, Any]:
    """Have the package read by a process that can do no harm and is stopped when it takes long."""
    try:
        done = subprocess.run(  # noqa: S603 - our own script, the upload goes to its standard input
            [sys.executable, "-I", str(Path(untrusted.__file__))],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=READ_SECONDS,
            env={},
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise WorkbookRefused("slow") from None
    if done.returncode != 0:
        raise WorkbookRefused("bomb" if done.returncode < 0 else "truncated")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _decoded(cell: str | list[Any]) -> CellValue:
    if isinstance(cell, str):
        return cell
    match cell:
        case ["number", text]:
            return Decimal(text)
        case ["bool", value]:
            return bool(value)
        case ["date", text]:
            return date.fromisoformat(text)
        case ["formula"]:
            return Formula()
        case _:
            return Unreadable(str(cell[-1]))


def _sheet_of_csv(data: bytes) -> _Sheet:
    text = _decoded_text(data)
    dialect = "excel-tab" if text[:4096].count("\t") > text[:4096].count(",") else "excel"
    rows: dict[int, dict[int, CellValue]] = {}
    try:
        for number, values in enumerate(csv.reader(io.StringIO(text), dialect, strict=True), 1):
            if len(rows) > untrusted.MAX_ROWS or number > untrusted.LAST_ROW:
                raise WorkbookRefused(
                    "too_many_rows", sheet=HOUSEHOLDS.sheet, limit=untrusted.MAX_ROWS
                )
            if len(values) > untrusted.LAST_COLUMN:
                raise WorkbookRefused(
                    "too_many_columns", sheet=HOUSEHOLDS.sheet, limit=untrusted.LAST_COLUMN
                )
            cells = {at: _typed(value) for at, value in enumerate(values, 1) if value.strip()}
            if cells:
                rows[number] = cells
    except csv.Error:
        raise WorkbookRefused("truncated") from None
    return _Sheet(HOUSEHOLDS.sheet, rows)


def _decoded_text(data: bytes) -> str:
    """The text of a CSV as Excel, WPS or another system saved it: UTF-8, UTF-16 or GB18030."""
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise WorkbookRefused("encoding")


def _typed(value: str) -> CellValue:
    """A CSV has only text; `="0123"` is the usual way to keep digits as text, other `=` compute."""
    if quoted := _QUOTED_TEXT.fullmatch(value.strip()):
        return quoted.group(1)
    return Formula() if value.lstrip().startswith("=") else value


# Where the form is


def _find(sheets: Mapping[str, _Sheet], form: Form) -> _Sheet | None:
    """The sheet of that name, or else the first whose headings are those of the form."""
    if form.sheet in sheets:
        return sheets[form.sheet]
    return next(
        (s for s in sheets.values() if s.name != BROKEN_SHEET and _form_of(s) is form), None
    )


def _form_of(sheet: _Sheet) -> Form | None:
    """The form whose headings the sheet shows; the two share some, so the better match counts."""
    forms = [form for form in (HOUSEHOLDS, MEMBERS) if _header_row(sheet, form) is not None]
    return max(forms, key=lambda form: _known(sheet, form, _header_row(sheet, form)), default=None)


def _header_row(sheet: _Sheet, form: Form) -> int | None:
    near = [number for number in sorted(sheet.rows) if number <= HEADER_DEPTH]
    best = max(near, key=lambda number: _known(sheet, form, number), default=None)
    return best if _known(sheet, form, best) >= _ENOUGH_TITLES else None


def _known(sheet: _Sheet, form: Form, row: int | None) -> int:
    return sum(key in form.by_title for key in _headings(sheet, row).values()) if row else 0


def _headings(sheet: _Sheet, number: int) -> dict[int, str]:
    return {
        column: heading_key(cell)
        for column, cell in sheet.rows.get(number, {}).items()
        if isinstance(cell, str) and cell.strip()
    }


def _table(sheet: _Sheet, form: Form) -> _Table:
    header = _header_row(sheet, form)
    if header is None:
        raise WorkbookRefused("no_header", depth=HEADER_DEPTH)
    first = 1 + _end_of_header(sheet, header)
    headings = _headings(sheet, header)
    columns = {at: form.by_title[key] for at, key in headings.items() if key in form.by_title}
    _check_columns(sheet, form, list(columns.values()))
    unknown = {
        at: str(sheet.rows[header][at]).strip()
        for at, key in headings.items()
        if key not in form.by_title and key not in _IGNORED_TITLES
    }
    rows = [
        RawRow(number, {columns[at].name: cell for at, cell in cells.items() if at in columns})
        for number, cells in sheet.rows.items()
        if number >= first
    ]
    return _Table(
        columns=tuple(columns[at].title for at in sorted(columns)),
        rows=[row for row in rows if any(_says_something(cell) for cell in row.cells.values())],
        notes=tuple(_unknown_note(sheet, form, columns.values(), unknown.values())),
    )


def _says_something(cell: CellValue) -> bool:
    return not isinstance(cell, str) or bool(cell.strip())


def _end_of_header(sheet: _Sheet, header: int) -> int:
    """The last row of the heading, which may be merged downwards but not across columns."""
    last = header
    for top, left, bottom, right in sheet.merged:
        if top <= header <= bottom:
            if right > left:
                corners = f"{_letters(left)}{top}:{_letters(right)}{bottom}"
                raise WorkbookRefused("merged_header", sheet=sheet.name, range=corners)
            last = max(last, bottom)
    return last


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _check_columns(sheet: _Sheet, form: Form, found: Sequence[Column]) -> None:
    titles = [column.title for column in found]
    repeated = sorted({title for title in titles if titles.count(title) > 1})
    if repeated:
        raise WorkbookRefused("repeated_columns", sheet=sheet.name, columns="、".join(repeated))
    missing = [c.title for c in form.columns if c.required and c.title not in titles]
    if missing:
        raise WorkbookRefused("missing_columns", sheet=sheet.name, columns="、".join(missing))


def _unknown_note(
    sheet: _Sheet, form: Form, found: Iterable[Column], unknown: Iterable[str]
) -> Iterable[str]:
    free = [column.title for column in form.columns if column not in set(found)]
    for title in unknown:
        near = difflib.get_close_matches(title.rstrip("*"), free, n=1)
        if near:
            yield _("工作表“%(sheet)s”中不认识的列“%(title)s”没有读取，是否应为“%(near)s”？") % {
                "sheet": sheet.name,
                "title": title,
                "near": near[0],
            }
        else:
            yield _("工作表“%(sheet)s”中不认识的列“%(title)s”没有读取。") % {
                "sheet": sheet.name,
                "title": title,
            }
