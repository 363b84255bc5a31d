"""Who may be drawn, samples of the station and of those below it, and who was drawn with what they said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import current_station
from shared_apps.evaluations.models import Drawn, Sample, Stratum
from shared_apps.programmes.selectors import programme_names
from tenant_apps.aid.models import PAID_STATES, Application
from tenant_apps.households.models import FileState, HouseholdFile
from tenant_apps.surveys.rules import Household, digest_of, drawn

VIEWS, DRAWS, EXPORTS, REVEALS = "file.view", "report.fill", "file.export", "file.reveal"
SUBJECT, TO_CALL = "sample", "sample.call"
_OUT = frozenset({FileState.OUT, FileState.SECURED})
# Erased, or with another station: nobody here to be asked.
_GONE = frozenset({FileState.ARCHIVED, FileState.MOVED_OUT})


def aided_households(year: int, programme: str = "") -> list[Household]:
    """Return the households that the station in force paid aid in a year, each once, with its latest aid."""
    rows = Application.objects.filter(state__in=PAID_STATES, paid_on__year=year)
    if programme:
        rows = rows.filter(programme=programme)
    found = {}
    for key, subject, file_id, state in rows.order_by("paid_on", "pk").values_list(
        "pk", "household", "file_id", "file__state"
    ):
        if state not in _GONE:
            found[bytes(subject)] = Household(
                subject=bytes(subject),
                stratum=_stratum(state),
                application_id=key,
                file_id=file_id,
            )
    return list(found.values())


def programmes_paid(year: int) -> dict[str, str]:
    """Return the names of the programmes under which aid was paid in a year, by key: what a draw may be bounded to."""
    rows = Application.objects.filter(state__in=PAID_STATES, paid_on__year=year)
    keys = list(rows.order_by("programme").values_list("programme", flat=True).distinct())
    names = programme_names(station=current_station())
    return {key: names.get(key, key) for key in keys}


def years_paid() -> list[int]:
    """Return the years in which aid was paid, newest first."""
    rows = Application.objects.filter(state__in=PAID_STATES, paid_on__isnull=False)
    return [day.year for day in rows.dates("paid_on", "year", order="DESC")]


def own_samples() -> QuerySet[Sample]:
    """Return the samples of the station in force, newest year first, void ones too."""
    return Sample.objects.filter(station_id=current_station().id).order_by("-year", "-drawn_at")


def samples_below() -> QuerySet[Sample]:
    """Return the samples that stand at the stations below, in numbers alone."""
    rows = Sample.objects.exclude(station_id=current_station().id).filter(void_on=None)
    return rows.select_related("station").order_by("-year", "station__code", "programme")


def get_sample(sample_id: UUID, *, actor: Actor, lock: bool = False) -> Sample:
    """Return a sample of the station in force.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    actor.require(VIEWS)
    rows = own_samples().select_for_update() if lock else own_samples()
    found = rows.filter(pk=sample_id).first()
    if found is None:
        raise NotFound
    return found


def sample_door(sample_id: UUID, actor: Actor) -> object:
    """Return a sample that the actor may see. Raises: as ``get_sample``."""
    return get_sample(sample_id, actor=actor)


def drawn_of(sample: Sample) -> QuerySet[Drawn]:
    """Return who was drawn, in the order in which they are called."""
    return Drawn.objects.filter(station_id=sample.station_id, sample=sample).order_by("place")


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """One drawn household with who it is, from the station's own rows; ``file`` is none outside the files."""

    drawn: Drawn
    application: Application
    file: HouseholdFile | None


def called(rows: Iterable[Drawn]) -> list[Called]:
    """Return who the drawn households are; one query."""
    kept = list(rows)
    known = (
        Application.objects.select_related("file")
        .filter(pk__in=[one.application_id for one in kept])
        .in_bulk()
    )
    return [
        Called(
            drawn=one,
            application=known[one.application_id],
            file=known[one.application_id].file,
        )
        for one in kept
    ]


def proof_of(sample: Sample) -> bool | None:
    """Draw a sample again with its seed: whether the same households come; None where the frame has changed since."""
    households = aided_households(sample.year, sample.programme)
    if digest_of(households) != bytes(sample.frame_digest):
        return None
    again = drawn(households, size=sample.size, seed=sample.seed)
    return [one.application_id for one in again] == list(
        drawn_of(sample).values_list("application_id", flat=True)
    )


def _stratum(state: str | None) -> str:
    if state is None:
        return Stratum.NEVER
    if state in _OUT:
        return Stratum.OUT
    return Stratum.CANCELLED if state == FileState.CANCELLED else Stratum.ON_FILE
