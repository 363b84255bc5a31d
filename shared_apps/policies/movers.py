"""Who knows the files whose tier a rule decides: an app above declares itself, this one asks it.

Everything is asked inside the station in force and answered in numbers: no name and no key of a file
ever leaves the station.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from bangfu.kernel.actors import Actor
from shared_apps.policies.selectors import Rule

Moves = Counter[tuple[str, str]]
Rules = Mapping[str, Rule]


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What one round of an undo did: files brought back, files left as they are, and whether more wait."""

    returned: int
    kept: int
    is_finished: bool


class Mover(Protocol):
    """The app that keeps files with tiers."""

    def count(self, *, before: Rules, after: Rules) -> Moves:
        """Count the files whose tier differs between two sets of rules, by tier before and after."""

    def put_on_list(self, change_id: UUID, *, before: Rules, after: Rules, now: datetime) -> Moves:
        """Put those files on the work list of the station in force; safe to repeat."""

    def take_back(self, change_id: UUID, *, reason: str, actor: Actor, now: datetime) -> TakenBack:
        """Undo some of what a change brought in the station in force; safe to repeat."""


_declared: list[Mover] = []


def declare_mover(mover: Mover) -> None:
    """Name the app that is asked; the last one named."""
    _declared[:] = [mover]


def mover() -> Mover:
    """Return the app that is asked.

    Raises:
        LookupError: none was declared.
    """
    if not _declared:
        raise LookupError("no app declared that it keeps files with tiers")
    return _declared[0]
