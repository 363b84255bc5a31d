"""What a check must be told that does not stand in the draft itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

from bangfu.kernel.errors import Text
from tenant_apps.households.rules.exclusions import ALL_EXCLUSIONS


class Stage(IntEnum):
    """How complete a draft must be: what is checked grows from one to the next."""

    DRAFT = 1
    """Saved half-filled: only what is given must be right."""
    IMPORT = 2
    """A row of the form: its starred columns are filled."""
    SUBMIT = 3
    """Sent to review: complete, with every member."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Where an identity number is known from already.

    `where` is worded for people and tells no more than they may know: the household number of the
    same sheet, a file of the own station, or only the name of another station.
    """

    role: str
    """`head` or `member`."""
    where: Text


def _any_region(_code: str) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckContext:
    """The day, the stage and the surroundings of one check.

    `faulty` are fields of the draft already found unreadable; what rests on them is not checked.
    `station_refusal` says why the station named by the row cannot take it; empty when it can.
    `sightings` holds the normalised numbers seen elsewhere: other households of the same sheet,
    files of the own station, other stations.
    """

    on: date
    stage: Stage = Stage.DRAFT
    faulty: frozenset[str] = frozenset()
    station_refusal: Text = ""
    sightings: Mapping[str, Sighting] = field(default_factory=dict)
    region_exists: Callable[[str], bool] = _any_region
    exclusions_bar: str = "all"
    exclusions: Collection[str] = ALL_EXCLUSIONS
