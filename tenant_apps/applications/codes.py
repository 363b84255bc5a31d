"""The personal code of an application: sixteen digits on a slip of paper, kept as a keyed hash."""

from __future__ import annotations

import secrets
import unicodedata

from bangfu.kernel.crypto import blind_index

DIGITS = 16
_GROUP = 4
_PURPOSE = "application_code"


def fresh_code() -> str:
    """Make a new code, in groups of four as it is read out and typed."""
    return grouped(f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}")


def grouped(code: str) -> str:
    """Write a code in groups of four."""
    plain = plain_code(code)
    return "-".join(plain[start : start + _GROUP] for start in range(0, len(plain), _GROUP))


def plain_code(text: str) -> str:
    """Read a typed code: full-width digits, blanks and dashes do not matter."""
    return "".join(one for one in unicodedata.normalize("NFKC", text) if one.isdecimal())[:64]


def code_hash(code: str) -> bytes:
    """Give the keyed hash by which an application is found."""
    return blind_index(plain_code(code), purpose=_PURPOSE)
