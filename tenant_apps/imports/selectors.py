"""What is known of the imports of the station in force, and of the people in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet

from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import StationRef, current_station, in_network
from shared_apps.importing.models import Outcome, Part, Row, Run, RunState, Verdict
from shared_apps.register.models import IdentityEntry
from tenant_apps.imports.sightings import OnFile, People, Place
from tenants.models import Station, StationState

WORKING_STATES = (RunState.CHECKING, RunState.CONFIRMING, RunState.UNDOING)
TAKES_FILES = frozenset({StationState.TRIAL, StationState.ACTIVE})


@dataclass(frozen=True)
class Destination:
    """How the rows for one station fare: sent down, applied there, or refused."""

    station: Station
    counts: Mapping[str, int]


def get_run(run_id: UUID | str) -> Run:
    """Return an import of the station in force.

    Raises:
        NotFound: there is none with this key here.
    """
    try:
        return Run.objects.get(pk=run_id, station_id=current_station().id)
    except (Run.DoesNotExist, ValidationError):
        raise NotFound from None


def imports_of_station() -> QuerySet[Run]:
    """The imports of the station in force, newest first."""
    return Run.objects.filter(station_id=current_station().id).order_by("-created_at", "-id")


def earlier_import_of(run: Run) -> Run | None:
    """The latest other import of exactly the same file that was confirmed, if there is one."""
    confirmed = (RunState.CONFIRMING, RunState.DONE)
    return (
        imports_of_station()
        .filter(
            digest=run.digest, sheet=run.sheet, state__in=confirmed, created_at__lt=run.created_at
        )
        .exclude(pk=run.pk)
        .first()
    )


def rows_of(run: Run, *, verdict: str = "", warnings: bool = False) -> QuerySet[Row]:
    """The rows of an import in the order of the sheet, without those that are only context."""
    rows = run.rows.exclude(part=Part.CONTEXT).order_by("part", "number")
    if verdict:
        rows = rows.filter(verdict=verdict)
    return rows.filter(has_warning=True) if warnings else rows


def rows_with_problems(run: Run) -> QuerySet[Row]:
    """The rows of which the check had something to say, in the order of the sheet."""
    return rows_of(run).filter(Q(verdict=Verdict.ERROR) | Q(has_warning=True))


def rows_to_correct(run: Run) -> QuerySet[Row]:
    """The rows that were not taken: with an error, or refused by the station they were for.

    A sheet that is only looked at hands back its warnings too.
    """
    wrong = Q(verdict=Verdict.ERROR) | Q(outcome=Outcome.REFUSED)
    return rows_of(run).filter(wrong | Q(has_warning=True) if run.only_check else wrong)


def outcome_counts(run: Run) -> dict[str, int]:
    """How many rows came to which outcome."""
    counted = rows_of(run).values_list("outcome").annotate(n=Count("id")).order_by()
    return dict(counted)


def destinations_of(run: Run) -> list[Destination]:
    """The stations rows were sent down to, by code, with how the rows fare there."""
    counted = (
        rows_of(run)
        .exclude(target_id=run.station_id)
        .exclude(outcome=Outcome.WAITING)
        .values_list("target_id", "outcome")
        .annotate(n=Count("id"))
        .order_by()
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for target_id, outcome, number in counted:
        found[target_id][outcome] = number
    stations = Station.objects.filter(pk__in=found).order_by("code")
    return [Destination(station, found[station.pk]) for station in stations]


def people_of(run: Run) -> People:
    """The people of an import by keyed hash. One query, whatever the number of rows."""
    people = People()
    rows = run.rows.exclude(part=Part.MEMBER).values_list(
        "part", "number", "household_no", "id_hash", "member_hashes"
    )
    placed = [
        (Place.of(part, number, no), head, members) for part, number, no, head, members in rows
    ]
    for place, head, members in sorted(placed, key=lambda one: one[0]):
        people.add(place, bytes(head) if head else None, [bytes(one) for one in members])
    return people


def people_on_file(hashes: Collection[bytes]) -> dict[bytes, list[OnFile]]:
    """The open files of the whole network on which these people are. One query.

    What becomes a message names the station only; see `sightings`.
    """
    if not hashes:
        return {}
    found: dict[bytes, list[OnFile]] = defaultdict(list)
    with in_network():
        rows = list(
            IdentityEntry.objects.filter(id_hash__in=list(hashes))
            .order_by("id")
            .values_list("id_hash", "station_id", "station__name", "role", "subject")
        )
    for hashed, station_id, station_name, role, file_id in rows:
        found[bytes(hashed)].append(OnFile(station_id, station_name, role, file_id))
    return found


def stations_offered_to(station: StationRef) -> Sequence[tuple[str, str]]:
    """Codes and names of the stations below that take files, for the template. One query."""
    below = Station.objects.filter(path__startswith=station.path, state__in=TAKES_FILES)
    return list(below.exclude(pk=station.id).order_by("code").values_list("code", "name"))


def runs_at_work() -> list[tuple[int, UUID, str]]:
    """Station, key and state of every import that a background job should be at, over the network."""
    with in_network():
        rows = Run.objects.filter(state__in=WORKING_STATES).order_by("created_at")
        return list(rows.values_list("station_id", "pk", "state"))
