"""How often somebody may try: guesses of a code, new applications, uploads, by network address.

Counted over the whole network, so that going from station to station gains nothing. Addresses and
codes are kept as keyed hashes, and only as long as the window lasts.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache

from bangfu.kernel.crypto import blind_index
from bangfu.kernel.tenancy import in_network
from tenant_apps.applications.errors import TooManyAtOnce, TooManyTries

_DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Limit:
    """So many within a window of seconds."""

    name: str
    most: int
    seconds: int


WRONG_BY_ADDRESS = Limit("wrong-address", 20, 1800)
WRONG_BY_CODE = Limit("wrong-code", 5, 1800)
# A whole village may share an address, a community office surely does.
STARTED_BY_ADDRESS = Limit("started", 30, _DAY)
UPLOADED_BY_ADDRESS = Limit("uploaded", 300, _DAY)
SAVED_BY_ADDRESS = Limit("saved", 2000, _DAY)


def refuse_guessing(*, address: str, code: str) -> None:
    """Stop whoever guessed wrong too often, whether or not this guess is right.

    Raises:
        TooManyTries: the address or the code has used up its tries.
    """
    for limit, what in ((WRONG_BY_ADDRESS, address), (WRONG_BY_CODE, code)):
        if _so_far(limit, what) >= limit.most:
            raise TooManyTries


def note_wrong_guess(*, address: str, code: str) -> None:
    """Count a wrong code, for the address it came from and for the code itself."""
    for limit, what in ((WRONG_BY_ADDRESS, address), (WRONG_BY_CODE, code)):
        _one_more(limit, what)


def count_one(limit: Limit, *, address: str) -> None:
    """Count one of something, and refuse what is more than a person would do.

    Raises:
        TooManyAtOnce: the window is full.
    """
    if _one_more(limit, address) > limit.most:
        raise TooManyAtOnce


def _slot(limit: Limit, what: str) -> str:
    return f"limit:{limit.name}:{blind_index(what, purpose='limit').hex()}"


def _so_far(limit: Limit, what: str) -> int:
    with in_network():
        return int(cache.get(_slot(limit, what), 0))


def _one_more(limit: Limit, what: str) -> int:
    slot = _slot(limit, what)
    with in_network():
        cache.add(slot, 0, limit.seconds)
        return int(cache.incr(slot))
