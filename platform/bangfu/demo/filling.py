"""Put invented households on file at a station, in bulk, with versions, facts and register."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from django.db import transaction

from bangfu.demo.households import invented_household
from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import StationRef, in_station
from shared_apps.audit.services import record
from shared_apps.policies.selectors import rule_in_force
from shared_apps.register.models import FileSerial
from shared_apps.register.services import unregister_household
from shared_apps.rollup.services import record_facts
from tenant_apps.households.drafts import HouseholdDraft
from tenant_apps.households.indicators import counted_of, facts_of_step
from tenant_apps.households.models import (
    FileState,
    HouseholdFile,
    HouseholdMember,
    HouseholdVersion,
    Origin,
)
from tenant_apps.households.services import open_drafts, snapshot_of
from tenant_apps.households.services.stepping import years_after

EVENT = "approved"
# One in so many has left the files again by now; they count as exits, not as on file.
_ONE_EXIT_IN = 12
_ROWS_AT_ONCE = 200


@dataclass(slots=True)
class _Case:
    """One household and the days of its way."""

    draft: HouseholdDraft
    on_file_on: date
    out_on: date | None


def put_on_file(
    station: StationRef,
    *,
    households: int,
    region_code: str,
    employer: str,
    seed: str,
    now: datetime,
) -> int:
    """Put so many invented households on file at ``station``, entered over the last year.

    The number may not be zero; some more that have left again are added. One transaction; facts are
    recorded in it as the services do it. Returns how many files there are.
    """
    chance = Random(seed)  # noqa: S311
    extra = sum(1 for _one in range(households) if chance.randrange(_ONE_EXIT_IN) == 0)
    today = clock.local_day(now)
    cases = [
        _case(
            chance, out=number >= households, residence=region_code, employer=employer, today=today
        )
        for number in range(households + extra)
    ]
    actor = Actor.system("demo", station=station)
    with in_station(station), transaction.atomic():
        files = open_drafts(
            [case.draft for case in cases], actor=actor, now=now, origin=Origin.DEMO
        )
        _number(files, cases, station=station)
        _complete(files, cases, station=station, today=today)
        _version(files, cases, actor=actor, now=now)
        for file, case in zip(files, cases, strict=True):
            if case.out_on is not None:
                unregister_household(file.pk)
        record(
            event="demo.put-on-file",
            actor=actor,
            subject=("station", station.id),
            data={"files": len(files)},
            now=now,
        )
    return len(files)


def _case(chance: Random, *, out: bool, residence: str, employer: str, today: date) -> _Case:
    entered = today - timedelta(days=chance.randint(20, 330))
    draft = invented_household(chance, residence=residence, employer=employer, on=entered)
    on_file = entered + timedelta(days=chance.randint(12, 18))
    left = on_file + timedelta(days=(today - on_file).days * chance.randint(30, 90) // 100)
    return _Case(draft=draft, on_file_on=on_file, out_on=left if out else None)


def _number(files: Sequence[HouseholdFile], cases: Sequence[_Case], *, station: StationRef) -> None:
    last: dict[int, int] = defaultdict(int)
    order = sorted(range(len(files)), key=lambda at: cases[at].on_file_on)
    for serial in FileSerial.objects.select_for_update().filter(station_id=station.id):
        last[serial.year] = serial.last
    for at in order:
        year = cases[at].on_file_on.year
        last[year] += 1
        files[at].file_no = f"{station.code}{year}{last[year]:04d}"
    FileSerial.objects.bulk_create(
        (
            FileSerial(station_id=station.id, year=year, last=number)
            for year, number in last.items()
        ),
        update_conflicts=True,
        unique_fields=["station", "year"],
        update_fields=["last"],
    )


def _complete(
    files: Sequence[HouseholdFile], cases: Sequence[_Case], *, station: StationRef, today: date
) -> None:
    kept = rule_in_force("retention.years", station=station, on=today).value
    for file, case in zip(files, cases, strict=True):
        file.state = FileState.ON_FILE
        file.on_file_on = case.on_file_on
        file.submitted_at = file.created_at = file.changed_at = _noon(case.draft.applied_on)
        file.means_checked_on = case.on_file_on - timedelta(days=8)
        stamped = case.on_file_on - timedelta(days=9)
        file.stamp_community_on = file.stamp_street_on = stamped
        file.stamp_community_by = file.stamp_street_by = station.name[:64]
        if hash_of(file) % 9:
            file.stamp_union_on = case.on_file_on - timedelta(days=7)
            file.stamp_union_by = "上级帮扶中心"
        file.helper_name = "结对干部"
        if case.out_on is not None:
            file.closed_on, file.keep_until = case.out_on, years_after(case.out_on, kept)
            file.exit_kind, file.exit_reason = "out", "income"
            file.exit_measure = _MEASURES[hash_of(file) % len(_MEASURES)]
    _rewrite(files, _COMPLETED)


# What helped the households of the demo out of hardship.
_MEASURES = ("employment", "employment", "medical", "education", "precise", "social")
_COMPLETED = (
    "state",
    "file_no",
    "on_file_on",
    "submitted_at",
    "created_at",
    "changed_at",
    "means_checked_on",
    "stamp_community_on",
    "stamp_street_on",
    "stamp_community_by",
    "stamp_street_by",
    "stamp_union_on",
    "stamp_union_by",
    "helper_name",
    "closed_on",
    "keep_until",
    "exit_kind",
    "exit_reason",
    "exit_measure",
)


def _version(
    files: Sequence[HouseholdFile], cases: Sequence[_Case], *, actor: Actor, now: datetime
) -> None:
    versions: list[HouseholdVersion] = []
    facts = []
    left: list[HouseholdFile] = []
    members: dict[UUID, list[HouseholdMember]] = defaultdict(list)
    for member in HouseholdMember.objects.filter(file__in=files).order_by("position"):
        members[member.file_id].append(member)
    for file, case in zip(files, cases, strict=True):
        counted = counted_of(file, case.draft, on=case.on_file_on)
        frozen = snapshot_of(file, members[file.pk])
        versions.append(
            _row(file, 1, FileState.ON_FILE, EVENT, case.on_file_on, counted, frozen, actor)
        )
        facts += facts_of_step(None, counted, on=case.on_file_on, state=file.state, event=EVENT)
        if case.out_on is not None:
            file.state = FileState.OUT
            left.append(file)
            versions.append(
                _row(
                    file,
                    2,
                    FileState.OUT,
                    "exit",
                    case.out_on,
                    None,
                    frozen | {"state": "out"},
                    actor,
                )
            )
            facts += facts_of_step(
                counted,
                None,
                on=case.out_on,
                state=FileState.OUT,
                event="exit",
                exit_reason=file.exit_reason,
                exit_measure=file.exit_measure,
            )
    HouseholdVersion.objects.bulk_create(versions, batch_size=_ROWS_AT_ONCE)
    _rewrite(left, ("state",))
    record_facts(facts, now=now)


def _rewrite(files: Sequence[HouseholdFile], fields: Sequence[str]) -> None:
    # Several times quicker than bulk_update, which writes a CASE for every cell.
    HouseholdFile.objects.bulk_create(
        files,
        batch_size=_ROWS_AT_ONCE,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=fields,
    )


def _row(
    file: HouseholdFile,
    number: int,
    state: str,
    event: str,
    on: date,
    counted: dict[str, object] | None,
    frozen: dict[str, object],
    actor: Actor,
) -> HouseholdVersion:
    return HouseholdVersion(
        file=file,
        number=number,
        effective_on=on,
        state=state,
        event=event,
        counted=counted,
        snapshot=frozen,
        made_by=actor.name,
        made_at=_noon(on),
    )


def hash_of(file: HouseholdFile) -> int:
    """Return a number that follows from the head's identity, the same in every run."""
    return int.from_bytes(bytes(file.id_no_hash or b"\0")[:2])


def _noon(day: date | None) -> datetime:
    at = day or clock.today()
    return datetime(at.year, at.month, at.day, 12, tzinfo=clock.LOCAL)
