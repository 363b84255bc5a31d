"""What was promised out of a fund before its budget was held: who promises names it here, and the ledger keeps it free.

A fund of donations is promised as soon as a name is published, and for the years its donor laid down. The budget knows
neither: without this, money that leaves otherwise than as what was promised would take what was promised with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tenant_apps.funds.models import Fund


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """What is promised out of a fund beside the budget that is held, and what was pledged to it, in fen."""

    fen: int = 0
    pledged_fen: int = 0

    def __add__(self, other: Promised) -> Promised:
        """Return both together."""
        return Promised(fen=self.fen + other.fen, pledged_fen=self.pledged_fen + other.pledged_fen)


Promising = Callable[[Fund, int], Promised]
"""Say what is promised out of a fund in the books of a year."""

_promising: dict[str, Promising] = {}


class PromisedTwice(Exception):
    """Two apps promise under the same name."""


def promises(name: str, promising: Promising) -> None:
    """Register who promises money out of funds; called once per process, in ``AppConfig.ready``."""
    if name in _promising:
        raise PromisedTwice(name)
    _promising[name] = promising


def promised_from(fund: Fund, year: int) -> Promised:
    """Return what everybody has promised out of a fund."""
    return sum((promising(fund, year) for promising in _promising.values()), Promised())
