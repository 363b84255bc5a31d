"""Doors to the background work of imports: checking, importing, taking back."""

from uuid import UUID

from celery import shared_task

from bangfu.kernel import clock
from bangfu.kernel.tenancy.tasks import NetworkTask, StationTask
from tenant_apps.imports import doorbell, selectors, services

# Below the visibility timeout of the broker. What is left when time is up, the sweeper rings for.
_LIMITS = {"soft_time_limit": 280, "time_limit": 300}


@shared_task(name="imports.check", base=StationTask, acks_late=True, **_LIMITS)
def check(station_id: int, run_id: str) -> None:
    """Check the rows of an import."""
    del station_id
    services.check_import(UUID(run_id), now=clock.now())


@shared_task(name="imports.confirm", base=StationTask, acks_late=True, **_LIMITS)
def confirm(station_id: int, run_id: str) -> None:
    """Import the rows of a confirmed import."""
    del station_id
    services.apply_import(UUID(run_id), now=clock.now())


@shared_task(name="imports.undo", base=StationTask, acks_late=True, **_LIMITS)
def undo(station_id: int, run_id: str) -> None:
    """Take the rows of an import back."""
    del station_id
    services.take_back_import(UUID(run_id), now=clock.now())


@shared_task(name="imports.sweep", base=NetworkTask)
def sweep() -> int:
    """Ring for every import that is not finished, so that a lost bell or a killed worker costs a minute."""
    waiting = selectors.runs_at_work()
    for station_id, run_id, state in waiting:
        doorbell.ring(station_id, run_id, state)
    return len(waiting)
