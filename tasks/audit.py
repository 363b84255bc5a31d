"""Doors to the upkeep of the audit chains."""

from datetime import timedelta

from celery import shared_task

from bangfu.kernel import clock
from bangfu.kernel.tenancy import StationRef
from bangfu.kernel.tenancy.tasks import NetworkTask
from shared_apps.audit import services
from shared_apps.exchange import jobs
from tenants.selectors import refs_of

EVERY = timedelta(hours=1)


@shared_task(name="audit.anchor", base=NetworkTask, soft_time_limit=280, time_limit=300)
def anchor() -> int:
    """Write the end of every station's chain into the chain above it, once an hour."""
    now = clock.now()

    def anchor_one(station: StationRef) -> None:
        above = refs_of([station.parent_id])[station.parent_id] if station.parent_id else None
        services.anchor(station, above, now=now)

    return jobs.run_due(
        "audit.anchor",
        lambda _slot: jobs.fan_out("audit.anchor", anchor_one, now=now),
        every=EVERY,
        now=now,
    )
