"""Numbers as people type them beside a unit."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_TYPED = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]+)?\s*([万亿]?)")
_TIMES = {"": 1, "万": 10**4, "亿": 10**8}


def typed_number(text: str, *, unit: str, scale: int) -> int | None:
    """Read a number in the smallest part of its unit, ``scale`` of which make one: 20万元 are 20,000,000 fen.

    Blanks around it, full-width digits, commas between thousands, 万 and 亿 and the unit itself may be typed. None of
    what is no such number, and of one that is finer than the smallest part.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = plain.removesuffix(unicodedata.normalize("NFKC", unit))
    found = _TYPED.fullmatch(plain.strip())
    if found is None:
        return None
    whole, rest, times = found.groups()
    scaled = Decimal(whole.replace(",", "") + (rest or "")) * _TIMES[times] * scale
    return int(scaled) if scaled == scaled.to_integral_value() else None
