"""Who is on an open file, and where; which files are suspected to be one household's.

An answer about somebody elsewhere never says more than a station's name and a file's number.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import StationRef, current_station, in_network
from shared_apps.register.models import (
    PEOPLE,
    Alias,
    CasePart,
    CaseState,
    DuplicateCase,
    IdentityEntry,
    IdentityRole,
    SplitAlias,
)
from shared_apps.rollup.indicators import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitSeen:
    """A household that split off another: where, when, and the station that holds the other file now.

    ``is_former`` where the other one is the household it came from, and not one that left it. The name
    of the holder is empty where the other file is closed.
    """

    is_former: bool
    subject: UUID
    split_on: date
    split_at: str
    held_by: str


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


def station_holding(subject: UUID) -> StationRef | None:
    """Return the station on whose open files a file stands now; None where it is closed."""
    with in_network():
        entry = (
            IdentityEntry.objects.filter(subject=subject, role=IdentityRole.HEAD)
            .select_related("station")
            .first()
        )
    return entry.station.ref if entry is not None else None


def canonical_subject(hashed: bytes) -> bytes:
    """Return the hash under which a household counts: its own, unless it is known by another too."""
    with in_network():
        alias = Alias.objects.filter(old_hash=hashed, removed_at__isnull=True).first()
    return bytes(alias.new_hash) if alias else hashed


def splits_of(subject: UUID, *, head: bytes | None) -> list[SplitSeen]:
    """Say from which household that of a file split off, and which split off it, the oldest first.

    ``head`` is the keyed hash of its head: what he left behind is found under any later file of his.
    Answered for the whole network, so that it stays true when either file moves. Two queries.
    """
    with in_network():
        rows = list(
            SplitAlias.objects.filter(
                Q(subject=subject) | Q(former_subject=subject) | Q(head_hash=head)
            )
            .select_related("station")
            .order_by("split_on", "id")
        )
        others = {row.subject for row in rows} | {row.former_subject for row in rows}
        holders = dict(
            IdentityEntry.objects.filter(subject__in=others, role=IdentityRole.HEAD).values_list(
                "subject", "station__name"
            )
        )
    seen = []
    for row in rows:
        is_former = row.former_subject != subject
        other = row.former_subject if is_former else row.subject
        seen.append(
            SplitSeen(
                is_former=is_former,
                subject=other,
                split_on=row.split_on,
                split_at=row.station.name,
                held_by=holders.get(other, ""),
            )
        )
    return seen


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
