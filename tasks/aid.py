"""Doors to the counting of campaigns: after a step, and every night for what no bell was heard of."""

from datetime import timedelta
from uuid import UUID

from celery import shared_task

from bangfu.kernel import clock
from bangfu.kernel.tenancy import StationRef
from bangfu.kernel.tenancy.tasks import NetworkTask, StationTask
from shared_apps.exchange import jobs
from tenant_apps.aid.services.progressing import COUNT, count_all, count_campaign

EVERY = timedelta(hours=12)


@shared_task(name=COUNT, base=StationTask)
def count(station_id: int, campaign_id: str) -> None:
    """Count the list of a campaign at a station."""
    del station_id
    count_campaign(UUID(campaign_id), now=clock.now())


@shared_task(name="aid.keep_up", base=NetworkTask, soft_time_limit=540, time_limit=570)
def keep_up() -> int:
    """Count, twice a day, every list that may still move, station by station."""
    now = clock.now()

    def count_one(_station: StationRef) -> None:
        count_all(now=now)

    return jobs.run_due(
        "aid.keep_up",
        lambda _slot: jobs.fan_out("aid.keep_up", count_one, now=now),
        every=EVERY,
        now=now,
    )
