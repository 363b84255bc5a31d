"""Doors to the search for duplicate files: every minute what is new, at night everything."""

from datetime import timedelta

from celery import shared_task

from bangfu.kernel import clock
from bangfu.kernel.tenancy.tasks import NetworkTask
from shared_apps.exchange import jobs
from shared_apps.register import services

NIGHTLY = timedelta(days=1)


@shared_task(name="duplicates.sweep", base=NetworkTask)
def sweep() -> None:
    """Look at what the stations registered lately, and at what became of earlier cases."""
    now = clock.now()
    services.find_new_duplicates(now=now)
    services.note_what_left(now=now)
    services.recount_removed_aliases()


@shared_task(name="duplicates.nightly", base=NetworkTask, soft_time_limit=280, time_limit=300)
def nightly() -> int:
    """Look over the whole register."""
    now = clock.now()
    return jobs.run_due(
        "duplicates.nightly",
        lambda _slot: services.find_all_duplicates(now=now),
        every=NIGHTLY,
        now=now,
    )
