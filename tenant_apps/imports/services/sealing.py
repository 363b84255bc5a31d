"""Personal data on its way between stations: sealed in the body of a message."""

from __future__ import annotations

import base64

from bangfu.kernel.crypto import seal, unseal

PLACE = "import.rows"


def sealed(text: str) -> str:
    """The text sealed for a message, as JSON can carry it."""
    return base64.b64encode(seal(text, place=PLACE)).decode()


def unsealed(text: str) -> str:
    """The text that was sealed for a message."""
    return unseal(base64.b64decode(text), place=PLACE)
