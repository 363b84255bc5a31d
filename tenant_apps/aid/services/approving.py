"""Two meetings, and the approval that holds the budget; and help at once, whose papers follow."""

from __future__ import annotations

from dataclasses import dataclass
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
from bangfu.kernel.text import kept
from shared_apps.programmes.selectors import get_programme, terms_of
from tenant_apps.aid.errors import NeverOwnEntry, NotUrgentEnough
from tenant_apps.aid.flow import APPROVES, ENTERS
from tenant_apps.aid.models import AidState, Application
from tenant_apps.aid.services.asking import ask_above
from tenant_apps.aid.services.committing import check_grant, check_promise
from tenant_apps.aid.services.moving import (
    WAITS_FOR_HEAD,
    judged_now,
    usable_fund,
)
from tenant_apps.aid.services.noticing import publish_notice
from tenant_apps.aid.services.releasing import Person, reserve
from tenant_apps.aid.services.stepping import (
    advance,
    locked_application,
    needed_reason,
    open_aid_todo,
    start_aid_clock,
    subject_of,
    tell_step,
)
from tenant_apps.casework.services import close_todos, record_event, stop_clocks
from tenant_apps.notices.models import Notice, NoticeState, Purpose
from tenant_apps.notices.services import end_if_over

APPROVAL, PAPERS = "aid.approve", "aid.papers"
CHAIR, PARTY = "chair", "party"


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """What a meeting decided: its day, the number of its minutes, who sat, and the words of the decision."""

    held_on: date
    number: str
    members: str
    decision: str


@transaction.atomic
def decide_in_meeting(
    application_id: UUID, minutes: Minutes, *, actor: Actor, now: datetime
) -> Application:
    """Note what the chair's meeting (主席办公会) agreed to: the first of the two.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        NeverOwnEntry: the actor entered or reviewed it.
        InvalidInput: A220-A222, as ``minutes_problems``.
    """
    row = locked_application(application_id)
    _third_person(row, actor)
    before = advance(row, "decide", actor=actor)
    _take_minutes(row, minutes, kind=CHAIR, actor=actor, now=now)
    row.changed_at = now
    row.save()
    open_aid_todo(
        row, WAITS_FOR_HEAD, capability=APPROVES,
        title=gettext_noop("党组会审定帮扶申请 %(number)s（%(name)s）"), now=now,
        not_for=(row.entered_by_id, row.reviewed_by_id),
    )  # fmt: skip
    tell_step(row, "decide", before=before, comment=minutes.decision, actor=actor, now=now)
    return row


@transaction.atomic
def ratify_in_party_group(
    application_id: UUID, minutes: Minutes, *, actor: Actor, now: datetime
) -> Application:
    """Note what the party group (党组会) ratified; it is published, or sent up where the sum is above the own limit.

    Raises:
        NotPermitted, NotFound, IllegalMove, NeverOwnEntry, InvalidInput: as ``decide_in_meeting``.
    """
    row = locked_application(application_id)
    _third_person(row, actor)
    goes_up = row.amount_fen > own_limit_fen(row)
    action = "ask_above" if goes_up else "ratify"
    before = advance(row, action, actor=actor)
    _take_minutes(row, minutes, kind=PARTY, actor=actor, now=now)
    row.approved_by_id, row.approved_by, row.changed_at = actor.user_id, actor.name, now
    row.save()
    stop_clocks(subject=subject_of(row), now=now)
    close_todos(subject=subject_of(row), actor=actor, now=now)
    tell_step(row, action, before=before, comment=minutes.decision, actor=actor, now=now)
    if goes_up:
        ask_above(row, now=now)
    else:
        publish_notice(row, actor=actor, now=now)
    return row


def own_limit_fen(row: Application) -> int:
    """Return up to which sum the station in force grants by itself; the topmost has no limit."""
    station = current_station()
    terms = terms_of(
        get_programme(row.programme, station=station, on=row.submitted_on or clock.today())
    )
    if station.parent_id is None:
        return row.amount_fen
    return terms.own_limits_fen.get(str(station.level), row.amount_fen)


@transaction.atomic
def approve_application(application_id: UUID, *, actor: Actor, now: datetime) -> Application:
    """Approve an application whose notice is over, and hold its amount in the budget of its fund.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        NeverOwnEntry: the actor entered or reviewed it.
        NoticeStillRunning: its days are not over.
        NotEligible: a cap does not allow it any more.
        FundOverCommitted, NoPlaceLeft, AboveDonorsSum: as ``check_grant``.
        BelowFloor, PeriodNotOpen, FundClosed: there is no such budget.
    """
    row = locked_application(application_id)
    actor.require(APPROVES)
    _third_person(row, actor)
    for notice in Notice.objects.select_for_update().filter(
        subject_id=row.pk, purpose=Purpose.AID, state=NoticeState.RUNNING
    ):
        end_if_over(notice, now=now)
    return _approve(row, actor=actor, now=now)


def follow_end_of_notice(notice: Notice, now: datetime) -> None:
    """Approve what the meetings had agreed to when its notice is over; else let the head decide.

    Where there is no budget for it, it stays and the head is told why.
    """
    row = locked_application(notice.subject_id)
    end_if_over(notice, now=now)
    if row.state != AidState.NOTICE:
        return
    why = ""
    if row.approved_by_id is not None:
        try:
            with transaction.atomic():
                approve_as_decided(row, now=now)
        except DomainError as refusal:
            row.refresh_from_db()
            why = str(refusal)
        else:
            return
    actor = Actor.system(kept(gettext_lazy("系统")), station=current_station())
    record_event(
        subject=subject_of(row), action="notice_over", from_state=row.state, to_state=row.state,
        comment=why, actor=actor, now=now,
    )  # fmt: skip
    open_aid_todo(
        row, APPROVAL, capability=APPROVES,
        title=gettext_noop("公示期满，批准帮扶申请 %(number)s（%(name)s）"), now=now,
    )  # fmt: skip


