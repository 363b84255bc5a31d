"""Numbers for demonstrations: they pass every check and belong to nobody.

Identity numbers start with statistical region codes that are not issued to people, cards with a
range that is not issued. Source: domain.md 5.2, 5.3.
"""

from datetime import date
from random import Random

from bangfu.kernel.identity.numbers import id_check_digit, luhn_digit, uscc_check_character

FICTITIOUS_PREFIXES = ("130771", "130772", "130773")

_CARD_PREFIX = "699999"
_CARD_DIGITS = 19
_MOBILE_PREFIX = "19900"
_ORGANISATION_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_VALUES = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_CHECKS = "0123456789X"


def fictitious_id(rng: Random, *, birth: date, sex: int, prefix: str = "130771") -> str:
    """Make an identity number of nobody; ``sex`` is 1 male, 2 female.

    Raises:
        ValueError: the prefix might belong to somebody.
    """
    if prefix not in FICTITIOUS_PREFIXES:
        raise ValueError(f"{prefix} is not a fictitious prefix")
    order = rng.randrange(500) * 2 + sex % 2
    body = f"{prefix}{birth:%Y%m%d}{order:03d}"
    return body + id_check_digit(body)


def fictitious_card(rng: Random) -> str:
    """Make a card number of nobody, nineteen digits, that passes Luhn's check."""
    body = _CARD_PREFIX + _digits(rng, _CARD_DIGITS - len(_CARD_PREFIX) - 1)
    return body + luhn_digit(body)


def fictitious_mobile(rng: Random) -> str:
    """Make a mobile number as demonstrations use them."""
    return _MOBILE_PREFIX + _digits(rng, 11 - len(_MOBILE_PREFIX))


def make_uscc(rng: Random, *, kind: str, region6: str) -> str:
    """Make a credit code of a kind (``81`` base union, ``91`` company …) in a region."""
    organisation = "".join(rng.choice(_ORGANISATION_CHARACTERS) for _ in range(8))
    body = kind + region6 + organisation + _organisation_check(organisation)
    return body + uscc_check_character(body)


def _organisation_check(organisation: str) -> str:
    """Return the check character of GB 11714."""
    total = sum(
        _ORGANISATION_VALUES.index(character) * weight
        for character, weight in zip(organisation, _ORGANISATION_WEIGHTS, strict=True)
    )
    return _ORGANISATION_CHECKS[-total % 11]


def _digits(rng: Random, count: int) -> str:
    return f"{rng.randrange(10**count):0{count}d}"
