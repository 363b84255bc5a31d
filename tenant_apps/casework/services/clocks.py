"""Deadlines in working days: started, stopped, warned of, missed, counted anew."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bangfu.kernel import clock as wall_clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import Text
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from bangfu.kernel.workdays import WorkCalendar, count_working_days, working_day_before
from shared_apps.exchange.services import post
from shared_apps.notifications.services import notify
from shared_apps.policies.selectors import Rule, rule_in_force
from shared_apps.regions.selectors import calendar_in_force
from tenant_apps.casework.models import Clock, Todo
from tenant_apps.casework.selectors import clock_label
from tenant_apps.casework.services.events import record_event
from tenant_apps.casework.subjects import Subject
from tenants.selectors import suspended_since

CLOCKS_AT_ONCE = 200
MISSED = "clock.overdue"
SETTLED = "clock.settled"
WARNING = "clock.warning"
# While a station is suspended the one above watches its deadlines.
HANDED_UP, TAKEN_BACK = "clock.handed_up", "clock.taken_back"


@dataclass(frozen=True, slots=True)
class Fired:
    """What one round of the clocks of a station did."""

    warned: int = 0
    overdue: int = 0
    recounted: int = 0


@transaction.atomic(savepoint=False)
def start_clock(
    *,
    subject: Subject,
    kind: str,
    working_days: int,
    now: datetime,
    capability: str = "",
    reference: str = "",
    link: str = "",
    rule: Rule | None = None,
) -> Clock:
    """Start a deadline of so many working days, counted from the day after ``now``.

    One of the same kind that still runs is stopped: the deadline begins anew. ``capability`` names
    who is warned; without it, whoever the record waits for. ``reference`` is what the parent sees
    of the record when the deadline is missed: a file number, never a name.
    """
    stop_clock(subject=subject, kind=kind, now=now)
    start_on = wall_clock.local_day(now)
    warning = rule_in_force(WARNING, station=current_station(), on=start_on)
    clock = Clock(
        subject_kind=subject[0],
        subject_id=subject[1],
        kind=kind,
        reference=reference,
        capability=capability,
        link=link,
        working_days=working_days,
        warning_days=warning.value,
        started_at=now,
        rule_id=rule.id if rule else None,
        rule_version=rule.version if rule else None,
    )
    waiting = _todos_of(clock).first()
    if waiting is not None and not capability:
        clock.capability = waiting.capability
    _count(clock, calendar_in_force())
    clock.save(force_insert=True)
    _show_deadline(clock)
    return clock


@transaction.atomic(savepoint=False)
def stop_clock(*, subject: Subject, kind: str, now: datetime) -> Clock | None:
    """Stop the running deadline of a kind; a parent that heard it was missed hears it is settled.

    Returns the stopped clock, or None when none was running.
    """
    clock = _running(subject).select_for_update().filter(kind=kind).first()
    if clock is not None:
        _stop(clock, now=now)
    return clock


@transaction.atomic(savepoint=False)
def stop_clocks(*, subject: Subject, now: datetime) -> int:
    """Stop every running deadline of a record: it is finished, or begins again elsewhere."""
    clocks = list(_running(subject).select_for_update().order_by("id"))
    for clock in clocks:
        _stop(clock, now=now)
    return len(clocks)


def fire_clocks(*, now: datetime) -> Fired:
    """Warn of what is due soon and report what is overdue, in the station in force; safe to repeat.

    The parent of the station hears of each missed deadline once. Works through the clocks in
    small transactions of its own.
    """
    recounted = recount_clocks(now=now)
    _hand_up_if_suspended(now=now)
    warned = overdue = 0
    while True:
        with transaction.atomic():
            clocks = list(_speaking_up(now)[:CLOCKS_AT_ONCE])
            for clock in clocks:
                if clock.is_overdue(now):
                    _report_overdue(clock, now=now)
                    overdue += 1
                else:
                    _warn(clock, now=now)
                    warned += 1
        if len(clocks) < CLOCKS_AT_ONCE:
            return Fired(warned=warned, overdue=overdue, recounted=recounted)


@transaction.atomic
def take_clocks_back(*, key: str, now: datetime) -> None:
    """Tell the parent that the station in force watches its deadlines itself again. Safe to repeat."""
    station = current_station()
    if station.parent_id is None:
        return
    post(
        kind=TAKEN_BACK,
        recipient=station.parent_id,
        stream=f"clocks:{station.id}",
        key=f"{station.id}:{key}",
        body={"station_code": station.code, "at": now.isoformat()},
        now=now,
    )


@transaction.atomic
def recount_clocks(*, now: datetime) -> int:
    """Count running deadlines anew where the calendar changed; returns how many moved.

    What was reported overdue stays so. The timeline tells of each deadline that moved.
    """
    calendar = calendar_in_force()
    stale = Q(is_provisional=True) | ~Q(calendar_version=calendar.version)
    moved = 0
    running = Clock.objects.select_for_update().filter(
        stale, stopped_at__isnull=True, overdue_at__isnull=True
    )
    for clock in running.order_by("id"):
        before, said = clock.due_on, _counted(clock)
        _count(clock, calendar)
        if _counted(clock) == said:
            continue
        clock.save()
        if clock.due_on != before:
            moved += 1
            _show_deadline(clock)
            _note(clock, action="clock.recounted", comment=f"{before} → {clock.due_on}", now=now)
    return moved


@transaction.atomic
def _hand_up_if_suspended(*, now: datetime) -> None:
    """Let the parent watch what runs here while people here may not act; each deadline once a suspension.

    Source: domain §3.1, suspended.
    """
    station = current_station()
    since = suspended_since(station)
    if since is None:
        return
    running = Clock.objects.filter(stopped_at__isnull=True, overdue_at__isnull=True)
    for clock in running.order_by("due_on", "id"):
        key = f"{clock.id}:{clock.due_on}:{since:%Y%m%d%H%M%S}"
        _tell_parent(clock, kind=HANDED_UP, key=key, now=now)


def _running(subject: Subject) -> QuerySet[Clock]:
    return Clock.objects.filter(
        subject_kind=subject[0], subject_id=subject[1], stopped_at__isnull=True
    )


def _speaking_up(now: datetime) -> QuerySet[Clock]:
    today = wall_clock.local_day(now)
    to_warn = Q(warned_at__isnull=True, due_on__gte=today)
    to_report = Q(overdue_at__isnull=True, due_on__lt=today)
    return (
        Clock.objects.select_for_update(skip_locked=True)
        .filter(to_warn | to_report, stopped_at__isnull=True, warn_on__lte=today)
        .order_by("warn_on", "id")
    )


def _count(clock: Clock, calendar: WorkCalendar) -> None:
    count = count_working_days(clock.started_on, clock.working_days, calendar)
    clock.due_on = count.due_on
    clock.warn_on = max(
        clock.started_on, working_day_before(count.due_on, clock.warning_days, calendar)
    )
    clock.counted = [day.isoformat() for day in count.counted]
    clock.is_provisional = count.is_provisional
    clock.calendar_version = calendar.version


def _counted(clock: Clock) -> tuple[object, ...]:
    return clock.counted, clock.warn_on, clock.is_provisional, clock.calendar_version


def _show_deadline(clock: Clock) -> None:
    _todos_of(clock).update(due_on=clock.due_on)


def _stop(clock: Clock, *, now: datetime) -> None:
    clock.stopped_at = now
    clock.save(update_fields=["stopped_at"])
    if clock.overdue_at is not None:
        _tell_parent(clock, kind=SETTLED, now=now)


def _warn(clock: Clock, *, now: datetime) -> None:
    clock.warned_at = now
    clock.save(update_fields=["warned_at"])
    _note(clock, action=WARNING, comment=str(clock.due_on), now=now)
    _notify(clock, kind=WARNING, title=_("%(clock)s将于 %(due)s 到期"), now=now)


def _report_overdue(clock: Clock, *, now: datetime) -> None:
    clock.overdue_at = now
    clock.save(update_fields=["overdue_at"])
    _note(clock, action=MISSED, comment=str(clock.due_on), now=now)
    _notify(clock, kind=MISSED, title=_("%(clock)s已于 %(due)s 逾期"), now=now)
    _tell_parent(clock, kind=MISSED, now=now)


def _note(clock: Clock, *, action: str, comment: str, now: datetime) -> None:
    record_event(
        subject=(clock.subject_kind, clock.subject_id),
        action=action,
        comment=comment,
        actor=Actor.system(kept(_("系统")), station=current_station()),
        now=now,
    )


def _notify(clock: Clock, *, kind: str, title: Text, now: datetime) -> None:
    waiting = _todos_of(clock).first()
    if not clock.capability:
        return
    notify(
        station_id=current_station().id,
        capability=clock.capability,
        kind=kind,
        title=title,
        params={"clock": clock_label(clock.kind), "due": _day(clock.due_on)},
        body=waiting.headline if waiting else clock.reference,
        link=clock.link or (waiting.link if waiting else ""),
        by_email=kind == MISSED,
        key=f"{kind}:{clock.id}",
        now=now,
    )


def _tell_parent(clock: Clock, *, kind: str, now: datetime, key: str = "") -> None:
    station = current_station()
    if station.parent_id is None:
        return
    post(
        kind=kind,
        recipient=station.parent_id,
        stream=f"clock:{clock.id}",
        key=key or str(clock.id),
        body={
            "clock": str(clock.id),
            "kind": clock.kind,
            "reference": clock.reference,
            "due_on": _day(clock.due_on),
            "station_code": station.code,
            "station_name": station.name,
        },
        now=now,
    )


def _todos_of(clock: Clock) -> QuerySet[Todo]:
    return Todo.objects.filter(
        subject_kind=clock.subject_kind, subject_id=clock.subject_id, closed_at__isnull=True
    )


def _day(day: date) -> str:
    return day.isoformat()
