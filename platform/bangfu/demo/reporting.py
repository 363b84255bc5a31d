"""One quarter reported by the demo network: boards, sealed reports, and a station that is late."""

from datetime import datetime, time

from django.db import transaction

from bangfu.demo import plan
from bangfu.demo.loading import PLANTED
from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import StationRef, in_network
from bangfu.kernel.workdays import add_working_days
from shared_apps.audit.models import AuditRow
from shared_apps.audit.services import record
from shared_apps.regions.selectors import calendar_in_force
from shared_apps.rollup.periods import Period
from tenant_apps.reports.declarations import get_form
from tenant_apps.reports.selectors import QUARTER, closed_period, last_day
from tenant_apps.reports.services.auto import Late, branches_of, report_above, report_period
from tenants.models import Station

FORM = "hardship_files"
REPORTED, BRANCH_REPORTED = "demo.reported", "demo.branch-reported"


def report_next() -> bool:
    """Let one more branch of the network report the last quarter; return whether there is more to do.

    Begins when all stations are furnished. One station of the last branch does not send its report: it
    and those above it, who wait for it, have theirs open since the first working day after the quarter.
    Safe to be killed and begun anew.
    """
    now = clock.now()
    with in_network():
        events = [PLANTED, REPORTED, BRANCH_REPORTED]
        noted = AuditRow.objects.filter(event__in=events).values_list("event", "subject_id")
        done = set(noted)
        happened = {event for event, _subject in done}
        if PLANTED not in happened or REPORTED in happened:
            return False
        city = Station.objects.get(code=plan.FIRST[0]).ref
    branches = branches_of(city)
    # The branch that visitors look at first begins.
    branches.sort(key=lambda branch: branch.code != plan.BRANCH)
    left = [one for one in branches if (BRANCH_REPORTED, one.code) not in done]
    period = closed_period(QUARTER, on=clock.local_day(now))
    if left:
        form, late = get_form(FORM), _late(branches[-1], period)
        report_period(form, period, root=left[0], late=late, now=now)
        report_above(form, period, branch=left[0], now=now)
    with in_network(), transaction.atomic():
        record(
            event=BRANCH_REPORTED if left else REPORTED,
            actor=Actor.system("demo"),
            subject=("station", left[0].code if left else city.code),
            data={"form": FORM, "period": period.text},
            now=now,
        )
    return bool(left)


def _late(branch: StationRef, period: Period) -> Late:
    with in_network():
        below = Station.objects.filter(path__startswith=branch.path).exclude(code__in=plan.FIRST)
        lowest = below.order_by("-level", "-path")[0].ref
        day = add_working_days(last_day(period), 1, calendar_in_force())
    return Late(station=lowest, since=datetime.combine(day, time(9), tzinfo=clock.LOCAL))
