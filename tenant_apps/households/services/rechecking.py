"""What the home station does in a re-check: begin, look, propose, send up; one file or many.

Source: domain §3.2, from ``on_file`` on; NR12-NR15.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, IllegalMove, InvalidInput, NotFound, Problem
from bangfu.kernel.tenancy import current_station
from tenant_apps.casework.services import close_todos, stop_clock
from tenant_apps.households.flow import FILE_FLOW
from tenant_apps.households.happenings import FileStep, Happening, tell
from tenant_apps.households.models import (
    FileState,
    HouseholdFile,
    HouseholdRecheck,
    HouseholdVisit,
    RecheckKind,
    RecheckState,
)
from tenant_apps.households.services.findings import EXIT, Findings, check_findings, nothing_found
from tenant_apps.households.services.one_by_one import Outcome, each_on_its_own
from tenant_apps.households.services.recheck_letters import WITHDRAW, post_offer, post_recall
from tenant_apps.households.services.rounds import settle_round
from tenant_apps.households.services.stepping import (
    advance,
    deciding_station,
    locked_file,
    needed_reason,
    open_file_todo,
    save_step,
    start_file_clock,
    subject_of,
    tell_step,
)
from tenant_apps.households.services.versions import record_version
from tenant_apps.households.services.visits import Visit, add_visit

TODO_RECHECK = "file.recheck"
CLOCK = "recheck"
EVENTS: dict[str, Any] = {
    "death": gettext_lazy("亡故"),
    "illness": gettext_lazy("患病"),
    "injury": gettext_lazy("工伤或意外伤害"),
    "disaster": gettext_lazy("受灾"),
    "job": gettext_lazy("就业变动"),
    "income": gettext_lazy("收入变动"),
    "member": gettext_lazy("家庭成员变动"),
    "absence": gettext_lazy("长期外出"),
    "production": gettext_lazy("生产经营困难"),
    "special": gettext_lazy("其他特殊困难"),
}


class NothingDue(IllegalMove):
    """No re-check of the file is due now."""

    code = "nothing-due"
    message = gettext_lazy("这份档案没有到期的复核；家庭情况有变化时，请先登记变更。")


class AskedFromAbove(DomainError):
    """An exit that a station above asked for is taken back by that station alone."""

    code = "asked-from-above"
    http_status = 403
    message = gettext_lazy("这次退出由上级发起，须由“%(station)s”撤回；情况有出入请向其反映。")


@transaction.atomic
def report_event(
    file_id: UUID,
    *,
    event: str,
    happened_on: date,
    person: str = "",
    note: str = "",
    actor: Actor,
    now: datetime,
) -> HouseholdRecheck:
    """Note what happened in a household; a re-check of its file is due within the days of the rule.

    Raises:
        NotPermitted, NotFound: as for any file.
        IllegalMove: the file is not on file, or a re-check of it was sent up.
        InvalidInput: V347 no such event, V348 a day to come, V349 the same was noted before.
    """
    actor.require("file.recheck")
    file = locked_file(file_id)
    if file.state not in {FileState.ON_FILE, FileState.RECHECKING} or file.custody:
        raise IllegalMove
    problems = []
    if event not in EVENTS:
        problems.append(Problem(code="V347", field="event", message=_("请选择变更事项。")))
    if happened_on > clock.local_day(now):
        message = _("发生日期不能晚于今天。")
        problems.append(Problem(code="V348", field="happened_on", message=message))
    period = f"{happened_on:%Y%m%d}{event}"[:24]
    if HouseholdRecheck.objects.filter(file=file, kind=RecheckKind.EVENT, period=period).exists():
        message = _("同一天的同一事项已经登记过。")
        problems.append(Problem(code="V349", field="event", message=message))
    if problems:
        raise InvalidInput(problems)
    due_on = start_file_clock(file, CLOCK, capability="file.recheck", now=now)
    recheck = HouseholdRecheck.objects.create(
        file=file,
        kind=RecheckKind.EVENT,
        period=period,
        due_on=due_on,
        event=event,
        event_on=happened_on,
        event_person=person.strip()[:32],
        findings=note.strip(),
        opened_at=now,
    )
    title = gettext_noop("%(number)s 家庭情况变更，请复核")
    open_file_todo(file, TODO_RECHECK, capability="file.recheck", title=title, now=now)
    said = "，".join(str(one) for one in (EVENTS[event], person.strip(), note.strip()) if one)
    save_step(file, actor=actor, now=now)
    tell_step(file, "report_event", before=file.state, comment=said, actor=actor, now=now)
    happening = Happening(
        step=FileStep.EVENT_REPORTED,
        file=file,
        on=happened_on,
        data={"kind": event, "person": recheck.event_person},
    )
    tell(happening, actor=actor, now=now)
    return recheck


@transaction.atomic
def start_recheck(file_id: UUID, *, actor: Actor, now: datetime) -> HouseholdRecheck:
    """Begin the re-check of a file that is due first; its fields may be corrected until it is sent up.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        NothingDue: none is due.
    """
    file = locked_file(file_id)
    before = advance(file, "start_recheck", actor=actor)
    recheck = (
        HouseholdRecheck.objects.select_for_update()
        .filter(file=file, state=RecheckState.DUE)
        .exclude(kind=RecheckKind.EXIT_CHECK)
        .order_by("-due_on", "-id")
        .first()
    )
    if recheck is None:
        raise NothingDue
    recheck.state, recheck.tier_before = RecheckState.FILLING, file.tier
    recheck.filled_by_id, recheck.filled_by = actor.user_id, actor.name
    recheck.save()
    save_step(file, actor=actor, now=now)
    label = str(recheck.get_kind_display())
    tell_step(file, "start_recheck", before=before, comment=label, actor=actor, now=now)
    return recheck


@transaction.atomic
def drop_recheck(file_id: UUID, *, reason: str, actor: Actor, now: datetime) -> HouseholdFile:
    """Break off a re-check that was not sent up; it stays due.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step; it was sent up.
        AskedFromAbove: it is about an exit that a station above asked for.
        InvalidInput: no reason is given.
    """
    file = locked_file(file_id)
    before = advance(file, "drop_recheck", actor=actor)
    recheck = _under_way(file, RecheckState.FILLING)
    _leave_to_asker(recheck)
    reason = needed_reason(reason)
    recheck.state = RecheckState.DUE
    recheck.save(update_fields=["state"])
    save_step(file, actor=actor, now=now)
    record_version(file=file, event="drop_recheck", reason=reason, actor=actor, now=now)
    tell_step(file, "drop_recheck", before=before, comment=reason, actor=actor, now=now)
    return file


@transaction.atomic
def visit_again(
    file_id: UUID,
    visit: Visit,
    *,
    photos: Sequence[File[bytes]] = (),
    actor: Actor,
    now: datetime,
) -> HouseholdVisit:
    """Note a visit made for a re-check.

    Raises:
        NotPermitted, NotFound: as for any file.
        IllegalMove: no re-check is under way.
        InvalidInput: as for any visit.
    """
    actor.require("file.visit")
    file = locked_file(file_id)
    recheck = _under_way(file, RecheckState.FILLING)
    row = add_visit(file, visit, photos=photos, actor=actor, now=now)
    recheck.visit_id = row.pk
    recheck.save(update_fields=["visit_id"])
    save_step(file, actor=actor, now=now)
    tell_step(file, "record_visit", before=file.state, comment=row.findings, actor=actor, now=now)
    return row


@transaction.atomic
def send_recheck(
    file_id: UUID, findings: Findings, *, actor: Actor, now: datetime
) -> HouseholdRecheck:
    """Send what a re-check found to the centre, with the proposal to stay on file or to leave.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step; it was sent up already.
        InvalidInput: V340 nothing found, V341 a sampled file was not visited, V342-V346 an exit that
            may not be, V345 a new declaration without its signed application.
    """
    file = locked_file(file_id)
    before = advance(file, "send_recheck", actor=actor)
    recheck = _under_way(file, RecheckState.FILLING)
    on = clock.local_day(now)
    check_findings(file, recheck, findings, on=on)
    centre = deciding_station(current_station())
    recheck.findings = findings.text.strip()
    recheck.proposal = findings.proposal
    leaves = findings.proposal == EXIT
    recheck.exit_kind = findings.exit_kind if leaves else ""
    recheck.exit_reason = findings.exit_reason if leaves else ""
    recheck.exit_measure = findings.exit_measure if findings.exit_kind == "out" and leaves else ""
    recheck.incomes_fen = list(findings.incomes_fen)
    recheck.state, recheck.sent_at = RecheckState.SENT, now
    recheck.filled_by_id, recheck.filled_by = actor.user_id, actor.name
    file.custody = centre.code
    save_step(file, actor=actor, now=now)
    version = record_version(file=file, event="send_recheck", actor=actor, now=now)
    recheck.offer, recheck.followed = version.number, 0
    recheck.save()
    post_offer(file, recheck, version, now=now)
    stop_clock(subject=subject_of(file), kind=CLOCK, now=now)
    close_todos(subject=subject_of(file), kind=TODO_RECHECK, actor=actor, now=now)
    tell_step(
        file,
        "send_recheck",
        before=before,
        comment=recheck.findings,
        rules=recheck.rules,
        actor=actor,
        now=now,
    )
    return recheck


def send_rechecks(
    file_ids: Sequence[UUID], findings: Findings, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Begin and send up the re-checks of several files with the same findings, each on its own.

    One that is refused does not stop the others.
    """
    actor.require("file.recheck")

    def send(file_id: UUID) -> None:
        state = HouseholdFile.objects.filter(pk=file_id).values_list("state", flat=True).first()
        if state == FileState.ON_FILE:
            start_recheck(file_id, actor=actor, now=now)
        send_recheck(file_id, findings, actor=actor, now=now)

    numbers = dict(HouseholdFile.objects.filter(pk__in=file_ids).values_list("pk", "file_no"))
    return each_on_its_own(file_ids, send, labels=numbers)


