"""Open what a station owes when a period is over, and draw its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time

from django.db import IntegrityError, transaction

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import StationRef, current_station
from bangfu.kernel.text import kept
from bangfu.kernel.workdays import add_working_days
from shared_apps.policies.selectors import rule_in_force
from shared_apps.regions.selectors import calendar_in_force
from shared_apps.rollup.indicators import Fact
from shared_apps.rollup.periods import Period
from shared_apps.rollup.selectors import as_of
from shared_apps.rollup.services import record_facts
from tenant_apps.casework.services import open_todo, start_clock
from tenant_apps.reports.declarations import Form, get_form
from tenant_apps.reports.drawing import drawn_here
from tenant_apps.reports.flow import REPORT_FLOW
from tenant_apps.reports.models import Received, Report
from tenant_apps.reports.pictures import Drawn
from tenant_apps.reports.selectors import (
    MONTH,
    QUARTER,
    YEAR,
    is_top_of,
    last_day,
    obligations,
    periodicity_of,
    report_link,
)
from tenant_apps.reports.services.noting import TO_FILL, note, subject_of, words_of
from tenants.models import Station, StationState

CLOCKS = {MONTH: "report_monthly", QUARTER: "report_quarterly", YEAR: "report_yearly"}
REPORTING = frozenset({StationState.TRIAL, StationState.ACTIVE, StationState.MERGING})


def open_due(station: StationRef, *, now: datetime) -> int:
    """Open every report of the periods that are over and that the station owes; return how many.

    A station owes nothing of a period that was over before it was opened. Safe to repeat: two queries
    where nothing is due.
    """
    today = clock.local_day(now)
    owed = obligations(station, on=today)
    known = set(
        Report.objects.filter(period__in=[one.period.text for one in owed]).values_list(
            "form", "period"
        )
    )
    fresh = [one for one in owed if (one.form.code, one.period.text) not in known]
    if not fresh:
        return 0
    began_on = clock.local_day(Station.objects.get(pk=station.id).opened_at)
    opened = 0
    for one in fresh:
        if began_on <= last_day(one.period):
            open_report(one.form, one.period, is_top=one.is_top, now=now)
            opened += 1
    return opened


@transaction.atomic
def open_report(
    form: Form,
    period: Period,
    *,
    now: datetime,
    is_top: bool | None = None,
    everyone: bool = False,
) -> Report:
    """Open one report of the station in force, draw its numbers, and list who has to report to it.

    The days are counted from the end of the period, or from now where they would be over already. With
    ``everyone`` also stations that were opened later have to report. Returns the one that is open
    already where there is one.
    """
    place = {"form": form.code, "period": period.text}
    known = Report.objects.filter(**place).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _opened(form, period, is_top=is_top, everyone=everyone, now=now)
    except IntegrityError:
        # Somebody opened it at the same moment: the same report, drawn from the same facts.
        return Report.objects.get(**place)


def _opened(
    form: Form, period: Period, *, is_top: bool | None, everyone: bool, now: datetime
) -> Report:
    station = current_station()
    today = clock.local_day(now)
    kind = CLOCKS[periodicity_of(period)]
    rule = rule_in_force(f"clock.{kind}", station=station, on=last_day(period))
    calendar = calendar_in_force()
    ended = datetime.combine(last_day(period), time(12), tzinfo=clock.LOCAL)
    due_on = add_working_days(last_day(period), rule.value, calendar)
    counted_from = ended if due_on >= today else now
    report = Report.objects.create(
        form=form.code,
        period=period.text,
        first=period.first,
        last=period.last,
        is_top=is_top_of(form, period, station=station) if is_top is None else is_top,
        due_on=due_on if due_on >= today else add_working_days(today, rule.value, calendar),
        opened_at=now,
        changed_at=now,
    )
    start_clock(
        subject=subject_of(report),
        kind=kind,
        working_days=rule.value,
        capability="report.submit",
        reference=f"{kept(form.title)} {period.text}",
        link=report_link(report.pk),
        rule=rule,
        now=counted_from,
    )
    _list_units(report, form, period, everyone=everyone)
    record_facts([Fact(indicator="GOV-01.D", period=report.due_on.replace(day=1))], now=now)
    return _drawn(report, form, now=now)


def put_in(report: Report, drawn: Mapping[str, Drawn], *, now: datetime) -> None:
    """Take drawn numbers into a report, with how fresh the facts are; the caller saves it."""
    report.drawn = {key: cell.kept() for key, cell in drawn.items()}
    report.as_of = as_of()
    report.changed_at = now


def ensure_open(form_code: str, period: str, *, now: datetime) -> None:
    """Open the own report that something from below belongs to, unless it is open already."""
    if not Report.objects.filter(form=form_code, period=period).exists():
        open_report(get_form(form_code), Period.parse(period), now=now)


def _drawn(report: Report, form: Form, *, now: datetime) -> Report:
    actor = Actor.system("report", station=current_station())
    before = report.state
    put_in(report, drawn_here(form, report.months), now=now)
    report.state = REPORT_FLOW.advance("draw", state=before, actor=actor)
    report.save()
    wait_for_filling(report, now=now)
    note(report, "draw", before=before, actor=actor, now=now, data={"due_on": report.due_on})
    return report


def wait_for_filling(report: Report, *, now: datetime) -> None:
    """Put a report on the list of whoever fills it in."""
    open_todo(
        subject=subject_of(report),
        kind="report.fill",
        capability="report.fill",
        title=TO_FILL,
        params=words_of(report),
        link=report_link(report.pk),
        now=now,
    )


def _list_units(report: Report, form: Form, period: Period, *, everyone: bool) -> None:
    below = Station.objects.filter(parent_id=current_station().id, state__in=REPORTING)
    end = last_day(period)
    Received.objects.bulk_create(
        Received(
            form=form.code,
            period=period.text,
            station_id=station.pk,
            code=station.code,
            name=station.name,
        )
        for station in below.order_by("code")
        if everyone or clock.local_day(station.opened_at) <= end
    )
