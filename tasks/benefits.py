"""Door to what the calendar asks of stores and cards in each station."""

from datetime import timedelta

from celery import shared_task

from bangfu.kernel import clock
from bangfu.kernel.tenancy import StationRef
from bangfu.kernel.tenancy.tasks import NetworkTask
from shared_apps.exchange import jobs
from tenant_apps.benefits.services import keep_cards_up
from tenant_apps.goods.services import ask_for_counts

EVERY = timedelta(hours=6)


@shared_task(name="benefits.keep_up", base=NetworkTask, soft_time_limit=280, time_limit=300)
def keep_up() -> int:
    """End cards whose last day has passed, ask for yearly checks, and for the count of the quarter."""
    now = clock.now()

    def keep_up_one(_station: StationRef) -> None:
        keep_cards_up(now=now)
        ask_for_counts(now=now)

    return jobs.run_due(
        "benefits.keep_up",
        lambda _slot: jobs.fan_out("benefits.keep_up", keep_up_one, now=now),
        every=EVERY,
        now=now,
    )