@transaction.atomic
def propose_exit(
    file_id: UUID, findings: Findings, *, actor: Actor, now: datetime
) -> HouseholdRecheck:
    """Propose in one act that a household leaves: a re-check is opened where none is due, and sent up.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: as ``send_recheck``.
    """
    actor.require("file.recheck")
    file = locked_file(file_id)
    if file.state == FileState.ON_FILE:
        waits = HouseholdRecheck.objects.filter(file=file, state=RecheckState.DUE)
        if not waits.exclude(kind=RecheckKind.EXIT_CHECK).exists():
            HouseholdRecheck.objects.create(
                file=file,
                kind=RecheckKind.EVENT,
                period=f"{now:%Y%m%d%H%M%S}exit",
                due_on=clock.local_day(now),
                event="exit",
                opened_at=now,
            )
        start_recheck(file_id, actor=actor, now=now)
    return send_recheck(file_id, findings, actor=actor, now=now)


@transaction.atomic
def withdraw_recheck(file_id: UUID, *, reason: str, actor: Actor, now: datetime) -> HouseholdFile:
    """Ask for a re-check back, or an exit that was not confirmed; the answer comes as a message.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step; nothing was sent up.
        AskedFromAbove: it is about an exit that a station above asked for.
        InvalidInput: no reason is given.
    """
    file = locked_file(file_id)
    FILE_FLOW.advance(WITHDRAW, state=file.state, actor=actor)
    recheck = _under_way(file, RecheckState.SENT, RecheckState.EXITING)
    _leave_to_asker(recheck)
    reason = needed_reason(reason)
    save_step(file, actor=actor, now=now)
    post_recall(file, recheck, by=actor.name, reason=reason, now=now)
    tell_step(file, WITHDRAW, before=file.state, comment=reason, actor=actor, now=now)
    return file


