"""Send a report to the parent, ask to correct one, and follow what the parent decides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, InvalidInput, Problem
from bangfu.kernel.tenancy import current_station
from shared_apps.notifications.services import notify
from shared_apps.policies.selectors import rule_in_force
from shared_apps.rollup.indicators import Fact
from shared_apps.rollup.services import record_facts
from tenant_apps.casework.services import close_todos, start_clock, stop_clocks
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
    report_link,
    units_below,
)
from tenant_apps.reports.services.locking import lock_below
from tenant_apps.reports.services.noting import (
    locked_report,
    locked_report_of,
    needed,
    note,
    seal,
    send,
    sent_body,
    subject_of,
    words_of,
)
from tenant_apps.reports.services.opening import wait_for_filling

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
        _reopen(report, actor=Actor.system("report", station=current_station()), now=now)
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


@transaction.atomic
def follow_return(body: Mapping[str, Any], *, now: datetime) -> None:
    """Take back a report that the parent returned, with its comments on cells."""
    report = locked_report_of(body["form"], body["period"])
    if report is None or report.state != ReportState.SUBMITTED:
        return
    actor, before = _follower(body), report.state
    report.state = REPORT_FLOW.advance("return", state=before, actor=actor)
    report.comments = body["comments"]
    report.changed_at = now
    report.save(update_fields=["state", "comments", "changed_at"])
    if report.version_id is not None:
        Version.objects.filter(pk=report.version_id).update(returned_at=now)
        record_facts([Fact(indicator="GOV-01.R", period=month_of(now))], now=now)
    _give_days(report, now=now)
    wait_for_filling(report, now=now)
    note(
        report,
        "return",
        before=before,
        text=body["text"],
        actor=actor,
        place=body["place"],
        now=now,
    )
    _tell(report, gettext_noop("上级退回了%(form)s（%(period)s）"), body=body["text"], now=now)


@transaction.atomic
def follow_accept(body: Mapping[str, Any], *, now: datetime) -> None:
    """Note that the parent accepted the report; what is below it is locked."""
    report = locked_report_of(body["form"], body["period"])
    if report is None or report.state != ReportState.SUBMITTED:
        return
    actor, before = _follower(body), report.state
    report.state = REPORT_FLOW.advance("accept", state=before, actor=actor)
    report.accepted_at = report.changed_at = now
    note(
        report,
        "accept",
        before=before,
        text=body["text"],
        actor=actor,
        place=body["place"],
        now=now,
    )
    if report.locked_at is not None:
        _lock(report, actor=actor, now=now)
    report.save(update_fields=["state", "accepted_at", "changed_at"])
    lock_below(report, actor=actor, now=now)


@transaction.atomic
def follow_lock(body: Mapping[str, Any], *, now: datetime) -> None:
    """Lock the report: the parent's own was accepted."""
    report = locked_report_of(body["form"], body["period"])
    if report is None or report.locked_at is not None:
        return
    report.locked_at = now
    if report.state == ReportState.ACCEPTED:
        _lock(report, actor=_follower(body), now=now)
    report.save(update_fields=["state", "locked_at", "changed_at"])


@transaction.atomic
def follow_correction(body: Mapping[str, Any], *, now: datetime) -> None:
    """Open the report again where the parent agreed, or leave it as it was."""
    report = locked_report_of(body["form"], body["period"])
    if report is None or report.state != ReportState.CORRECTION:
        return
    actor = _follower(body)
    if body["agreed"]:
        _reopen(report, actor=actor, text=body["text"], place=body["place"], now=now)
        title = gettext_noop("上级同意更正%(form)s（%(period)s）")
    else:
        before = report.state
        report.state = REPORT_FLOW.advance("decline", state=before, actor=actor)
        report.changed_at = now
        note(
            report,
            "decline",
            before=before,
            text=body["text"],
            actor=actor,
            place=body["place"],
            now=now,
        )
        if report.locked_at is not None:
            _lock(report, actor=actor, now=now)
        report.save(update_fields=["state", "changed_at"])
        title = gettext_noop("上级不同意更正%(form)s（%(period)s）")
    _tell(report, title, body=body["text"], now=now)


@transaction.atomic
def follow_chase(body: Mapping[str, Any], *, now: datetime) -> None:
    """Tell those who fill in and send reports that the parent waits for this one."""
    report = locked_report_of(body["form"], body["period"])
    if report is None or not report.is_editable:
        return
    actor = _follower(body)
    note(
        report,
        "chased",
        before=report.state,
        text=body["text"],
        actor=actor,
        place=body["place"],
        now=now,
    )
    _tell(report, gettext_noop("上级催报：%(form)s（%(period)s）"), body=body["text"], now=now)


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


def _reopen(
    report: Report, *, actor: Actor, now: datetime, text: str = "", place: str = ""
) -> None:
    before = report.state
    report.state = REPORT_FLOW.advance("agree", state=before, actor=actor)
    report.changed_at = now
    report.save(update_fields=["state", "changed_at"])
    _give_days(report, now=now)
    wait_for_filling(report, now=now)
    note(report, "agree", before=before, text=text, actor=actor, place=place, now=now)


def _lock(report: Report, *, actor: Actor, now: datetime) -> None:
    before = report.state
    report.state = REPORT_FLOW.advance("lock", state=before, actor=actor)
    report.changed_at = now
    note(report, "lock", before=before, actor=actor, now=now)


def _give_days(report: Report, *, now: datetime) -> None:
    rule = rule_in_force("clock.report_correct", station=current_station(), on=clock.local_day(now))
    words = words_of(report)
    start_clock(
        subject=subject_of(report),
        kind="report_correct",
        working_days=rule.value,
        capability="report.submit",
        reference=f"{words['form']} {report.period}",
        link=report_link(report.pk),
        rule=rule,
        now=now,
    )


def _tell(report: Report, title: str, *, body: str, now: datetime) -> None:
    notify(
        station_id=current_station().id,
        capability="report.fill",
        kind="report",
        title=title,
        params=words_of(report),
        body=body,
        link=report_link(report.pk),
        now=now,
    )


def _follower(body: Mapping[str, Any]) -> Actor:
    return Actor.system(body["by"], station=current_station())


def _month(day: date) -> date:
    return day.replace(day=1)
