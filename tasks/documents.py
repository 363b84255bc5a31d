"""Doors to what the download centre makes, and to its tidying up."""

from datetime import timedelta
from uuid import UUID

from celery import shared_task

from bangfu.kernel import clock
from bangfu.kernel.tenancy import StationRef
from bangfu.kernel.tenancy.tasks import NetworkTask, StationTask
from shared_apps.exchange import jobs
from tenant_apps.documents.services.downloads import (
    expire_downloads,
    make_download,
    ring_for_unfinished,
)
from tenant_apps.documents.services.making import PRODUCERS

EVERY = timedelta(minutes=10)
# Below the visibility timeout of the broker.
_LIMITS = {"soft_time_limit": 280, "time_limit": 300}


@shared_task(name="documents.make", base=StationTask, acks_late=True, **_LIMITS)
def make(station_id: int, download_id: str) -> None:
    """Make one download."""
    del station_id
    make_download(UUID(download_id), producers=PRODUCERS, now=clock.now())


@shared_task(name="documents.sweep", base=NetworkTask, **_LIMITS)
def sweep() -> int:
    """Remove what has expired and ring for what waits, station by station."""
    now = clock.now()

    def tidy(_station: StationRef) -> None:
        expire_downloads(now=now)
        ring_for_unfinished(now=now)

    return jobs.run_due(
        "documents.sweep",
        lambda _slot: jobs.fan_out("documents.sweep", tidy, now=now),
        every=EVERY,
        now=now,
    )
