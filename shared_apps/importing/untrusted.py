"""Reads an uploaded workbook in a process of its own, and only that.

Run as a script by `packages.py`: the bytes come in on standard input, JSON goes out on standard output.
It has no settings, no database and no secrets, and limits its own memory and time before it touches
the first byte: whatever a hostile file does, it does here. It imports nothing of the project, and it
names a refusal by a word; the sentence a clerk reads is made by the caller.
"""

from __future__ import annotations

import io
import json
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import IO, Any
from xml.etree import ElementTree as ET

MEGABYTE = 1 << 20
MEMORY_LIMIT = 1024 * MEGABYTE
CPU_SECONDS = 20

MAX_ENTRIES = 400
MAX_PART = 128 * MEGABYTE
"""Unpacked size of one part. 20,000 full rows of the form come to about 80 MB."""
MAX_UNPACKED = 256 * MEGABYTE
BOMB_RATIO = 300
BOMB_FLOOR = 8 * MEGABYTE
"""Below this unpacked size a high ratio is only an empty, formatted sheet."""

MAX_ROWS = 20_000
"""Rows that hold a value, per sheet."""
MAX_ROW_ELEMENTS = 200_000
LAST_ROW = 50_000
LAST_COLUMN = 256
MAX_SHEETS = 40

_CHUNK = MEGABYTE
_TOKEN = re.compile(rb"<(?:\w+:)?(row|c|f|v|is)((?:\s[^<>]*)?)/?>")
_REFERENCE = re.compile(rb"""\br=["']([A-Z]{0,3})(\d+)["']""")
_HIDDEN = re.compile(rb"""\bhidden=["'](?:1|true)["']""")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError)
_TEXT_PARTS = (".xml", ".rels", ".vml")
_MACRO_PARTS = ("vbaproject.bin", "xl/macrosheets/", "xl/dialogsheets/")
_LINK_PARTS = ("xl/externallinks/", "xl/connections.xml", "xl/embeddings/", "xl/activex/")


