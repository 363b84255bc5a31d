"""Doors to the folder of facts."""

from celery import shared_task

from bangfu.kernel import clock
from bangfu.kernel.tenancy.tasks import NetworkTask
from shared_apps.rollup import services


@shared_task(name="rollups.fold", base=NetworkTask)
def fold() -> int:
    """Bring what the stations recorded into the totals."""
    return services.fold_facts(now=clock.now()).deltas


@shared_task(name="rollups.count", base=NetworkTask)
def count() -> int:
    """Count the stations in operation, the units due and the staff."""
    return services.count_network(on=clock.today())
