"""Doors to reconciliation: every night, and as people ask."""

from datetime import datetime, time, timedelta

from celery import shared_task

from bangfu.kernel import clock
from bangfu.kernel.tenancy.tasks import NetworkTask
from shared_apps.exchange import jobs
from shared_apps.reconciliation import services
from shared_apps.reconciliation.selectors import get_run

NIGHT = time(2, 0)
SOFT_LIMIT_SECONDS = 540
HARD_LIMIT_SECONDS = 570


@shared_task(
    name="reconciliation.nightly",
    base=NetworkTask,
    soft_time_limit=SOFT_LIMIT_SECONDS,
    time_limit=HARD_LIMIT_SECONDS,
)
def nightly() -> bool:
    """Compare the whole network once a night; a night that was missed is made up for."""
    now = clock.now()
    return jobs.run_slot(
        "reconciliation.nightly",
        _last_night(now),
        lambda: services.reconcile_network(now=now),
        now=now,
    )


@shared_task(
    name="reconciliation.work_on",
    base=NetworkTask,
    soft_time_limit=SOFT_LIMIT_SECONDS,
    time_limit=HARD_LIMIT_SECONDS,
)
def work_on(run_id: int) -> int:
    """Do a reconciliation that somebody asked for."""
    return services.work_on(get_run(run_id), now=clock.now()).found


@shared_task(name="reconciliation.alert", base=NetworkTask)
def alert() -> int:
    """Tell parents of the breaks nobody worked on, once an hour."""
    now = clock.now()
    return jobs.run_due(
        "reconciliation.alert",
        lambda _slot: services.alert_parents(now=now),
        every=timedelta(hours=1),
        now=now,
    )


def _last_night(now: datetime) -> datetime:
    night = datetime.combine(now.date(), NIGHT, tzinfo=clock.LOCAL)
    return night if night <= now else night - timedelta(days=1)
