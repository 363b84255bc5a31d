"""Who is on an open file, and where; which files are suspected to be one household's.

An answer about somebody elsewhere never says more than a station's name and a file's number.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import current_station, in_network
from shared_apps.register.models import (
    PEOPLE,
    Alias,
    CasePart,
    CaseState,
    DuplicateCase,
    IdentityEntry,
    IdentityRole,
)
from shared_apps.rollup.indicators import Fact


@dataclass(frozen=True, slots=True)
class SeenElsewhere:
    """A person is on an open file of another station."""

    station_name: str
    role: str


def people_seen_elsewhere(hashes: Collection[bytes]) -> dict[bytes, SeenElsewhere]:
    """Say which of these people are on open files of other stations than the one in force.

    A head counts before a member. One query on the shared tables, whatever the number of hashes.
    """
    if not hashes:
        return {}
    own = current_station().id
    with in_network():
        rows = list(
            IdentityEntry.objects.filter(id_hash__in=list(hashes), role__in=PEOPLE)
            .exclude(station_id=own)
            .order_by("id")
            .values_list("id_hash", "role", "station__name")
        )
    found: dict[bytes, SeenElsewhere] = {}
    for hashed, role, name in sorted(rows, key=lambda row: row[1] != IdentityRole.HEAD):
        found.setdefault(bytes(hashed), SeenElsewhere(station_name=name, role=role))
    return found


def canonical_subject(hashed: bytes) -> bytes:
    """Return the hash under which a household counts: its own, unless it is known by another too."""
    with in_network():
        alias = Alias.objects.filter(old_hash=hashed, removed_at__isnull=True).first()
    return bytes(alias.new_hash) if alias else hashed


def cases_in_sight(*, state: str = "") -> QuerySet[DuplicateCase]:
    """The cases that the station in force holds a file of or oversees, the latest change first.

    Row-level security narrows them: a stranger sees none.
    """
    cases = (
        DuplicateCase.objects.exclude(state=CaseState.MERGED)
        .select_related("overseer")
        .prefetch_related(
            Prefetch("parts", CasePart.objects.select_related("station").order_by("station__path"))
        )
        .order_by("-changed_at", "-id")
    )
    return cases.filter(state=state) if state else cases


def get_case(case_id: UUID, *, actor: Actor) -> DuplicateCase:
    """Return one case of the station in force, its files with it.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    actor.require("duplicate.view")
    case = cases_in_sight().filter(pk=case_id).first()
    if case is None:
        raise NotFound
    return case


def case_door(case_id: UUID, actor: Actor) -> object:
    """Let somebody pass who may see the case, for what waits on it. Raises: as ``get_case``."""
    return get_case(case_id, actor=actor)


def count_open_cases() -> int:
    """How many open cases the station in force holds a file of or oversees; one small query."""
    return DuplicateCase.objects.filter(state=CaseState.OPEN).count()


def open_cases_of_station(*, on: date) -> list[Fact]:
    """Count, as one fact each, the open cases that the station in force decides."""
    number = DuplicateCase.objects.filter(
        state=CaseState.OPEN, overseer_id=current_station().id
    ).count()
    return [Fact(indicator="DUP-01", period=on.replace(day=1), n=number)] if number else []
