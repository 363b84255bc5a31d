"""Send a report to the parent, and ask to correct one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, InvalidInput, Problem
from bangfu.kernel.tenancy import current_station
from shared_apps.rollup.indicators import Fact
from shared_apps.rollup.services import record_facts
from tenant_apps.casework.services import close_todos, stop_clocks
from tenant_apps.reports.declarations import Form, get_form
from tenant_apps.reports.drawing import drawn_below, drawn_here
from tenant_apps.reports.flow import REPORT_FLOW
from tenant_apps.reports.models import SETTLED, Received, Report, ReportState, Version
from tenant_apps.reports.numbers import Picture, changes, off_facts, picture_of
from tenant_apps.reports.pictures import Drawn
from tenant_apps.reports.rules import Finding, findings_of
from tenant_apps.reports.selectors import (
    entered_or_none,
    month_of,
    numbers_before,
    units_below,
)
from tenant_apps.reports.services.following import reopen
from tenant_apps.reports.services.locking import lock_below
from tenant_apps.reports.services.noting import (
    locked_report,
    needed,
    note,
    seal,
    send,
    sent_body,
    subject_of,
)

SUBMITTED = "report.submitted"
CORRECTION_ASKED = "report.correction_asked"
FACTS = "facts"
_NAMED = 5


class UnitsOutstanding(DomainError):
    """Units below have not reported yet, or their reports wait for a decision."""

    code = "units-outstanding"
    message = gettext_lazy(
        "还有 %(count)s 个下级单位未报或未审核：%(names)s。请先催报、审核，或准予免报。"
    )


class NumbersChanged(DomainError):
    """The facts changed since the numbers were drawn."""

    code = "numbers-changed"
    message = gettext_lazy("取数之后档案数据有变化：%(cells)s。请重新取数后再上报。")


@transaction.atomic
def submit(report_id: UUID, *, text: str = "", actor: Actor, now: datetime) -> Report:
    """Seal the report and send it to the parent; at the top it is concluded and locks those below.

    Every rule has to hold, or be explained where it may be; every unit below has to be in. The sum has to
    be what the facts of the subtree give.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        UnitsOutstanding: a unit below is not in yet.
        NumbersChanged: the facts are not those that were drawn.
        InvalidInput: what does not hold, by rule and cell.
    """
    report = locked_report(report_id)
    before = report.state
    report.state = REPORT_FLOW.advance(
        "conclude" if report.is_top else "submit", state=before, actor=actor
    )
    form = get_form(report.form)
    below = units_below(report)
    _check_units(below)
    drawn = drawn_here(form, report.months)
    _check_drawing(report, form, drawn)
    station = current_station()
    facts = drawn_below(form, report.months, station=station) if below else drawn
    picture = picture_of(
        report,
        form,
        station=station,
        below=below,
        overlaps={key: cell.overlap for key, cell in facts.items()},
    )
    _check_rules(report, form, picture, facts)
    version = seal(
        report.pk,
        picture,
        cause=_cause(report, picture, before=before, text=text),
        by=actor.name,
        now=now,
    )
    _sent(report, version, now=now)
    note(
        report,
        "conclude" if report.is_top else "submit",
        before=before,
        text=text,
        actor=actor,
        now=now,
        data={"version": version.number, "digest": bytes(version.digest).hex()},
    )
    if report.is_top:
        lock_below(report, actor=actor, now=now)
    elif station.parent_id is not None:
        _send_up(report, version, to=station.parent_id, now=now)
    return report


def findings_now(report: Report) -> list[Finding]:
    """Return what does not hold in a report as it stands, explained or not, for its page."""
    form = get_form(report.form)
    below = units_below(report)
    picture = picture_of(report, form, station=current_station(), below=below)
    found = _findings(report, form, picture)
    if below and all(unit.state in SETTLED for unit in below):
        facts = drawn_below(form, report.months, station=current_station())
        found += _against_facts(form, picture, facts)
    return found


@transaction.atomic
def ask_correction(report_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Report:
    """Ask the parent to open an accepted report again; at the top it is opened at once.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: no reason is given.
    """
    report = locked_report(report_id)
    before = report.state
    report.state = REPORT_FLOW.advance("ask_correction", state=before, actor=actor)
    words = needed(reason, field="reason", message=_("请写明更正的原因。"))
    report.changed_at = now
    report.save(update_fields=["state", "changed_at"])
    note(report, "ask_correction", before=before, text=words, actor=actor, now=now)
    parent = current_station().parent_id
    if report.is_top or parent is None:
        reopen(report, actor=Actor.system("report", station=current_station()), now=now)
        return report
    send(
        CORRECTION_ASKED,
        report,
        to=parent,
        key=f"correction:{now.isoformat()}",
        body={"reason": words, "by": actor.name},
        now=now,
    )
    return report


def _check_units(below: list[Received]) -> None:
    waiting = [unit for unit in below if unit.state not in SETTLED]
    if waiting:
        names = "、".join(unit.name for unit in waiting[:_NAMED])
        raise UnitsOutstanding(count=len(waiting), names=names)


def _check_drawing(report: Report, form: Form, drawn: Mapping[str, Drawn]) -> None:
    changed = [key for key, cell in drawn.items() if report.drawn.get(key) != cell.kept()]
    if changed:
        titles = "、".join(form.cells[key].title for key in changed[:_NAMED])
        raise NumbersChanged(cells=titles)


def _check_rules(report: Report, form: Form, picture: Picture, facts: Mapping[str, Drawn]) -> None:
    found = _findings(report, form, picture) + _against_facts(form, picture, facts)
    problems = [
        Problem(code=finding.rule, field=finding.cells[0], message=finding.message)
        for finding in found
        if not (finding.may_be_explained and report.explained.get(finding.rule))
    ]
    if problems:
        raise InvalidInput(problems, _("报表校验未通过，请按提示修改或说明。"))


def _findings(report: Report, form: Form, picture: Picture) -> list[Finding]:
    missing = {key: None for key, number in entered_or_none(report, form).items() if number is None}
    numbers: dict[str, int | None] = {**picture["total"], **missing}
    return findings_of(form, numbers, before=numbers_before(report))


def _against_facts(form: Form, picture: Picture, facts: Mapping[str, Drawn]) -> list[Finding]:
    off = off_facts(picture, facts)
    if not off:
        return []
    words = "；".join(
        _("“%(cell)s”上报之和 %(reported)s，汇总库 %(facts)s")
        % {
            "cell": form.cells[one["cell"]].title,
            "reported": one["reported"],
            "facts": one["facts"],
        }
        for one in off[:_NAMED]
    )
    message = _("本级与下级上报之和不等于汇总库的数字（%(count)s 格）：%(cells)s。") % {
        "count": len(off),
        "cells": words,
    }
    cells = tuple(one["cell"] for one in off)
    return [Finding(rule=FACTS, message=message, cells=cells, may_be_explained=True)]


def _cause(report: Report, picture: Picture, *, before: str, text: str) -> dict[str, Any]:
    cause: dict[str, Any] = {"why": "submitted", "text": text.strip()}
    if report.version is not None:
        cause["why"] = "corrected" if before == ReportState.CORRECTING else "resubmitted"
        cause["cells"] = changes(report.version.picture["total"], picture["total"])
    return cause


def _sent(report: Report, version: Version, *, now: datetime) -> None:
    facts = [Fact(indicator="GOV-01.S", period=month_of(now))]
    if report.submitted_at is None:
        report.submitted_at = now
        report.is_on_time = clock.local_day(now) <= report.due_on
        if report.is_on_time:
            facts.append(Fact(indicator="GOV-01.N", period=_month(report.due_on)))
    report.version = version
    report.comments = []
    report.changed_at = now
    if report.is_top:
        report.accepted_at = report.locked_at = now
    report.save()
    stop_clocks(subject=subject_of(report), now=now)
    close_todos(subject=subject_of(report), kind="report.fill", now=now)
    record_facts(facts, now=now)


def _send_up(report: Report, version: Version, *, to: int, now: datetime) -> None:
    send(
        SUBMITTED,
        report,
        to=to,
        key=f"{version.number}",
        body=sent_body(report, version),
        now=now,
    )


def _month(day: date) -> date:
    return day.replace(day=1)
