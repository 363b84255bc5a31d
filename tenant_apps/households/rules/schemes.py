"""Tiers of older schemes, and what they are called today. Source: domain reference NR05."""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

PRESENT_SCHEME = "2020"


class OlderTier(NamedTuple):
    """A tier that a file of former years carries: its scheme, and the tier of today it comes nearest to."""

    scheme: str
    tier: str


OLDER_TIERS = MappingProxyType(
    {
        "11": OlderTier("2015", "1"),
        "12": OlderTier("2015", "2"),
        "13": OlderTier("2015", "3"),
        "21": OlderTier("2009", "1"),
        "22": OlderTier("2009", "1"),
        "23": OlderTier("2009", "2"),
        "31": OlderTier("2009", "1"),
        "32": OlderTier("2009", "2"),
        "33": OlderTier("2009", "2"),
    }
)
"""The code lists of 2015 (11-13) and 2009 (21-23), and the tiers of cities (31-33)."""


def tier_of_today(code: str) -> OlderTier:
    """Say which scheme a stated tier belongs to and what it is today; what is of today stays.

    The tier stated is what was applied for; the tier a file is given is always computed.
    """
    return OLDER_TIERS.get(code, OlderTier(PRESENT_SCHEME, code))