def approve_as_decided(row: Application, *, now: datetime) -> Application:
    """Approve in the name of whoever noted the decision of the party group: its notice is over.

    Raises:
        NotEligible, BelowFloor, PeriodNotOpen, FundClosed: as ``approve_application``.
    """
    decided_by = Actor(
        user_id=row.approved_by_id,
        name=row.approved_by,
        station=current_station(),
        capabilities=frozenset({APPROVES}),
        via="system",
    )
    return _approve(row, actor=decided_by, now=now)


def _approve(row: Application, *, actor: Actor, now: datetime) -> Application:
    before = advance(row, "approve", actor=actor)
    judgement = judged_now(row, now=now)
    check_grant(row, now=now)
    row.approved_by_id, row.approved_by = actor.user_id, actor.name
    row.approved_on, row.changed_at = clock.local_day(now), now
    row.save()
    stop_clocks(subject=subject_of(row), now=now)
    close_todos(subject=subject_of(row), actor=actor, now=now)
    start_aid_clock(row, "aid_pay", capability="fund.post", now=now)
    reserve(row, maker=Person(row.reviewed_by_id, row.reviewed_by), actor=actor, now=now)
    tell_step(row, "approve", before=before, actor=actor, now=now, rules=judgement.rules)
    return row


@transaction.atomic
def help_at_once(
    application_id: UUID, *, fund_id: UUID, reason: str, actor: Actor, now: datetime
) -> Application:
    """Approve a small sum at once (急救先行): the papers have to follow within the days of the rule.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        NeverOwnEntry: the actor entered it.
        NotUrgentEnough: the programme knows no urgent path.
        NotEligible: the sum is above the limit for urgent help, or above another cap.
        InvalidInput: A211 no reason is given · A210 there is no account to pay into.
        FundOverCommitted, NoPlaceLeft, AboveDonorsSum: as ``check_promise``.
        FundClosed, OutsidePurpose, BelowFloor, PeriodNotOpen: the fund cannot pay it.
    """
    row = locked_application(application_id)
    before = advance(row, "help_at_once", actor=actor)
    _third_person(row, actor)
    row.reason = needed_reason(reason)
    row.fund = usable_fund(fund_id, aid=row.aid)
    row.is_urgent, row.mode = True, "urgent"
    judgement = judged_now(row, now=now)
    if judgement.terms.urgent_limit_fen is None:
        raise NotUrgentEnough
    check_promise(row, now=now)
    if not row.payee_card:
        message = _("没有可发放的本人银行卡，请先补齐。")
        raise InvalidInput([Problem(code="A210", field="card_no", message=message)])
    row.approved_by_id, row.approved_by = actor.user_id, actor.name
    row.approved_on, row.changed_at = clock.local_day(now), now
    stop_clocks(subject=subject_of(row), now=now)
    close_todos(subject=subject_of(row), actor=actor, now=now)
    row.papers_due_on = start_aid_clock(row, "aid_papers", capability=ENTERS, now=now)
    row.save()
    open_aid_todo(
        row, PAPERS, capability=ENTERS,
        title=gettext_noop("补齐急救先行材料 %(number)s（%(name)s）"), now=now,
    )  # fmt: skip
    start_aid_clock(row, "aid_urgent_pay", capability="fund.post", now=now)
    reserve(row, maker=Person(row.entered_by_id, row.entered_by), actor=actor, now=now)
    tell_step(
        row, "help_at_once", before=before, comment=row.reason,
        actor=actor, now=now, rules=judgement.rules,
    )  # fmt: skip
    return row


def minutes_problems(minutes: Minutes, *, on: date, after: str = "") -> list[Problem]:
    """Say what keeps minutes from being minutes.

    A220 the meeting is still to come, or was before the one it follows · A221 the number, or who sat, is missing · A222
    there is no decision.
    """
    problems = []
    if minutes.held_on > on or (after and minutes.held_on.isoformat() < after):
        problems.append(
            Problem(
                code="A220", field="held_on",
                message=_("会议日期不能晚于今天，也不能早于前一次会议。"),
            )
        )  # fmt: skip
    if not minutes.number.strip() or len(minutes.number) > 60:
        message = _("请填写会议纪要编号。")
        problems.append(Problem(code="A221", field="number", message=message))
    if len(minutes.members.split()) < 2 and len(minutes.members) < 4:
        problems.append(Problem(code="A221", field="members", message=_("请填写参加会议的人员。")))
    if not minutes.decision.strip() or len(minutes.decision) > 500:
        message = _("请填写会议决定，不超过 500 字。")
        problems.append(Problem(code="A222", field="decision", message=message))
    return problems


def _take_minutes(
    row: Application, minutes: Minutes, *, kind: str, actor: Actor, now: datetime
) -> None:
    before: list[dict[str, Any]] = list(row.meetings)
    after = before[-1]["held_on"] if before else ""
    problems = minutes_problems(minutes, on=clock.local_day(now), after=after)
    if problems:
        raise InvalidInput(problems)
    row.meetings = [
        *before,
        {
            "kind": kind,
            "held_on": minutes.held_on.isoformat(),
            "number": minutes.number.strip(),
            "members": minutes.members.strip()[:200],
            "decision": minutes.decision.strip(),
            "noted_by": actor.name,
        },
    ]


def _third_person(row: Application, actor: Actor) -> None:
    if actor.user_id in {row.entered_by_id, row.reviewed_by_id}:
        raise NeverOwnEntry
