"""From the bytes of a CSV or an Excel workbook to rows of texts, with nothing believed."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from tenant_apps.banking.reading.faults import refuse
from tenant_apps.banking.reading.values import text_of

MEGABYTE = 1 << 20
MOST_ROWS = 200_000
MOST_EXCEL_ROWS = 20_000
MOST_COLUMNS = 64
_MOST_UNPACKED = 64 * MEGABYTE
_MOST_PARTS = 400
_LONGEST_DECLARATION = 40
HEADER_DEPTH = 30
_HOSTILE_PARTS = ("vbaproject.bin", "macrosheets/", "externallinks/", "embeddings/", "activex/")
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, ValueError, KeyError, NotImplementedError,
    RuntimeError, OSError, InvalidFileException, TypeError, AttributeError, IndexError, SyntaxError,
)  # fmt: skip

Row = tuple[int, Sequence[str]]


def rows_of_csv(data: bytes) -> Iterator[Row]:
    """Give the filled rows of a CSV by their number, from whichever encoding banks write.

    Raises:
        StatementRefused: no known encoding, broken quotes, or too many rows or columns.
    """
    text = decoded(data)
    head = text[:4096]
    delimiter = max(",\t;|", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        _check_length(text, delimiter)
        for number, cells in enumerate(reader, start=1):
            if len(cells) > MOST_COLUMNS:
                raise refuse("damaged", row=number)
            texts = [text_of(cell) for cell in cells]
            if any(texts):
                yield number, texts
    except csv.Error:
        raise refuse("damaged", row=reader.line_num) from None


def _check_length(text: str, delimiter: str) -> None:
    # Counted before any row is read: who brings a year in one file is told so at once.
    if text.count("\n") + text.count("\r") <= MOST_ROWS:
        return
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    if next(islice(rows, MOST_ROWS + 50, None), None) is not None:
        raise refuse("too-many-lines", limit=MOST_ROWS)


def decoded(data: bytes) -> str:
    """Return the text of a file: UTF-8, UTF-16 with its mark, or GB18030 (of which GBK is a part).

    Raises:
        StatementRefused: it is none of them.
    """
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refuse("encoding")


def is_unmarked_utf16(data: bytes) -> bool:
    """Tell whether a text is UTF-16 that lacks its mark: every line ends in zeros, one byte in two."""
    return b"\n\0" in data[:65536] and data[:65536].count(b"\0") > len(data[:65536]) // 8


def rows_of_workbook(data: bytes, *, is_header: Callable[[Sequence[str]], bool]) -> Iterator[Row]:
    """Give the filled rows of the first sheet of a workbook; a formula stands as its own text.

    ``is_header`` tells whether a row is the header of a statement: no other sheet may have one.

    Raises:
        StatementRefused: the package is broken or hostile, has too many rows or columns, or a second statement.
    """
    _check_package(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        yield from _rows_of_sheet(book.worksheets[0])
        for at, sheet in enumerate(book.worksheets[1:], start=2):
            rows = _rows_of_sheet(sheet)
            if any(is_header(texts) for _number, texts in islice(rows, HEADER_DEPTH)):
                raise refuse("several-sheets", sheet=at)
    except _BROKEN:
        raise refuse("damaged") from None


def _rows_of_sheet(sheet: Any) -> Iterator[Row]:
    # What a sheet says of its own size is often wrong, and rows beyond it would be lost.
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > MOST_EXCEL_ROWS + 50:
            raise refuse("too-many-lines", limit=MOST_EXCEL_ROWS)
        if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
            raise refuse("damaged", row=number)
        texts = [text_of(cell) for cell in cells[:MOST_COLUMNS]]
        if any(texts):
            yield number, texts


def _check_package(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
            names = [entry.filename.casefold() for entry in entries]
            if len(entries) > _MOST_PARTS or any(
                part in name for name in names for part in _HOSTILE_PARTS
            ):
                raise refuse("hostile")
            if sum(entry.file_size for entry in entries) > _MOST_UNPACKED:
                raise refuse("hostile")
            if "xl/workbook.xml" not in names:
                raise refuse("not-a-statement")
            unpacked = 0
            for entry in entries:
                before = b""
                with package.open(entry) as part:
                    while piece := part.read(MEGABYTE):
                        unpacked += len(piece)
                        # A declaration may lie across two pieces.
                        if unpacked > _MOST_UNPACKED or declares_entities(before + piece):
                            raise refuse("hostile")
                        before = piece[-_LONGEST_DECLARATION:]
    except _BROKEN:
        raise refuse("damaged") from None


def declares_entities(piece: bytes) -> bool:
    """Tell whether XML brings a document type: no bank writes one, whatever its encoding."""
    bare = piece.replace(b"\0", b"") if b"\0" in piece else piece
    return b"<!DOCTYPE" in bare or b"<!ENTITY" in bare
