"""From the bytes somebody uploaded to sheets of typed cells, or one sentence why not."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shared_apps.importing import untrusted
from shared_apps.importing.packages import read_package
from tenant_apps.imports.columns import HOUSEHOLD_SHEET
from tenant_apps.imports.refusals import KINDS, WorkbookRefused

MAX_UPLOAD_BYTES = 20 * untrusted.MEGABYTE

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


@dataclass(frozen=True)
class Formula:
    """A cell that computes: its value was typed by nobody and is not trusted."""


@dataclass(frozen=True)
class Unreadable:
    """A cell of a kind the form does not have, such as a time of day."""

    shown: str


CellValue = str | Decimal | bool | date | Formula | Unreadable


def digits_of(cell: CellValue | None) -> str:
    """The text of a cell that holds a number or code as a name, such as a household number."""
    if isinstance(cell, Decimal):
        return shown_number(cell)
    return "".join(unicodedata.normalize("NFKC", cell).split()) if isinstance(cell, str) else ""


def shown_number(number: Decimal) -> str:
    """A number as a person would write it."""
    return format(number.normalize(), "f")


@dataclass(frozen=True)
class Sheet:
    """A sheet as it came: rows by number, cells by column, both counted from 1."""

    name: str
    rows: Mapping[int, Mapping[int, CellValue]]
    merged: Sequence[tuple[int, int, int, int]] = ()
    hidden: Sequence[int] = ()
    """The filled rows that are hidden or filtered out; they are read like the others."""


def sheets_of(data: bytes, filename: str) -> dict[str, Sheet]:
    """Read every shown sheet of a workbook, or the one sheet a CSV is.

    Raises:
        WorkbookRefused: the file is not what it says, is damaged, or is hostile.
    """
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
    return {HOUSEHOLD_SHEET: _sheet_of_csv(data)}


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


def _sheets_of_package(data: bytes, filename: str) -> dict[str, Sheet]:
    answer = read_package(data)
    if reason := answer.get("refused"):
        details = dict(answer.get("details", {}))
        if "inside" in details:
            details |= {"name": filename, "inside": KINDS[details["inside"]]}
        raise WorkbookRefused(reason, **details)
    return {
        entry["name"]: Sheet(
            entry["name"],
            {
                number: {int(column): decoded_cell(cell) for column, cell in cells.items()}
                for number, cells in entry["rows"]
            },
            [(top, left, bottom, right) for top, left, bottom, right in entry["merged"]],
            entry["hidden"],
        )
        for entry in answer["sheets"]
    }


def decoded_cell(cell: str | list[Any]) -> CellValue:
    """The cell that the reader, or `encoded_cell`, wrote."""
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


def encoded_cell(cell: CellValue) -> str | list[Any]:
    """A cell as JSON: text as itself, everything else under the name of what it is."""
    match cell:
        case str():
            return cell
        case bool():
            return ["bool", cell]
        case Decimal():
            return ["number", str(cell)]
        case date():
            return ["date", cell.isoformat()]
        case Formula():
            return ["formula"]
        case Unreadable():
            return ["other", cell.shown]


def _sheet_of_csv(data: bytes) -> Sheet:
    text = _decoded_text(data)
    dialect = "excel-tab" if text[:4096].count("\t") > text[:4096].count(",") else "excel"
    rows: dict[int, dict[int, CellValue]] = {}
    try:
        for number, values in enumerate(
            csv.reader(io.StringIO(text, newline=None), dialect, strict=True), 1
        ):
            if len(rows) > untrusted.MAX_ROWS or number > untrusted.LAST_ROW:
                raise WorkbookRefused(
                    "too_many_rows", sheet=HOUSEHOLD_SHEET, limit=untrusted.MAX_ROWS
                )
            if len(values) > untrusted.LAST_COLUMN:
                raise WorkbookRefused(
                    "too_many_columns", sheet=HOUSEHOLD_SHEET, limit=untrusted.LAST_COLUMN
                )
            cells = {at: _typed(value) for at, value in enumerate(values, 1) if value.strip()}
            if cells:
                rows[number] = cells
    except csv.Error:
        raise WorkbookRefused("truncated") from None
    return Sheet(HOUSEHOLD_SHEET, rows)


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