@transaction.atomic
def verify_exit(
    recheck_id: UUID, *, findings: str, stands: bool, actor: Actor, now: datetime
) -> HouseholdRecheck:
    """Note what the verification of an exit found (I-T09); where it does not hold, a clerk is told.

    Raises:
        NotPermitted, NotFound: as for any file.
        IllegalMove: it was verified already.
        InvalidInput: V340 nothing found.
    """
    actor.require("file.recheck")
    recheck = (
        HouseholdRecheck.objects.select_for_update()
        .filter(pk=recheck_id, kind=RecheckKind.EXIT_CHECK)
        .first()
    )
    if recheck is None:
        raise NotFound
    if recheck.state != RecheckState.DUE:
        raise IllegalMove
    if not findings.strip():
        raise InvalidInput([nothing_found()])
    recheck.findings, recheck.state = findings.strip(), RecheckState.DONE
    recheck.proposal = "stands" if stands else "fell_back"
    recheck.decided_on, recheck.decided_by = clock.local_day(now), actor.name
    recheck.save()
    file = locked_file(recheck.file_id)
    tell_step(
        file, "verify_exit", before=file.state, comment=recheck.findings, actor=actor, now=now
    )
    if not stands:
        open_file_todo(
            file,
            "file.fell_back",
            capability="file.edit",
            title=gettext_noop("%(number)s 退出后返困，请重新建档"),
            is_closed_by_hand=True,
            now=now,
        )
    settle_round(recheck.round_id, now=now)
    return recheck


def _under_way(file: HouseholdFile, *states: str) -> HouseholdRecheck:
    recheck: HouseholdRecheck | None = (
        HouseholdRecheck.objects.select_for_update().filter(file=file, state__in=states).first()
    )
    if recheck is None:
        raise IllegalMove
    return recheck


def _leave_to_asker(recheck: HouseholdRecheck) -> None:
    if recheck.asked and not recheck.asked.get("is_withdrawn"):
        raise AskedFromAbove(station=recheck.asked["centre"]["name"])
