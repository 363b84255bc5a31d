"""How a sample is drawn: at random, by stratum, and the same again from the same seed. Pure arithmetic.

Source: domain §3.15, NR31.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from bangfu.kernel.crypto import sm3


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """One household that may be drawn: its keyed hash, its stratum, the aid it got last, and its file."""

    subject: bytes
    stratum: str
    application_id: UUID
    file_id: UUID | None


def size_of(frame: int, *, number: int | None, percent: int | None) -> int:
    """Return how many to draw of ``frame``: a number, or per cent rounded up; never more than there are."""
    asked = number if number is not None else -(-frame * (percent or 0) // 100)
    return min(asked, frame)


def allotted(frame: Mapping[str, int], size: int) -> dict[str, int]:
    """Share ``size`` out over strata by how many households each has, by largest remainder.

    No stratum with households goes without one, as long as ``size`` is enough for all of them.
    """
    strata = sorted(name for name, count in frame.items() if count)
    total = sum(frame.values())
    least = 1 if size >= len(strata) else 0
    shares = {name: max(size * frame[name] // total, least) for name in strata}

    def owed(name: str) -> int:
        return size * frame[name] - shares[name] * total

    while sum(shares.values()) < size:
        shares[max((one for one in strata if shares[one] < frame[one]), key=owed)] += 1
    while sum(shares.values()) > size:
        shares[min((one for one in strata if shares[one] > least), key=owed)] -= 1
    return shares


def drawn(households: Iterable[Household], *, size: int, seed: str) -> list[Household]:
    """Draw a sample: within each stratum those whose digest with the seed is the smallest, in that order.

    The order in which households come does not matter.
    """
    ordered = sorted(households, key=lambda one: sm3(seed.encode() + b"\x00" + one.subject))
    left = allotted(Counter(one.stratum for one in ordered), size)
    found = []
    for one in ordered:
        if left[one.stratum]:
            left[one.stratum] -= 1
            found.append(one)
    return found


def digest_of(households: Iterable[Household]) -> bytes:
    """Return the SM3 over the frame: equal where the same households stand in the same strata."""
    lines = sorted(f"{one.stratum}:{one.subject.hex()}" for one in households)
    return sm3("\n".join(lines).encode())
