"""Single values as banks write them: days, amounts, texts."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

MOST_FEN = 10**15
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?(?:[ T].*)?")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\s*\d{2}:?\d{2}(?::?\d{2})?)?")
_AMOUNT = re.compile(r"([+-]?)[¥￥]?\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d{1,2})?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_AS_TEXT = re.compile(r'="([^"]*)"')


class NotRead(Exception):
    """The value is not what its column holds."""


def text_of(value: object) -> str:
    """Return what a cell says, without blanks at its ends and without the way Excel keeps digits as text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float):
        return f"{Decimal(f'{value:.15g}'):f}"
    text = str(value).strip().strip("\t\u3000\ufeff")
    quoted = _AS_TEXT.fullmatch(text)
    return quoted.group(1).strip() if quoted else text


def plain(text: str) -> str:
    """Return a text by which names and references are compared: one width, no blanks, no case."""
    if text.isascii():
        return "".join(text.split()).casefold()
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def has_control_characters(text: str) -> bool:
    """Tell whether a text holds what nobody can see."""
    return _CONTROL.search(text) is not None


def day_of(text: str) -> date:
    """Read a day; a time behind it is passed over.

    Raises:
        NotRead: it is none.
    """
    found = _DAY.fullmatch(text) or _COMPACT_DAY.fullmatch(text)
    if found is None:
        raise NotRead
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise NotRead from None


def fen_of(text: str) -> int:
    """Read an amount of yuan into fen; the sign is kept.

    Raises:
        NotRead: it is none, has parts of a fen, or is beyond all measure.
    """
    found = _AMOUNT.fullmatch(text.replace("，", ","))
    if found is None:
        raise NotRead
    try:
        fen = Decimal(found[2].replace(",", "") + (found[3] or "")) * 100
    except InvalidOperation:
        raise NotRead from None
    if fen != fen.to_integral_value() or fen > MOST_FEN:
        raise NotRead
    return -int(fen) if found[1] == "-" else int(fen)
