"""Doors to the background work of bank statements: reading, posting, looking again at night."""

from datetime import datetime, time, timedelta
from uuid import UUID

from celery import shared_task

from bangfu.kernel import clock, doorbell
from bangfu.kernel.tenancy.tasks import NetworkTask, StationTask
from shared_apps.exchange import jobs
from tenant_apps.banking import selectors, services

# Below the visibility timeout of the broker. What is left when time is up, the sweeper rings for.
_LIMITS = {"soft_time_limit": 280, "time_limit": 300}
NIGHT = time(1, 0)


@shared_task(name=services.WORK, base=StationTask, acks_late=True, **_LIMITS)
def work_on(station_id: int, statement_id: str) -> None:
    """Read or post a statement, whichever it waits for."""
    del station_id
    services.work_on(UUID(statement_id), now=clock.now())


@shared_task(name="banking.look_again", base=StationTask, acks_late=True, **_LIMITS)
def look_again(station_id: int) -> int:
    """Run the passes over what is open at a station."""
    del station_id
    return services.look_again(now=clock.now())


@shared_task(name="banking.sweep", base=NetworkTask)
def sweep() -> int:
    """Ring for every statement that is not finished, so that a lost bell or a killed worker costs a minute."""
    waiting = selectors.statements_at_work()
    for station_id, statement_id in waiting:
        doorbell.ring(services.WORK, station_id, str(statement_id))
    return len(waiting)


@shared_task(name="banking.nightly", base=NetworkTask)
def nightly() -> bool:
    """Once a night, before the reconciliation, let every station look again at what is open."""
    now = clock.now()
    return jobs.run_slot("banking.nightly", _last_night(now), _ring_for_open_lines, now=now)


def _ring_for_open_lines() -> int:
    stations = selectors.stations_with_open_lines()
    for station_id in stations:
        doorbell.ring("banking.look_again", station_id)
    return len(stations)


def _last_night(now: datetime) -> datetime:
    night = datetime.combine(now.date(), NIGHT, tzinfo=clock.LOCAL)
    return night if night <= now else night - timedelta(days=1)
