"""Periodic work over the network: each slot once, each station in its turn."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from django.db import IntegrityError, connection, transaction
from django.db.models import Max, OuterRef, Subquery
from django.db.models.functions import Coalesce

from bangfu.kernel.tenancy import StationRef, in_network, in_station
from shared_apps.exchange.models import JobRun, JobState, StationService
from shared_apps.exchange.relay import only_worker
from tenants.models import Station
from tenants.selectors import open_stations

log = structlog.get_logger(__name__)

PAGE = 50
# A backend remembers every table of every schema it has seen; a fresh connection forgets them.
RECYCLE_AFTER = 50
# A run that has not ended by then died with its worker, and its slot is free again.
DEAD_AFTER = timedelta(minutes=15)
# How long the slots that were run are kept.
KEPT = timedelta(days=7)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Rounds:
    """What one fan-out did."""

    served: int = 0
    busy: int = 0
    failed: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"served {self.served}, busy {self.busy}, failed {len(self.failed)}"


def slot_of(instant: datetime, every: timedelta) -> datetime:
    """Return the beginning of the slot in which ``instant`` falls; slots are counted from midnight UTC."""
    length = every.total_seconds()
    return datetime.fromtimestamp(instant.timestamp() // length * length, tz=UTC)


def run_slot(job: str, slot: datetime, work: Callable[[], object], *, now: datetime) -> bool:
    """Do ``work`` for one slot unless somebody did or does; return whether it was done here.

    A failure is kept with the slot and raised; the slot is not tried again by itself.
    """
    run = _take(job, slot, now=now)
    if run is None:
        return False
    try:
        result = work()
    except Exception as error:
        _end(run, JobState.FAILED, f"{type(error).__name__}: {error}", now=now)
        raise
    _end(run, JobState.DONE, "" if result is None else str(result), now=now)
    return True


def run_due(
    job: str,
    work: Callable[[datetime], object],
    *,
    every: timedelta,
    now: datetime,
    catch_up: int = 1,
) -> int:
    """Run the slots of ``job`` that are due and were missed, oldest first; return how many were run.

    ``catch_up`` is how many of the latest missed slots matter: 1 for work whose newest run makes up for
    the others.
    """
    latest = slot_of(now, every)
    with in_network():
        last = JobRun.objects.filter(job=job, state=JobState.DONE).aggregate(at=Max("slot"))["at"]
    missed = catch_up if last is None else int((latest - last) / every)
    slots = [latest - every * back for back in range(min(missed, catch_up))]
    if last is None:
        slots = slots[:1]
    return sum(run_slot(job, slot, partial(work, slot), now=now) for slot in reversed(slots))


def fan_out(job: str, work: Callable[[StationRef], object], *, now: datetime) -> Rounds:
    """Do ``work`` inside every open station, the one that waited longest first.

    One worker at a time serves a station. A station that fails is noted and does not stop the others.
    """
    rounds = Rounds()
    for number, station in enumerate(_in_turn(job), start=1):
        with only_worker(job, station.id) as mine:
            if not mine:
                rounds.busy += 1
                continue
            error = _serve(work, station)
            _note(job, station, error, now=now)
        if error:
            rounds.failed.append(f"{station.code}: {error}")
        else:
            rounds.served += 1
        if number % RECYCLE_AFTER == 0 and not connection.in_atomic_block:
            connection.close()
    return rounds


def forget_old_runs(*, before: datetime) -> int:
    """Delete the slots that began before an instant; return how many."""
    with in_network():
        return JobRun.objects.filter(slot__lt=before).delete()[0]


def _take(job: str, slot: datetime, *, now: datetime) -> JobRun | None:
    with in_network():
        try:
            with transaction.atomic():
                return JobRun.objects.create(job=job, slot=slot, started_at=now)
        except IntegrityError:
            pass
        taken = JobRun.objects.filter(
            job=job, slot=slot, state=JobState.RUNNING, started_at__lt=now - DEAD_AFTER
        ).update(started_at=now)
        return JobRun.objects.get(job=job, slot=slot) if taken else None


def _end(run: JobRun, state: JobState, detail: str, *, now: datetime) -> None:
    with in_network():
        JobRun.objects.filter(pk=run.pk).update(state=state, detail=detail[:300], finished_at=now)


def _in_turn(job: str) -> Iterator[StationRef]:
    # The whole order is read once, a page of rows at a time, so that a slow round never starts anew.
    with in_network():
        served = StationService.objects.filter(job=job, station=OuterRef("pk")).values("served_at")
        keys = list(
            open_stations()
            .annotate(served_at=Coalesce(Subquery(served), _LONG_AGO))
            .order_by("served_at", "path")
            .values_list("pk", flat=True)
        )
    for start in range(0, len(keys), PAGE):
        page = keys[start : start + PAGE]
        with in_network():
            found = Station.objects.in_bulk(page)
        yield from (found[key].ref for key in page if key in found)


def _serve(work: Callable[[StationRef], object], station: StationRef) -> str:
    try:
        with in_station(station):
            work(station)
    except Exception as error:
        log.exception("station_failed", station=station.code)
        return f"{type(error).__name__}: {error}"
    return ""


def _note(job: str, station: StationRef, error: str, *, now: datetime) -> None:
    with in_network():
        row, _made = StationService.objects.get_or_create(
            job=job, station_id=station.id, defaults={"served_at": now}
        )
        row.served_at = now
        row.failures = row.failures + 1 if error else 0
        row.last_error = error[:300]
        row.save(update_fields=["served_at", "failures", "last_error"])
