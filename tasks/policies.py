"""Doors to what follows a change of rules: work lists of files whose tier would differ, and their undo."""

from uuid import UUID

from celery import shared_task

from bangfu.kernel import clock
from bangfu.kernel.tenancy.tasks import NetworkTask, StationTask
from shared_apps.policies import changes
from tenant_apps.households.services import retiering

# Below the visibility timeout of the broker. What is left when time is up, the sweeper rings for.
_LIMITS = {"soft_time_limit": 280, "time_limit": 300}


@shared_task(name="policies.sweep", base=NetworkTask)
def sweep() -> int:
    """Begin what rules newly in force ask for, and ring for every change that is not finished."""
    changes.start_due_changes(now=clock.now())
    return changes.ring_for_changes()


@shared_task(name="policies.work_on", base=NetworkTask, acks_late=True, **_LIMITS)
def work_on(change_id: str) -> bool:
    """Go on with one change, station by station."""
    return changes.work_on_change(UUID(change_id), now=clock.now())


@shared_task(name="policies.confirm", base=StationTask, acks_late=True, **_LIMITS)
def confirm(station_id: int) -> int:
    """Confirm the files of a work list that somebody asked to have confirmed together."""
    del station_id
    return retiering.confirm_asked(now=clock.now())
