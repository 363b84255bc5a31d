"""From the bytes a bank gave to a statement, or everything that is wrong with it."""

from __future__ import annotations

from tenant_apps.banking.reading.camt import read_camt
from tenant_apps.banking.reading.faults import (
    Fault,
    StatementRefused,
    fault_kept,
    refuse,
    worded,
)
from tenant_apps.banking.reading.integrity import Before, Whole, check_follows, check_whole
from tenant_apps.banking.reading.rows import (
    MEGABYTE,
    is_unmarked_utf16,
    rows_of_csv,
    rows_of_workbook,
)
from tenant_apps.banking.reading.statement import ReadLine, ReadStatement
from tenant_apps.banking.reading.tables import is_header, read_table

__all__ = [
    "MOST_BYTES",
    "Before",
    "Fault",
    "ReadLine",
    "ReadStatement",
    "StatementRefused",
    "Whole",
    "check_follows",
    "check_whole",
    "fault_kept",
    "read_statement",
    "worded",
]

MOST_BYTES = 64 * MEGABYTE
_FOREIGN = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\xd0\xcf\x11\xe0",
    b"MZ",
    b"{\\rtf",
    b"\x1f\x8b",
    b"Rar!",
)
_PAGES = (b"<html", b"<!doctype html", b"<table", b"<meta", b"<head")


def read_statement(data: bytes) -> ReadStatement:
    """Read a statement from CSV, Excel or CAMT.053; what it is, its first bytes say, not its name.

    Nothing is checked yet but that every line can be read.

    Raises:
        StatementRefused: with every fault found.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise refuse("empty")
    if len(data) > MOST_BYTES:
        raise refuse("too-large", size=-(-len(data) // MEGABYTE), limit=MOST_BYTES // MEGABYTE)
    if data.startswith(b"PK"):
        return read_table(rows_of_workbook(data, is_header=is_header))
    if data.startswith(_FOREIGN):
        raise refuse("not-a-statement")
    head = data[:512].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head.lower().startswith(_PAGES):
        # Some programs call a page of the web "xls".
        raise refuse("not-a-statement")
    if head.startswith(b"<"):
        return read_camt(data.lstrip(b"\xef\xbb\xbf \t\r\n"))
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not utf16 and is_unmarked_utf16(data):
        raise refuse("encoding")
    if b"\0" in data and not utf16:
        raise refuse("control-characters", row=data[: data.index(b"\0")].count(b"\n") + 1)
    return read_table(rows_of_csv(data))
