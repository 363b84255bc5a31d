"""Doors to the upkeep of personal data: what expires, what is wiped, what is sealed anew."""

from datetime import timedelta

from celery import shared_task

from bangfu.kernel import clock
from bangfu.kernel.tenancy import StationRef
from bangfu.kernel.tenancy.tasks import NetworkTask
from shared_apps.exchange import jobs
from tenant_apps.privacy import resealing
from tenant_apps.privacy.services import (
    forget_old_outsiders,
    purge_imports,
    purge_papers,
    purge_remarks,
    remind_of_old_files,
    wipe_expired,
)

HOURLY = timedelta(hours=1)
DAILY = timedelta(days=1)
RESEAL_EVERY = timedelta(minutes=5)
# How long one station is worked on in one round, and the rest between two batches of rows.
SECONDS_A_STATION = 20.0
REST_SECONDS = 0.02


@shared_task(name="privacy.expire", base=NetworkTask, soft_time_limit=280, time_limit=300)
def expire() -> int:
    """Wipe the pictures of requests to look whose time is over, station by station."""
    now = clock.now()

    def expire_one(_station: StationRef) -> None:
        wipe_expired(now=now)

    return jobs.run_due(
        "privacy.expire",
        lambda _slot: jobs.fan_out("privacy.expire", expire_one, now=now),
        every=HOURLY,
        now=now,
    )


@shared_task(name="privacy.sweep", base=NetworkTask, soft_time_limit=540, time_limit=570)
def sweep() -> int:
    """Forget what was kept long enough, sweep orphaned papers, remind of files whose years are over; once a day."""
    now = clock.now()

    def sweep_one(_station: StationRef) -> None:
        purge_imports(now=now)
        purge_papers(now=now)
        purge_remarks(now=now)
        forget_old_outsiders(now=now)
        remind_of_old_files(now=now)

    return jobs.run_due(
        "privacy.sweep",
        lambda _slot: jobs.fan_out("privacy.sweep", sweep_one, now=now),
        every=DAILY,
        now=now,
    )


@shared_task(name="privacy.reseal", base=NetworkTask, soft_time_limit=540, time_limit=570)
def reseal() -> int:
    """Seal anew whatever is under an older key; a station that is done costs one query."""
    now = clock.now()

    def reseal_one(station: StationRef) -> None:
        if resealing.needs_round(station.id):
            resealing.reseal_station(
                station, seconds=SECONDS_A_STATION, pause=REST_SECONDS, now=now
            )

    def round_of_all(_slot: object) -> object:
        if resealing.needs_round(None):
            resealing.reseal_shared(seconds=SECONDS_A_STATION, pause=REST_SECONDS, now=now)
        return jobs.fan_out("privacy.reseal", reseal_one, now=now)

    return jobs.run_due("privacy.reseal", round_of_all, every=RESEAL_EVERY, now=now)
