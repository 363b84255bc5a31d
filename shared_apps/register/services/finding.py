"""Find files that share a person or a card, over the whole network: one case for one cluster.

Runs on the network, over hashes alone. What a station has to know is told to it by a message of the
nearest common station, which decides.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import StationRef, in_network, in_station
from bangfu.kernel.text import kept
from shared_apps.audit.services import record
from shared_apps.register.clusters import Cluster, Pair, Sighting, clusters_in, key_of
from shared_apps.register.history import Act, noted
from shared_apps.register.holders import holder
from shared_apps.register.links import case_link
from shared_apps.register.models import (
    STRONG,
    CasePart,
    CaseState,
    DuplicateCase,
    IdentityEntry,
    PartState,
)
from shared_apps.register.services.telling import DECIDES, FOUND, VANISHED, tell
from tenants.selectors import refs_of

AT_ONCE = 2_000
DECIDE = "duplicate.decide"
# A hash leads to a file, the file to its other hashes: so many steps reach every cluster that is real.
_FURTHEST = 8


@dataclass(frozen=True, slots=True)
class Found:
    """What one look over the register did."""

    opened: int = 0
    grown: int = 0
    vanished: int = 0

    def __str__(self) -> str:
        return f"opened {self.opened}, grown {self.grown}, vanished {self.vanished}"


def find_new_duplicates(*, now: datetime) -> Found:
    """Look at what the stations registered since the last look; safe to repeat."""
    with in_network():
        news = IdentityEntry.objects.filter(is_new=True).order_by("id")[:AT_ONCE]
        rows = list(news.values_list("pk", "id_hash", "role"))
    if not rows:
        return Found()
    found = _look({bytes(hashed) for _key, hashed, role in rows if role in STRONG}, now=now)
    with in_network():
        IdentityEntry.objects.filter(pk__in=[row[0] for row in rows]).update(is_new=False)
    return found


def find_all_duplicates(*, now: datetime) -> Found:
    """Look over the whole register, and close the cases whose files share nothing any more."""
    with in_network():
        doubled = (
            IdentityEntry.objects.filter(role__in=STRONG)
            .values("id_hash")
            .annotate(files=Count("subject", distinct=True))
            .filter(files__gt=1)
            .values_list("id_hash", flat=True)
        )
        hashes = {bytes(one) for one in doubled}
    found = _look(hashes, now=now)
    return Found(found.opened, found.grown, _close_vanished(now=now))


def _look(hashes: Collection[bytes], *, now: datetime) -> Found:
    with in_network():
        sightings = _connected(hashes)
        clusters = clusters_in(sightings, judged=_judged({one.subject for one in sightings}))
    opened = grown = 0
    for cluster in clusters:
        outcome = _note(cluster, now=now)
        opened += outcome == "opened"
        grown += outcome == "grown"
    return Found(opened, grown)


def _connected(hashes: Collection[bytes]) -> list[Sighting]:
    known: set[bytes] = set()
    wanted = set(hashes)
    sightings: dict[tuple[bytes, UUID], Sighting] = {}
    for _step in range(_FURTHEST):
        if not wanted:
            break
        rows = IdentityEntry.objects.filter(id_hash__in=wanted, role__in=STRONG)
        found = [
            Sighting(bytes(hashed), subject, station_id, role)
            for hashed, subject, station_id, role in rows.values_list(
                "id_hash", "subject", "station_id", "role"
            )
        ]
        sightings |= {(one.id_hash, one.subject): one for one in found}
        known |= wanted
        subjects = _doubled(found)
        others = IdentityEntry.objects.filter(subject__in=subjects, role__in=STRONG)
        wanted = {bytes(one) for one in others.values_list("id_hash", flat=True)} - known
    return list(sightings.values())


def _doubled(found: Sequence[Sighting]) -> set[UUID]:
    by_hash: dict[bytes, set[UUID]] = {}
    for one in found:
        by_hash.setdefault(one.id_hash, set()).add(one.subject)
    return {subject for group in by_hash.values() if len(group) > 1 for subject in group}


def _judged(subjects: Collection[UUID]) -> set[Pair]:
    cases = CasePart.objects.filter(
        subject__in=subjects, case__state=CaseState.SETTLED
    ).values_list("case_id", flat=True)
    by_case: dict[UUID, list[UUID]] = {}
    for case_id, subject in CasePart.objects.filter(case_id__in=set(cases)).values_list(
        "case_id", "subject"
    ):
        by_case.setdefault(case_id, []).append(subject)
    return {frozenset(pair) for members in by_case.values() for pair in combinations(members, 2)}


@transaction.atomic
def _note(cluster: Cluster, *, now: datetime) -> str:
    """Open a case for a cluster, or bring the open one up to date; one transaction."""
    with in_network():
        open_cases = list(
            DuplicateCase.objects.select_for_update()
            .filter(
                state=CaseState.OPEN,
                pk__in=CasePart.objects.filter(subject__in=cluster.subjects).values("case_id"),
            )
            .order_by("opened_at", "id")
        )
        if open_cases:
            case, is_new = open_cases[0], False
            joined = _join(case, open_cases[1:], now=now)
        else:
            case, is_new = DuplicateCase(opened_at=now, station_ids=[]), True
            joined = set()
        parts = (
            {one.subject: one for one in CasePart.objects.filter(case=case)} if not is_new else {}
        )
        missing = cluster.subjects - parts.keys()
        if not missing and not joined and set(cluster.signals) <= set(case.signals):
            return "known"
        overseer = _place(case, cluster, parts.values())
        case.signals = sorted({*case.signals, *cluster.signals})
        case.key = key_of({*parts, *cluster.subjects})
        case.changed_at = now
        action = "opened" if is_new else "grown"
        noted(case, Act(at=now, who=kept(gettext_lazy("系统")), what=action))
        case.save(force_insert=is_new)
        CasePart.objects.bulk_create(
            CasePart(
                case=case,
                station_id=cluster.station_of(subject),
                subject=subject,
                roles=cluster.roles_of(subject),
            )
            for subject in sorted(missing)
        )
    _tell_about(case, overseer, subjects=missing, now=now)
    return action


def _join(case: DuplicateCase, others: Sequence[DuplicateCase], *, now: datetime) -> set[UUID]:
    keys = {one.pk for one in others}
    CasePart.objects.filter(case_id__in=keys).update(case=case)
    DuplicateCase.objects.filter(pk__in=keys).update(state=CaseState.MERGED, changed_at=now)
    return keys


def _place(case: DuplicateCase, cluster: Cluster, parts: Collection[CasePart]) -> StationRef:
    holding = {one.station_id for one in cluster.shared} | {one.station_id for one in parts}
    refs = refs_of(holding)
    above = _common_path([ref.path for ref in refs.values()])
    overseer_id = int(above[-1]) if above else min(holding)
    case.overseer_id = overseer_id
    case.station_ids = sorted({*holding, overseer_id})
    return refs.get(overseer_id) or refs_of([overseer_id])[overseer_id]


def _common_path(paths: Sequence[str]) -> list[str]:
    ways = [path.rstrip(".").split(".") for path in paths]
    common = []
    for steps in zip(*ways, strict=False):
        if len(set(steps)) > 1:
            break
        common.append(steps[0])
    return common


def _tell_about(
    case: DuplicateCase, overseer: StationRef, *, subjects: Collection[UUID], now: datetime
) -> None:
    with in_station(overseer):
        record(
            event="duplicate.found",
            actor=Actor.system("register", station=overseer),
            subject=("duplicate", case.pk),
            data={"files": len(subjects), "signals": case.signals},
            now=now,
        )
        holder().wait(
            case_id=case.pk,
            kind=DECIDES,
            capability=DECIDE,
            title=gettext_noop("认定疑似重复建档（%(stations)s 个站点）"),
            params={"stations": len(case.station_ids)},
            link=case_link(case.pk),
            now=now,
        )
        tell(case, kind=FOUND, body={}, only=subjects, now=now)


def _close_vanished(*, now: datetime) -> int:
    with in_network():
        cases = list(DuplicateCase.objects.filter(state=CaseState.OPEN).order_by("id"))
        subjects = {case.pk: set(case.parts.values_list("subject", flat=True)) for case in cases}
        sharing = {case.pk: _doubled(_sightings_of(subjects[case.pk])) for case in cases}
    vanished = [case for case in cases if not sharing[case.pk]]
    for case in vanished:
        _vanish(case.pk, now=now)
    return len(vanished)


def _sightings_of(subjects: Collection[UUID]) -> list[Sighting]:
    rows = IdentityEntry.objects.filter(subject__in=subjects, role__in=STRONG)
    return [
        Sighting(bytes(hashed), subject, station_id, role)
        for hashed, subject, station_id, role in rows.values_list(
            "id_hash", "subject", "station_id", "role"
        )
    ]


@transaction.atomic
def _vanish(case_id: UUID, *, now: datetime) -> None:
    with in_network():
        case = DuplicateCase.objects.select_for_update().get(pk=case_id)
        if case.state != CaseState.OPEN:
            return
        case.state = CaseState.VANISHED
        case.changed_at = now
        noted(case, Act(at=now, who=kept(gettext_lazy("系统")), what="vanished"))
        case.save()
        overseer = refs_of([case.overseer_id])[case.overseer_id]
        left = {one.subject for one in case.parts.all() if one.state == PartState.WAITING}
    with in_station(overseer):
        holder().done(case_id=case.pk, now=now)
        tell(case, kind=VANISHED, body={}, only=left, now=now)
