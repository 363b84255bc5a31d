"""Let a whole network report a period by itself: what a demonstration and a measurement need.

Every station draws and sends, its parent accepts, up to the root; what does not agree is left waiting for
people. Level by level, so each parent finds its units in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from django.db import connection

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError
from bangfu.kernel.tenancy import StationRef, in_network, in_station
from shared_apps.exchange.relay import deliver, stations_with_mail
from shared_apps.rollup.periods import Period
from shared_apps.rollup.services import fold_facts
from tenant_apps.reports.declarations import Form
from tenant_apps.reports.models import EDITABLE, Report
from tenant_apps.reports.services.deciding import accept_all
from tenant_apps.reports.services.filling import enter
from tenant_apps.reports.services.opening import REPORTING, open_report
from tenant_apps.reports.services.sending import submit
from tenants.models import Station
from tenants.selectors import get_station

log = structlog.get_logger(__name__)

AUTO = "系统自动填报"
# A backend remembers every table of every schema it has seen; a fresh connection forgets them.
RECYCLE_AFTER = 50

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Reported:
    """What one run did: reports opened, sent, accepted, and who was left with which reason."""

    opened: int = 0
    sent: int = 0
    accepted: int = 0
    left: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"sent {self.sent} of {self.opened}, accepted {self.accepted}, left {len(self.left)}"


@dataclass(frozen=True, slots=True)
class Late:
    """A station that does not send its report, and since when it and those above it have theirs open."""

    station: StationRef
    since: datetime


def report_period(
    form: Form,
    period: Period,
    *,
    root: StationRef,
    now: datetime,
    progress: Progress | None = None,
    late: Late | None = None,
) -> Reported:
    """Report a form for a period at every station of a subtree, in the background.

    Opens from the root down, so that every parent waits for all below it before the first of them sends;
    draws and sends from the lowest level up; delivers the messages; accepts what agrees. Safe to be killed
    and begun anew: what is sent stays sent. Branches of one root may run at the same time: the last to end
    finds all others in, and lets their parent report too.
    """
    fold_facts(now=now, wait=True)
    with in_network():
        rows = Station.objects.filter(path__startswith=root.path, state__in=REPORTING)
        stations = [row.ref for row in rows.order_by("-level", "path")]
        above = [get_station(root.parent_id).ref] if root.parent_id is not None else []
    done = Reported()
    _open_all([*above, *reversed(stations)], form, period, late=late, now=now)
    for number, station in enumerate(stations, start=1):
        if late is None or station != late.station:
            with in_station(station):
                _report_one(station, form, period, done, now=now)
        if number % RECYCLE_AFTER == 0 and not connection.in_atomic_block:
            connection.close()
        if progress is not None:
            progress(number, len(stations))
    _deliver_to(stations)
    return done


def report_above(form: Form, period: Period, *, branch: StationRef, now: datetime) -> Reported:
    """Accept what a branch sent, and let its parent report once all its branches are in."""
    done = Reported()
    if branch.parent_id is None:
        return done
    with in_network():
        parent = get_station(branch.parent_id).ref
        below = Station.objects.filter(path__startswith=parent.path, state__in=REPORTING)
        subtree = [row.ref for row in below.order_by("path")]
    with in_station(parent):
        _report_one(parent, form, period, done, now=now)
    if done.sent or done.accepted:
        _deliver_to(subtree)
    return done


def branches_of(root: StationRef) -> list[StationRef]:
    """Return the parts in which a network reports at the same time: the stations right below its root."""
    with in_network():
        rows = Station.objects.filter(parent_id=root.id, state__in=REPORTING).order_by("path")
        return [row.ref for row in rows] or [root]


def _deliver_to(stations: list[StationRef]) -> int:
    """Deliver whatever waits for these stations, until nothing does; return how many were applied."""
    wanted = {station.id for station in stations}
    applied = 0
    while waiting := [key for key in stations_with_mail() if key in wanted]:
        got = sum(deliver(key) for key in waiting)
        if not got:
            break
        applied += got
    return applied


def _open_all(
    stations: Iterable[StationRef],
    form: Form,
    period: Period,
    *,
    late: Late | None,
    now: datetime,
) -> None:
    for number, station in enumerate(stations, start=1):
        is_late = late is not None and late.station.is_below(station)
        with in_station(station):
            open_report(
                form,
                period,
                is_top=station.parent_id is None,
                everyone=True,
                now=late.since if late is not None and is_late else now,
            )
        if number % RECYCLE_AFTER == 0 and not connection.in_atomic_block:
            connection.close()


def _report_one(
    station: StationRef, form: Form, period: Period, done: Reported, *, now: datetime
) -> None:
    actor = Actor.system(AUTO, station=station)
    # Units below have sent by now, for they stand on a lower level.
    deliver(station.id)
    report = Report.objects.get(form=form.code, period=period.text)
    done.opened += 1
    done.accepted += accept_all(report.pk, actor=actor, now=now).accepted
    report.refresh_from_db()
    if report.state not in EDITABLE:
        return
    try:
        _fill(report, form, actor=actor, now=now)
        submit(report.pk, actor=actor, now=now)
        done.sent += 1
    except DomainError as refusal:
        log.info("report_left", station=station.code, form=form.code, why=refusal.code)
        done.left.append(f"{station.code}: {refusal.code}")


def _fill(report: Report, form: Form, *, actor: Actor, now: datetime) -> None:
    missing = [cell.key for cell in form.entered if cell.key not in report.entered]
    if missing:
        enter(
            report.pk,
            numbers=dict.fromkeys(missing, "0"),
            sources=dict.fromkeys(missing, "演示数据"),
            actor=actor,
            now=now,
        )
