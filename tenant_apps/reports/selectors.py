"""Questions about the reports of a station and of the units below it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.urls import get_script_prefix, reverse

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import StationRef, current_station
from shared_apps.policies.selectors import rule_in_force
from shared_apps.rollup.indicators import Fact, Listed
from shared_apps.rollup.periods import Period, earlier_month
from shared_apps.rollup.selectors import records_of
from tenant_apps.reports.declarations import FORMS, Form, get_form
from tenant_apps.reports.drawing import tallied_here
from tenant_apps.reports.models import (
    EDITABLE,
    OWING,
    Received,
    ReceivedState,
    Report,
    Version,
)
from tenant_apps.reports.numbers import Picture, own_numbers, picture_of
from tenants.selectors import get_station

MONTH, QUARTER, YEAR = "month", "quarter", "year"
PERIODS = "report.periods"
_LENGTHS = {1: MONTH, 3: QUARTER, 12: YEAR}


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """One form that a station owes for one period; ``is_top`` where nobody above asks for it."""

    form: Form
    period: Period
    is_top: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Who has reported one form and period, who is late, who is let off."""

    report: Report
    form: Form
    units: tuple[Received, ...]
    late: frozenset[UUID]

    @property
    def waiting(self) -> list[Received]:
        """Those whose report waits for a decision here."""
        states = {ReceivedState.SUBMITTED, ReceivedState.CORRECTION}
        return [unit for unit in self.units if unit.state in states]

    @property
    def owing(self) -> list[Received]:
        """Those whose report is still to come."""
        return [unit for unit in self.units if unit.state in OWING]

    @property
    def settled(self) -> int:
        """How many are in."""
        return len(self.units) - len(self.waiting) - len(self.owing)


def periodicity_of(period: Period) -> str:
    """Say how long a period is: ``month``, ``quarter`` or ``year``."""
    return _LENGTHS[len(period.months)]


def closed_period(periodicity: str, *, on: date) -> Period:
    """Return the last period of that length that is over on a day."""
    if periodicity == MONTH:
        return Period.month_of(earlier_month(on, 1))
    if periodicity == QUARTER:
        month = earlier_month(on, (on.month - 1) % 3 + 1)
        return Period.parse(f"{month.year}Q{(month.month - 1) // 3 + 1}")
    return Period.parse(str(on.year - 1))


def last_day(period: Period) -> date:
    """Return the last day of a period."""
    return earlier_month(period.last, -1) - timedelta(days=1)


def obligations(station: StationRef, *, on: date) -> list[Obligation]:
    """Return what a station owes of the periods that are over on a day; two queries.

    The rule ``report.periods`` says which; a parent asks more of its subtree by a version of its own.
    """
    own = _periods_asked(station, on=on)
    above = _periods_asked(_parent_of(station), on=on) if station.parent_id else {}
    return [
        Obligation(
            form=FORMS[code],
            period=closed_period(periodicity, on=on),
            is_top=periodicity not in above.get(code, ()),
        )
        for code, periodicities in own.items()
        for periodicity in periodicities
    ]


def is_top_of(form: Form, period: Period, *, station: StationRef) -> bool:
    """Say whether nobody above ``station`` asks for a form of that periodicity."""
    if station.parent_id is None:
        return True
    asked = _periods_asked(_parent_of(station), on=last_day(period))
    return periodicity_of(period) not in asked.get(form.code, ())


def reports_of(actor: Actor, *, form: str = "", state: str = "") -> QuerySet[Report]:
    """The reports of the station in force, newest period first.

    Raises:
        NotPermitted: the actor may not look at reports.
    """
    actor.require("report.view")
    reports = Report.objects.select_related("version").order_by("-last", "form", "period")
    if form:
        reports = reports.filter(form=form)
    return reports.filter(state=state) if state else reports


def get_report(report_id: UUID, *, actor: Actor) -> Report:
    """Return one report of the station in force: the only door from a page to it.

    Raises:
        NotPermitted: the actor may not look at reports.
        NotFound: there is none here; one of another station looks absent.
    """
    actor.require("report.view")
    report = Report.objects.select_related("version").filter(pk=report_id).first()
    if report is None:
        raise NotFound
    return report


def get_received(unit_id: UUID, *, actor: Actor) -> Received:
    """Return what a unit below reported, or owes.

    Raises:
        NotPermitted, NotFound: as ``get_report``.
    """
    actor.require("report.view")
    unit = Received.objects.select_related("latest", "counted").filter(pk=unit_id).first()
    if unit is None:
        raise NotFound
    return unit


def report_door(report_id: UUID, actor: Actor) -> object:
    """Let somebody pass who may see the report, for what casework keeps of it.

    Raises: as ``get_report``.
    """
    return get_report(report_id, actor=actor)


def received_door(unit_id: UUID, actor: Actor) -> object:
    """Let somebody pass who may see what a unit reported.

    Raises: as ``get_report``.
    """
    return get_received(unit_id, actor=actor)


