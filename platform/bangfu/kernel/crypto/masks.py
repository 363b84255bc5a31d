"""Masks: what of a number or name may be seen by those who need not know it."""

MASK = "*"

_ID_NO_HEAD, _ID_NO_TAIL = 6, 4
_PHONE_HEAD, _PHONE_TAIL = 3, 4
_CARD_TAIL = 4


def mask_id_no(number: str) -> str:
    """Hide the birthday of an identity number: ``130771********0127``."""
    return _masked(number, head=_ID_NO_HEAD, tail=_ID_NO_TAIL)


def mask_phone(number: str) -> str:
    """Hide the middle of a telephone number: ``199****0001``."""
    return _masked(number, head=_PHONE_HEAD, tail=_PHONE_TAIL)


def mask_card(number: str) -> str:
    """Leave only the last four digits of a bank card."""
    return _masked(number, head=0, tail=_CARD_TAIL)


def mask_name(name: str) -> str:
    """Leave only the first character of a name: ``柳**``."""
    return _masked(name, head=1, tail=0)


def _masked(text: str, *, head: int, tail: int) -> str:
    """Hide all but head and tail; of a text too short to hide half of it, show nothing."""
    hidden = len(text) - head - tail
    if hidden < 1 or (tail and hidden < min(head + tail, _CARD_TAIL)):
        return MASK * len(text)
    return text[:head] + MASK * hidden + text[len(text) - tail :]
