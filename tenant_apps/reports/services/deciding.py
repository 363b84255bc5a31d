"""Take in what units below report, and decide on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, InvalidInput, Problem
from bangfu.kernel.tenancy import StationRef, current_station
from shared_apps.exchange.errors import PermanentFailure
from shared_apps.policies.selectors import rule_in_force
from tenant_apps.casework.services import close_todos, open_todo, start_clock, stop_clocks
from tenant_apps.reports.declarations import get_form
from tenant_apps.reports.drawing import drawn_below
from tenant_apps.reports.flow import RECEIVED_FLOW
from tenant_apps.reports.models import Received, ReceivedState, Report, ReportState, Version
from tenant_apps.reports.numbers import Picture, off_facts
from tenant_apps.reports.pictures import seal_of
from tenant_apps.reports.rules import findings_of
from tenant_apps.reports.selectors import received_link
from tenant_apps.reports.services.locking import lock_unit
from tenant_apps.reports.services.noting import (
    TO_ANSWER,
    TO_REVIEW,
    keep_sent,
    locked_report,
    locked_report_of,
    locked_unit,
    needed,
    note,
    send,
    subject_of,
    words_of,
)
from tenant_apps.reports.services.opening import ensure_open
from tenant_apps.reports.services.recounting import recount
from tenants.models import Station

RETURNED = "report.returned"
ACCEPTED = "report.accepted"
CORRECTION_ANSWERED = "report.correction_answered"
MOST_COMMENTS = 100
LOCKING = frozenset({ReportState.ACCEPTED, ReportState.LOCKED})


class DiffersFromFacts(DomainError):
    """The report is not what the facts of its subtree give; accepting it takes a reason."""

    code = "differs-from-facts"
    message = gettext_lazy("“%(unit)s”的报表与汇总库有 %(count)s 格不一致，接收时请写明理由。")


@dataclass(frozen=True, slots=True)
class Accepted:
    """What accepting many at once did: how many, and which were left because they differ."""

    accepted: int
    left: tuple[str, ...]


@transaction.atomic(savepoint=False)
def receive(body: Mapping[str, Any], *, sender_id: int, now: datetime) -> None:
    """Take in a version that a station below sent; once, however often the message comes.

    Raises:
        PermanentFailure: the sender is not right below, or the picture is not what its seal says.
    """
    sender = _child(sender_id)
    picture: Picture = body["picture"]
    if seal_of(picture).hex() != body["digest"]:
        raise PermanentFailure("the picture is not what its seal says")
    if locked_report_of(body["form"], body["period"]) is None:
        ensure_open(body["form"], body["period"], now=now)
        locked_report_of(body["form"], body["period"])
    unit = _unit_of(sender, body)
    if unit.latest is not None and unit.latest.number >= body["version"]:
        return
    actor = Actor.system("relay", station=current_station())
    before = unit.state
    unit.state = RECEIVED_FLOW.advance("receive", state=before, actor=actor)
    keep_sent(unit, body, now=now)
    if unit.is_on_time is None:
        unit.is_on_time = body["is_on_time"]
    unit.received_at = now
    unit.differences = _differences(unit, picture, sender.ref)
    unit.reason = ""
    unit.save()
    note(
        unit,
        "receive",
        before=before,
        text=body["cause"].get("text", ""),
        actor=Actor.system(body["by"], station=current_station()),
        place=sender.name,
        now=now,
        data={"version": body["version"], "digest": body["digest"]},
    )
    _wait_for(unit, title=TO_REVIEW, now=now)


@transaction.atomic
def accept(unit_id: UUID, *, reason: str = "", actor: Actor, now: datetime) -> Received:
    """Accept what a unit below sent; its numbers stand in the own report from now on.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        DiffersFromFacts: it is not what the facts give, and no reason is told.
    """
    report, unit = locked_unit(unit_id)
    return _accept(report, unit, words=reason.strip(), actor=actor, now=now)


@transaction.atomic
def accept_all(report_id: UUID, *, actor: Actor, now: datetime) -> Accepted:
    """Accept every report that waits and agrees with the facts and the rules; leave the others.

    Raises:
        NotPermitted, NotFound: as their names say.
    """
    actor.require("report.review")
    # Locked before the list is read: what somebody else accepts meanwhile is not in it.
    report = locked_report(report_id)
    waiting = (
        Received.objects.select_for_update(of=("self",))
        .select_related("latest", "counted")
        .filter(form=report.form, period=report.period, state=ReceivedState.SUBMITTED)
    )
    accepted, left = 0, []
    for unit in waiting.order_by("code"):
        if unit.differences or _findings(unit):
            left.append(unit.name)
        else:
            _accept(report, unit, words="", actor=actor, now=now)
            accepted += 1
    return Accepted(accepted=accepted, left=tuple(left))


@transaction.atomic
def return_down(
    unit_id: UUID,
    *,
    text: str,
    comments: Iterable[Mapping[str, str]] = (),
    actor: Actor,
    now: datetime,
) -> Received:
    """Return a report with what is wrong, in general or cell by cell.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: nothing is said, or a comment names no cell of the form.
    """
    _report, unit = locked_unit(unit_id)
    before = unit.state
    unit.state = RECEIVED_FLOW.advance("return", state=before, actor=actor)
    said = _comments(unit, comments)
    words = (
        text.strip()
        if said
        else needed(text, field="reason", message=_("请写明退回的原因，或在单元格上批注。"))
    )
    _decided(unit, text=words, actor=actor, now=now)
    if unit.latest is not None:
        Version.objects.filter(pk=unit.latest.pk).update(returned_at=now)
    note(unit, "return", before=before, text=words, actor=actor, now=now, data={"comments": said})
    _answer(RETURNED, unit, actor=actor, now=now, text=words, comments=said)
    return unit


@transaction.atomic(savepoint=False)
def hear_correction(body: Mapping[str, Any], *, sender_id: int, now: datetime) -> None:
    """Note that a station below asks to correct its report; once, however often it comes."""
    sender = _child(sender_id)
    unit = (
        Received.objects.select_for_update()
        .filter(form=body["form"], period=body["period"], station_id=sender.pk)
        .first()
    )
    if unit is None or unit.state not in {ReceivedState.ACCEPTED, ReceivedState.LOCKED}:
        return
    before = unit.state
    actor = Actor.system(body["by"], station=current_station())
    unit.state = RECEIVED_FLOW.advance("hear_correction", state=before, actor=actor)
    unit.reason = body["reason"]
    unit.save(update_fields=["state", "reason"])
    note(
        unit,
        "hear_correction",
        before=before,
        text=body["reason"],
        actor=actor,
        place=sender.name,
        now=now,
    )
    _wait_for(unit, title=TO_ANSWER, now=now)


def agree_correction(unit_id: UUID, *, text: str = "", actor: Actor, now: datetime) -> Received:
    """Let a unit below correct its report; the version that is counted stays until the new one is accepted.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
    """
    return _answer_correction(unit_id, "agree", text=text, actor=actor, now=now)


def decline_correction(unit_id: UUID, *, text: str, actor: Actor, now: datetime) -> Received:
    """Leave the report of a unit below as it is.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: no reason is given.
    """
    words = needed(text, field="reason", message=_("请写明不同意更正的理由。"))
    return _answer_correction(unit_id, "decline", text=words, actor=actor, now=now)


@transaction.atomic
def excuse(unit_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Received:
    """Let a unit off: it need not report this form for this period.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: no reason is given.
    """
    _report, unit = locked_unit(unit_id)
    before = unit.state
    unit.state = RECEIVED_FLOW.advance("excuse", state=before, actor=actor)
    words = needed(reason, field="reason", message=_("请写明准予免报的理由。"))
    _decided(unit, text=words, actor=actor, now=now)
    note(unit, "excuse", before=before, text=words, actor=actor, now=now)
    return unit


@transaction.atomic
def demand(unit_id: UUID, *, actor: Actor, now: datetime) -> Received:
    """Take back that a unit was let off.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
    """
    _report, unit = locked_unit(unit_id)
    before = unit.state
    unit.state = RECEIVED_FLOW.advance("demand", state=before, actor=actor)
    _decided(unit, text="", actor=actor, now=now)
    note(unit, "demand", before=before, actor=actor, now=now)
    return unit


def _accept(report: Report, unit: Received, *, words: str, actor: Actor, now: datetime) -> Received:
    before = unit.state
    unit.state = RECEIVED_FLOW.advance("accept", state=before, actor=actor)
    if unit.differences and not words:
        raise DiffersFromFacts(unit=unit.name, count=len(unit.differences))
    former, unit.counted = unit.counted, unit.latest
    _decided(unit, text=words, actor=actor, now=now)
    note(unit, "accept", before=before, text=words, actor=actor, now=now)
    _answer(ACCEPTED, unit, actor=actor, now=now, text=words)
    recount(report, because=unit, former=former, now=now)
    _lock_if_due(report, unit, actor=actor, now=now)
    return unit


def _answer_correction(
    unit_id: UUID, action: str, *, text: str, actor: Actor, now: datetime
) -> Received:
    with transaction.atomic():
        report, unit = locked_unit(unit_id)
        before = unit.state
        unit.state = RECEIVED_FLOW.advance(action, state=before, actor=actor)
        _decided(unit, text=text.strip(), actor=actor, now=now)
        note(unit, action, before=before, text=text, actor=actor, now=now)
        _answer(
            CORRECTION_ANSWERED,
            unit,
            actor=actor,
            now=now,
            text=text.strip(),
            agreed=action == "agree",
        )
        if action == "decline":
            _lock_if_due(report, unit, actor=actor, now=now)
        return unit


def _lock_if_due(report: Report, unit: Received, *, actor: Actor, now: datetime) -> None:
    if report.state in LOCKING:
        system = Actor.system("report", station=current_station())
        lock_unit(unit, by=actor.name, actor=system, now=now)


def _decided(unit: Received, *, text: str, actor: Actor, now: datetime) -> None:
    unit.decided_at = now
    unit.decided_by = actor.name
    unit.reason = text
    unit.save(update_fields=["state", "counted", "decided_at", "decided_by", "reason"])
    stop_clocks(subject=subject_of(unit), now=now)
    close_todos(subject=subject_of(unit), actor=actor, now=now)


def _answer(
    kind: str, unit: Received, *, actor: Actor, now: datetime, text: str, **more: Any
) -> None:
    if unit.station_id is None or unit.latest is None:
        return
    send(
        kind,
        unit,
        to=unit.station_id,
        key=f"{unit.latest.number}:{kind}:{now.isoformat()}",
        body={
            "version": unit.latest.number,
            "by": actor.name,
            "place": current_station().name,
            "text": text,
            **more,
        },
        now=now,
    )


def _wait_for(unit: Received, *, title: str, now: datetime) -> None:
    rule = rule_in_force("clock.report_decide", station=current_station(), on=clock.local_day(now))
    words = words_of(unit)
    start_clock(
        subject=subject_of(unit),
        kind="report_decide",
        working_days=rule.value,
        capability="report.review",
        reference=f"{words['form']} {unit.period} {unit.code}"[:60],
        link=received_link(unit.pk),
        rule=rule,
        now=now,
    )
    open_todo(
        subject=subject_of(unit),
        kind="report.review",
        capability="report.review",
        title=title,
        params=words,
        link=received_link(unit.pk),
        now=now,
    )


def _child(station_id: int) -> Station:
    child = Station.objects.filter(pk=station_id, parent_id=current_station().id).first()
    if child is None:
        raise PermanentFailure("only a station right below reports here")
    return child


def _unit_of(sender: Station, body: Mapping[str, Any]) -> Received:
    place = {"form": body["form"], "period": body["period"], "station_id": sender.pk}
    unit = Received.objects.select_for_update(of=("self",)).select_related("latest").filter(**place)
    found = unit.first()
    if found is not None:
        return found
    return Received.objects.create(**place, code=sender.code, name=sender.name)


def _differences(unit: Received, picture: Picture, sender: StationRef) -> list[dict[str, Any]]:
    form = get_form(unit.form)
    if picture["form_version"] != form.version:
        return []
    report = Report(form=unit.form, period=unit.period)
    return off_facts(picture, drawn_below(form, report.months, station=sender))


def _findings(unit: Received) -> bool:
    if unit.latest is None:
        return False
    explained = unit.latest.picture.get("explained", {})
    found = findings_of(get_form(unit.form), unit.latest.picture["total"])
    return any(one.rule not in explained for one in found)


def _comments(unit: Received, comments: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    cells = get_form(unit.form).cells
    said: list[dict[str, str]] = []
    for comment in comments:
        text = comment["text"].strip()
        if not text:
            continue
        if comment["cell"] not in cells or len(text) > 500 or len(said) == MOST_COMMENTS:
            message = _("批注须写在表内的单元格上，每条不超过 500 字。")
            raise InvalidInput([Problem(code="E920", field=comment["cell"], message=message)])
        said.append({"cell": comment["cell"], "text": text})
    return said
