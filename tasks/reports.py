"""Doors to periodic reports: opened when a period is over, and reported by a whole network at once."""

from datetime import timedelta

from celery import current_app, shared_task

from bangfu.kernel import clock
from bangfu.kernel.tenancy import StationRef, current_station
from bangfu.kernel.tenancy.tasks import NetworkTask, StationTask
from shared_apps.exchange import jobs
from shared_apps.rollup.periods import Period
from tenant_apps.reports.declarations import get_form
from tenant_apps.reports.services import open_due
from tenant_apps.reports.services.auto import branches_of, report_above, report_period

EVERY = timedelta(minutes=10)
_LIMITS = {"soft_time_limit": 540, "time_limit": 570}


@shared_task(name="reports.open_reports", base=NetworkTask, soft_time_limit=280, time_limit=300)
def open_reports() -> int:
    """Open the reports of the periods that are over, station by station."""
    now = clock.now()

    def open_one(station: StationRef) -> None:
        open_due(station, now=now)

    return jobs.run_due(
        "reports.open",
        lambda _slot: jobs.fan_out("reports.open", open_one, now=now),
        every=EVERY,
        now=now,
    )


@shared_task(name="reports.report_network", base=StationTask)
def report_network(station_id: int, form: str, period: str) -> int:
    """Let a whole subtree report a period, its branches at the same time."""
    del station_id
    branches = branches_of(current_station())
    for branch in branches:
        current_app.send_task("reports.report_branch", args=[branch.id, form, period])
    return len(branches)


@shared_task(name="reports.report_branch", base=StationTask, acks_late=True, **_LIMITS)
def report_branch(station_id: int, form: str, period: str) -> int:
    """Let one branch report a period, and its parent after the last of them."""
    del station_id
    branch, now = current_station(), clock.now()
    declared, months = get_form(form), Period.parse(period)
    done = report_period(declared, months, root=branch, now=now)
    return done.sent + report_above(declared, months, branch=branch, now=now).sent
