"""What two numbers say about each other: pure arithmetic that never takes a bound for an exact number.

Amounts are fen where the caller's are. Source: domain reference §1.W, §4.2, §4.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from shared_apps.paperbooks.models import Bound

_CENT = Decimal("0.01")
_TENTH = Decimal("0.1")
# Sums this round come up by themselves: they say nothing about copying.
_ROUND = 1_000
# So do small ones: counts below this, and sums below as many yuan.
_SMALL = 100


@dataclass(frozen=True, slots=True)
class Said:
    """A number as it was said: more than (余, 多) and about (约) are not exact."""

    value: int
    bound: str = Bound.EXACT

    @property
    def is_exact(self) -> bool:
        """Whether it may be compared to the last unit."""
        return self.bound == Bound.EXACT

    @property
    def is_least(self) -> bool:
        """Whether the true number is this or more."""
        return self.bound in {Bound.EXACT, Bound.OVER, Bound.MORE}


@dataclass(frozen=True, slots=True)
class Left:
    """What remains of one number after another: exactly, at least, at most, or not to be said."""

    value: int
    word: str


def missing(whole: Said, parts: Sequence[Said]) -> int | None:
    """Return what the parts lack of the whole (negative: have too much); None where they fit or cannot be compared.

    A part known as a lower bound may be any more, so it can only show that the parts are too many.
    """
    total = sum(part.value for part in parts)
    lack = whole.value - total
    if whole.is_exact and all(part.is_exact for part in parts):
        return lack or None
    too_many = whole.is_exact and all(part.is_least for part in parts) and lack < 0
    too_few = (
        whole.bound in {Bound.OVER, Bound.MORE}
        and all(part.is_exact for part in parts)
        and lack > 0
    )
    return lack if too_many or too_few else None


def each(amount: int, count: int) -> Decimal | None:
    """Return the average of one, to the second decimal; None of nobody."""
    return (Decimal(amount) / count).quantize(_CENT, ROUND_HALF_UP) if count else None


def percent(part: int, whole: int) -> Decimal | None:
    """Return a share in percent, to the first decimal; None of nothing."""
    return (Decimal(part) * 100 / whole).quantize(_TENTH, ROUND_HALF_UP) if whole else None


def left_of(came: Said, went: Said) -> Left:
    """Return what is left in stock, with the word its bounds allow (``exact``, ``least``, ``most``, ``unknown``)."""
    value = came.value - went.value
    if came.is_exact and went.is_exact:
        return Left(value, "exact")
    if came.is_least and went.is_exact:
        return Left(value, "least")
    if came.is_exact and went.is_least:
        return Left(value, "most")
    return Left(value, "unknown")


@dataclass(frozen=True, slots=True)
class Place:
    """One sum at one place: where it stands, what it is about, and of how many."""

    station: str
    about: str
    value: int
    count: int | None
    measure: str
    is_exact: bool = True


def copied(places: Iterable[Place]) -> list[tuple[Place, ...]]:
    """Return the sums that stand in more than one place: one is perhaps a copy of the other.

    Round or small numbers, and those that are not exact, tell nothing. Two readings of one row are one place.
    """
    by_value: dict[tuple[str, int], dict[tuple[str, str], Place]] = {}
    for place in places:
        least = _SMALL * 100 if place.measure == "fen" else _SMALL
        if place.is_exact and place.value >= least and place.value % _ROUND:
            by_value.setdefault((place.measure, place.value), {}).setdefault(
                (place.station, place.about), place
            )
    found = []
    for alike in by_value.values():
        stations = {place.station for place in alike.values()}
        if len(stations) > 1:
            found.append(tuple(alike.values()))
    return sorted(found, key=lambda group: -group[0].value)
