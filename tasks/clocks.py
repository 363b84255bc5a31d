"""Doors to what the passing of time brings about in each station."""

from datetime import timedelta

from celery import shared_task

from bangfu.kernel import clock
from bangfu.kernel.tenancy import StationRef
from bangfu.kernel.tenancy.tasks import NetworkTask
from shared_apps.exchange import jobs
from tenant_apps.casework.services import fire_clocks
from tenant_apps.households.services.tending import tend_files
from tenant_apps.reviews.services import end_finished_notices, note_overdue_checks

EVERY = timedelta(minutes=5)


@shared_task(name="clocks.fire", base=NetworkTask, soft_time_limit=280, time_limit=300)
def fire() -> int:
    """Do what the passing of time brings about, station by station.

    Notices that are over end, re-checks that are due open, temporary files expire, deadlines are warned of
    and reported.
    """
    now = clock.now()

    def fire_one(_station: StationRef) -> None:
        end_finished_notices(now=now)
        tend_files(now=now)
        note_overdue_checks(now=now)
        fire_clocks(now=now)

    return jobs.run_due(
        "clocks.fire",
        lambda _slot: jobs.fan_out("clocks.fire", fire_one, now=now),
        every=EVERY,
        now=now,
    )
