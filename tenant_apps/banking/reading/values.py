"""Single values as banks write them: days, amounts, texts."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

MOST_FEN = 10**15
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?(?:[ T].*)?", re.ASCII)
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\s*\d{2}:?\d{2}(?::?\d{2})?)?", re.ASCII)
_AMOUNT = re.compile(r"([+-]?)¥?\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d{1,2})?", re.ASCII)
# Also what has no width, or turns the direction of writing: a name would read otherwise than it is.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
# How Excel writes a long number once it has forgotten its last digits.
_SHORTENED = re.compile(r"\d(?:\.\d+)?E\+?\d{1,3}", re.ASCII | re.IGNORECASE)
_DIGITS_KEPT = 10**15
_FIRST_YEAR = 1990
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
        # A workbook keeps fifteen digits; what is longer has lost its last.
        is_kept = abs(value) < _DIGITS_KEPT
        return f"{Decimal(f'{value:.15g}'):f}" if is_kept else f"{value:.14E}"
    if not isinstance(value, str | int | date | time | timedelta | Decimal):
        # A formula over several cells is no text of its own.
        return f"={getattr(value, 'text', '') or ''}".replace("==", "=")
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


def is_shortened(text: str) -> bool:
    """Tell whether a number or account has lost its last digits in Excel: 2.02611E+17."""
    return _SHORTENED.fullmatch(text) is not None


def day_of(text: str) -> date:
    """Read a day, of full or half width; a time behind it is passed over.

    Raises:
        NotRead: it is none, or before any bank kept accounts by machine.
    """
    text = text if text.isascii() else unicodedata.normalize("NFKC", text)
    found = _DAY.fullmatch(text) or _COMPACT_DAY.fullmatch(text)
    if found is None:
        raise NotRead
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise NotRead from None
    if day.year < _FIRST_YEAR:
        raise NotRead
    return day


def fen_of(text: str) -> int:
    """Read an amount of yuan, of full or half width, into fen; the sign is kept.

    Raises:
        NotRead: it is none, has parts of a fen, or is beyond all measure.
    """
    found = _AMOUNT.fullmatch(text if text.isascii() else unicodedata.normalize("NFKC", text))
    if found is None:
        raise NotRead
    try:
        fen = Decimal(found[2].replace(",", "") + (found[3] or "")) * 100
    except InvalidOperation:
        raise NotRead from None
    if fen != fen.to_integral_value() or fen > MOST_FEN:
        raise NotRead
    return -int(fen) if found[1] == "-" else int(fen)
