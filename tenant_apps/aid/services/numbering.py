"""How applications are numbered."""

from __future__ import annotations

from datetime import date
from uuid import UUID

# Without letters that are taken for digits.
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 8


def number_of(application_id: UUID, *, on: date) -> str:
    """Number an application by its key: ``BF26-7K3QX9WA``.

    Forty random bits of the key need no counter: a thousand are numbered without waiting for each other.
    """
    rest, signs = application_id.int & ((1 << 5 * _LENGTH) - 1), ""
    for _ in range(_LENGTH):
        rest, place = divmod(rest, len(_SIGNS))
        signs = _SIGNS[place] + signs
    return f"BF{on:%y}-{signs}"
