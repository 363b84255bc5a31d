"""Follow what the parent decides on a report that was sent to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import current_station
from shared_apps.notifications.services import notify
from shared_apps.policies.selectors import rule_in_force
from shared_apps.rollup.indicators import Fact
from shared_apps.rollup.services import record_facts
from tenant_apps.casework.services import start_clock
from tenant_apps.reports.flow import REPORT_FLOW
from tenant_apps.reports.models import Report, ReportState, Version
from tenant_apps.reports.selectors import month_of, report_link
from tenant_apps.reports.services.locking import lock_below
from tenant_apps.reports.services.noting import locked_report_of, note, subject_of, words_of
from tenant_apps.reports.services.opening import wait_for_filling


@transaction.atomic(savepoint=False)
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


@transaction.atomic(savepoint=False)
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


@transaction.atomic(savepoint=False)
def follow_lock(body: Mapping[str, Any], *, now: datetime) -> None:
    """Lock the report: the parent's own was accepted."""
    report = locked_report_of(body["form"], body["period"])
    if report is None or report.locked_at is not None:
        return
    report.locked_at = now
    if report.state == ReportState.ACCEPTED:
        _lock(report, actor=_follower(body), now=now)
    report.save(update_fields=["state", "locked_at", "changed_at"])


@transaction.atomic(savepoint=False)
def follow_correction(body: Mapping[str, Any], *, now: datetime) -> None:
    """Open the report again where the parent agreed, or leave it as it was."""
    report = locked_report_of(body["form"], body["period"])
    if report is None or report.state != ReportState.CORRECTION:
        return
    actor = _follower(body)
    if body["agreed"]:
        reopen(report, actor=actor, text=body["text"], place=body["place"], now=now)
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


@transaction.atomic(savepoint=False)
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


def reopen(report: Report, *, actor: Actor, now: datetime, text: str = "", place: str = "") -> None:
    """Let a report be filled in again; the caller has a transaction."""
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