def units_below(report: Report) -> list[Received]:
    """What the units below report for the same form and period, by code; paper units last."""
    return list(
        Received.objects.select_related("latest", "counted")
        .filter(form=report.form, period=report.period)
        .order_by("is_paper", "code", "name")
    )


def report_above(unit: Received) -> Report:
    """The own report in whose sum a unit stands."""
    return Report.objects.select_related("version").get(form=unit.form, period=unit.period)


def board_of(report: Report, *, on: date) -> Board:
    """Who reported for a period, and who is late on a day."""
    units = tuple(units_below(report))
    late = {unit.pk for unit in units if unit.state in OWING and on > report.due_on}
    return Board(report=report, form=get_form(report.form), units=units, late=frozenset(late))


def versions_of(subject_id: UUID) -> list[Version]:
    """Every version of a report, or of what a unit sent, newest first."""
    return list(Version.objects.filter(subject_id=subject_id).order_by("-number"))


def get_version(subject_id: UUID, number: int) -> Version:
    """Return one version.

    Raises:
        NotFound: there is none of that number.
    """
    version = Version.objects.filter(subject_id=subject_id, number=number).first()
    if version is None:
        raise NotFound
    return version


def numbers_before(report: Report) -> Mapping[str, int] | None:
    """What the same form said of the period before, as it was reported; None where it was not."""
    length = len(report.months.months)
    first = earlier_month(report.first, length)
    before = (
        Report.objects.select_related("version")
        .filter(form=report.form, first=first, last=earlier_month(report.last, length))
        .first()
    )
    if before is None or before.version is None:
        return None
    total: Mapping[str, int] = before.version.picture["total"]
    return total


def present_picture(report: Report) -> Picture:
    """The picture a report would be sealed with now; of one that is sealed, the sealed one."""
    if report.version is not None and not report.is_editable:
        picture: Picture = report.version.picture
        return picture
    return picture_of(
        report, get_form(report.form), station=current_station(), below=units_below(report)
    )


def entered_or_none(report: Report, form: Form) -> dict[str, int | None]:
    """The own numbers, with None for the cells that still have to be filled in."""
    return {cell.key: None for cell in form.entered} | own_numbers(report)


def files_behind_cell(report: Report, key: str) -> list[Listed]:
    """The files of the own station behind one cell of a report, by their numbers.

    Raises:
        NotFound: the form has no such cell, or it is filled in by hand.
    """
    form = get_form(report.form)
    cell = form.cells.get(key)
    if cell is None or not cell.is_drawn:
        raise NotFound
    return records_of(tallied_here(form, report.months).subjects(key))


def report_link(report_id: UUID) -> str:
    """Give the address of a report's page in the station in force, from the root of the site."""
    return _link("reports:detail", report_id)


def received_link(unit_id: UUID) -> str:
    """Give the address of the page of what a unit below reported."""
    return _link("reports:received", unit_id)


def count_waiting(actor: Actor) -> int:
    """How many reports wait for the actor: own ones to send, and those below to decide."""
    waiting = 0
    if actor.may("report.fill"):
        waiting += Report.objects.filter(state__in=EDITABLE).count()
    if actor.may("report.review"):
        waiting += Received.objects.filter(
            state__in=[ReceivedState.SUBMITTED, ReceivedState.CORRECTION]
        ).count()
    return waiting


def facts_of_reports() -> list[Fact]:
    """Every fact of the station's reports, derived anew: due, in time, sent, sent back."""
    facts = []
    reports = {}
    for report in Report.objects.only("id", "due_on", "is_on_time"):
        reports[report.pk] = report
        facts.append(Fact(indicator="GOV-01.D", period=report.due_on.replace(day=1)))
        if report.is_on_time:
            facts.append(Fact(indicator="GOV-01.N", period=report.due_on.replace(day=1)))
    for version in sent_versions(list(reports)):
        facts.append(Fact(indicator="GOV-01.S", period=month_of(version.at)))
        if version.returned_at is not None:
            facts.append(Fact(indicator="GOV-01.R", period=month_of(version.returned_at)))
    return facts


def sent_versions(report_ids: list[UUID]) -> QuerySet[Version]:
    """The versions that people of the station sent, without those that were recomputed from below."""
    return (
        Version.objects.filter(subject_id__in=report_ids)
        .exclude(cause__why="recomputed")
        .only("id", "at", "returned_at")
    )


def month_of(instant: datetime) -> date:
    """Return the first day of the month in which something happened, by the local calendar."""
    return clock.local_day(instant).replace(day=1)


def _periods_asked(station: StationRef, *, on: date) -> dict[str, list[str]]:
    asked: dict[str, list[str]] = rule_in_force(PERIODS, station=station, on=on).value
    return {code: asked[code] for code in FORMS if code in asked}


def _parent_of(station: StationRef) -> StationRef:
    return get_station(station.parent_id or station.id).ref


def _link(name: str, key: UUID) -> str:
    page = reverse(name, urlconf="bangfu.urls.station", args=[key])
    return f"/s/{current_station().code}/{page.removeprefix(get_script_prefix())}"
