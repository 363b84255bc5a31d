"""Doors to what the passing of time does to applications."""

from datetime import timedelta

from celery import shared_task

from bangfu.kernel import clock
from bangfu.kernel.tenancy import StationRef
from bangfu.kernel.tenancy.tasks import NetworkTask
from shared_apps.exchange import jobs
from tenant_apps.applications.services.sending import drop_stale_drafts

EVERY = timedelta(days=1)


@shared_task(name="applications.drop_stale", base=NetworkTask, soft_time_limit=280, time_limit=300)
def drop_stale() -> int:
    """Delete the drafts that no worker touched for sixty days, station by station."""
    now = clock.now()

    def drop_at_one(_station: StationRef) -> None:
        drop_stale_drafts(now=now)

    return jobs.run_due(
        "applications.drop_stale",
        lambda _slot: jobs.fan_out("applications.drop_stale", drop_at_one, now=now),
        every=EVERY,
        now=now,
    )
