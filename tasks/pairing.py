"""Door to what the calendar asks of helpers in each station."""

from datetime import timedelta

from celery import shared_task

from bangfu.kernel import clock
from bangfu.kernel.tenancy import StationRef
from bangfu.kernel.tenancy.tasks import NetworkTask
from shared_apps.exchange import jobs
from tenant_apps.pairing.services import keep_up

EVERY = timedelta(hours=1)


@shared_task(name="pairing.keep_up", base=NetworkTask, soft_time_limit=280, time_limit=300)
def keep_up_everywhere() -> int:
    """Open the contacts of the quarter and the visits before the festival; note what was missed."""
    now = clock.now()

    def keep_up_one(_station: StationRef) -> None:
        keep_up(now=now)

    return jobs.run_due(
        "pairing.keep_up",
        lambda _slot: jobs.fan_out("pairing.keep_up", keep_up_one, now=now),
        every=EVERY,
        now=now,
    )