class Refused(Exception):
    """The file is not read; `reason` is a word the caller knows, `details` fill its sentence."""

    def __init__(self, reason: str, **details: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.details = details


def limit_this_process() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def open_archive(data: bytes) -> zipfile.ZipFile:
    """Open the container after looking at its table of contents only."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except _BROKEN:
        raise Refused("truncated") from None
    names = [entry.filename.casefold().lstrip("/") for entry in entries]
    if len(entries) > MAX_ENTRIES or len(set(names)) != len(names):
        raise Refused("bomb")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refused("encrypted")
    if any(
        entry.file_size > BOMB_FLOOR and entry.file_size > BOMB_RATIO * max(entry.compress_size, 1)
        for entry in entries
    ):
        raise Refused("bomb")
    if sum(entry.compress_size for entry in entries) > len(data):
        raise Refused("bomb")
    if any(part in name for name in names for part in _MACRO_PARTS):
        raise Refused("macros")
    if any(name.startswith(_LINK_PARTS) for name in names):
        raise Refused("external_links")
    if "xl/workbook.xml" not in names:
        raise Refused("not_a_workbook", inside=_kind_of_package(names))
    return archive


def _kind_of_package(names: list[str]) -> str:
    for part, kind in (
        ("xl/workbook.bin", "xlsb"),
        ("word/document.xml", "docx"),
        ("ppt/presentation.xml", "pptx"),
        ("content.xml", "ods"),
    ):
        if part in names:
            return kind
    return "zip"


def pieces_of(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The unpacked part in pieces, never more of it than is allowed."""
    seen = 0
    for piece in _unpacked(archive, name):
        seen += len(piece)
        if seen > MAX_PART:
            raise Refused("bomb")
        if _declares_entities(piece) and name.endswith(_TEXT_PARTS):
            raise Refused("entities")
        yield piece


def _unpacked(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    try:
        with archive.open(name) as part:
            while piece := part.read(_CHUNK):
                yield piece
    except (KeyError, *_BROKEN, OSError, RuntimeError):
        raise Refused("truncated") from None


def _declares_entities(piece: bytes) -> bool:
    """A workbook never has a document type; one that does is an attack, whatever its encoding."""
    plain = piece.replace(b"\0", b"") if b"\0" in piece else piece
    return b"<!DOCTYPE" in plain or b"<!ENTITY" in plain


def check_parts(archive: zipfile.ZipFile) -> None:
    """Unpack every part but the sheets once, counting: declared sizes may lie."""
    total = 0
    for entry in archive.infolist():
        if entry.is_dir() or entry.filename.startswith("xl/worksheets/sheet"):
            continue
        for piece in pieces_of(archive, entry.filename):
            total += len(piece)
            if total > MAX_UNPACKED:
                raise Refused("bomb")
    types = b"".join(pieces_of(archive, "[Content_Types].xml"))
    if b"macroEnabled" in types:
        raise Refused("macros")


def sheet_parts(archive: zipfile.ZipFile) -> list[tuple[str, str, bool]]:
    """Name of each sheet, the part that holds it, and whether it is shown, in the book's order."""
    workbook = _parse(archive, "xl/workbook.xml")
    relations = _parse(archive, "xl/_rels/workbook.xml.rels")
    targets = {
        relation.get("Id"): (relation.get("Target") or "")
        for relation in relations.iter()
        if relation.tag.endswith("}Relationship")
    }
    sheets = []
    for sheet in workbook.iter():
        if not sheet.tag.endswith("}sheet"):
            continue
        # Two namespaces are in use for one thing: Excel's own, and that of a "strict" workbook.
        link = next((text for name, text in sheet.items() if name.endswith("}id")), None)
        target = targets.get(link, "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        shown = sheet.get("state", "visible") == "visible"
        sheets.append((sheet.get("name") or "", path, shown))
    if len(sheets) > MAX_SHEETS:
        raise Refused("bomb")
    return sheets


def _parse(archive: zipfile.ZipFile, name: str) -> ET.Element:
    try:
        return ET.fromstring(b"".join(pieces_of(archive, name)))  # noqa: S314 - entities are refused
    except ET.ParseError:
        raise Refused("truncated") from None


def scan_sheet(
    archive: zipfile.ZipFile, name: str, part: str
) -> tuple[set[tuple[int, int]], set[int]]:
    """Count rows and find formulas before the sheet is parsed.

    Returns the cells with a formula, and the filled rows that are hidden or filtered out.

    A sheet with one value in its last corner would make a parser lay out seventeen thousand million
    cells; a formula brings a value nobody typed. Both are seen here from the bare text.
    """
    formulas: set[tuple[int, int]] = set()
    hidden: set[int] = set()
    is_hidden = False
    row = column = elements = filled = last_filled = 0
    for text in _whole_tags(pieces_of(archive, part)):
        for token in _TOKEN.finditer(text):
            tag = token.group(1)
            if tag == b"row":
                elements += 1
                reference = _REFERENCE.search(token.group(2))
                row, column = int(reference.group(2)) if reference else row + 1, 0
                is_hidden = _HIDDEN.search(token.group(2)) is not None
                if elements > MAX_ROW_ELEMENTS:
                    raise Refused("too_many_rows", sheet=name, limit=MAX_ROWS)
            elif tag == b"c":
                reference = _REFERENCE.search(token.group(2))
                column = _column_number(reference.group(1)) if reference else column + 1
                if reference:
                    row = int(reference.group(2))
            elif tag == b"f":
                formulas.add((row, column))
            if tag in {b"v", b"is", b"f"} and row != last_filled:
                filled, last_filled = filled + 1, row
                hidden.update({row} if is_hidden else ())
                if filled > MAX_ROWS or row > LAST_ROW:
                    raise Refused("too_many_rows", sheet=name, limit=MAX_ROWS)
            if tag in {b"v", b"is", b"f"} and column > LAST_COLUMN:
                raise Refused("too_many_columns", sheet=name, limit=LAST_COLUMN)
    return formulas, hidden


def _whole_tags(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Regroup pieces so that no tag is cut in two."""
    rest = b""
    for piece in pieces:
        text = rest + piece
        cut = text.rfind(b"<")
        if len(text) - cut > 2 * _CHUNK:
            raise Refused("bomb")
        yield text[:cut]
        rest = text[cut:]
    yield rest


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def read_sheets(data: bytes) -> list[dict[str, Any]]:
    """Every sheet that is shown, its filled cells by row and column counted from 1."""
    archive = open_archive(data)
    check_parts(archive)
    sheets = [(name, part) for name, part, shown in sheet_parts(archive) if shown]
    scans = {
        name: scan_sheet(archive, name, part)
        for name, part in sheets
        if part.startswith("xl/worksheets/")
    }
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [_sheet(book, name, *scan) for name, scan in scans.items()]
    except CalamineError:
        raise Refused("truncated") from None


def _sheet(
    book: Any, name: str, formulas: set[tuple[int, int]], hidden: set[int]
) -> dict[str, Any]:
    sheet = book.get_sheet_by_name(name)
    rows: dict[int, dict[int, Any]] = {}
    for row, values in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        cells = {
            column: _encoded(value) for column, value in enumerate(values, start=1) if value != ""
        }
        if cells:
            rows[row] = cells
    for row, column in formulas:
        rows.setdefault(row, {})[column] = ["formula"]
    merged = [[a + 1, b + 1, c + 1, d + 1] for (a, b), (c, d) in sheet.merged_cell_ranges or []]
    return {
        "name": name,
        "rows": sorted(rows.items()),
        "merged": merged[:1000],
        "hidden": sorted(hidden),
    }


def _encoded(value: object) -> str | list[Any]:
    """Text as itself; everything else under the name of what it is."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return ["bool", value]
    if isinstance(value, int | float):
        # Excel shows at most fifteen digits; what is beyond is the noise of binary fractions.
        return ["number", f"{value:.15g}"]
    if isinstance(value, datetime):
        return ["date", value.date().isoformat()]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    return ["other", str(value)]


def main(source: IO[bytes], target: IO[str]) -> None:
    limit_this_process()
    try:
        answer: dict[str, Any] = {"sheets": read_sheets(source.read())}
    except Refused as refusal:
        answer = {"refused": refusal.reason, "details": refusal.details}
    except (MemoryError, RecursionError):
        answer = {"refused": "bomb", "details": {}}
    json.dump(answer, target, ensure_ascii=True)


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout)
