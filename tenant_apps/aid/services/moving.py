"""The way of an application to the decision: submitted, accepted, checked, reviewed; sent back, declined, withdrawn."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, Problem
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.aid.errors import (
    NeverOwnEntry,
    NoFundChosen,
    NotEligible,
    SameNeedTwice,
)
from tenant_apps.aid.flow import APPROVES, ENTERS, REVIEWS
from tenant_apps.aid.models import OFF_STATES, Application, PayeeState
from tenant_apps.aid.rules import refusal_of
from tenant_apps.aid.services.committing import check_promise
from tenant_apps.aid.services.drafting import Asked, open_application
from tenant_apps.aid.services.judging import Judge, Judgement, cycle_of
from tenant_apps.aid.services.noticing import publish_notice, take_notice_down
from tenant_apps.aid.services.releasing import release
from tenant_apps.aid.services.stepping import (
    advance,
    locked_application,
    needed_reason,
    open_aid_todo,
    start_aid_clock,
    subject_of,
    tell_step,
)
from tenant_apps.casework.services import close_todos, stop_clocks
from tenant_apps.funds.errors import FundClosed, OutsidePurpose
from tenant_apps.funds.models import Fund

_SAME_NEED = "aid_same_need_once"
WAITS_FOR_CLERK, WAITS_FOR_REVIEWER, WAITS_FOR_HEAD = "aid.check", "aid.review", "aid.decide"


@transaction.atomic
def submit_application(application_id: UUID, *, actor: Actor, now: datetime) -> Application:
    """Hand an application in: from now on nobody may apply for the same need.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        SameNeedTwice: another application is about the same need.
        NotEligible: the household is not on file, or the person of no group the programme is for.
    """
    row = locked_application(application_id)
    before = advance(row, "submit", actor=actor)
    judge = Judge(on=clock.local_day(now))
    row.submitted_on = judge.on
    judgement = judge.judge(row)
    _refuse_reasons(judgement, only=("A101", "A102"))
    row.programme_version_id = judgement.programme.pk
    if judgement.terms.cycle in {"year", "month"}:
        row.cycle = cycle_of(judgement.terms, on=judge.on)
    row.changed_at = now
    save_claim(row)
    close_todos(subject=subject_of(row), kind=WAITS_FOR_CLERK, actor=actor, now=now)
    start_aid_clock(row, "aid_accept", capability=ENTERS, now=now)
    open_aid_todo(
        row, WAITS_FOR_CLERK, capability=ENTERS,
        title=gettext_noop("受理帮扶申请 %(number)s（%(name)s）"), now=now,
    )  # fmt: skip
    tell_step(row, "submit", before=before, actor=actor, now=now)
    return row


@transaction.atomic
def open_and_submit(asked: Asked, *, actor: Actor, now: datetime) -> Application:
    """Write an application down and hand it in, both or neither: what is refused leaves no draft behind.

    Raises: as ``open_application`` and ``submit_application``.
    """
    return submit_application(
        open_application(asked, actor=actor, now=now).pk, actor=actor, now=now
    )


def save_claim(row: Application) -> None:
    """Save an application that from now on claims its need.

    Raises:
        SameNeedTwice: another one does.
    """
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as clash:
        if _SAME_NEED not in str(clash):
            raise
        raise same_need(row) from clash


def same_need(row: Application) -> SameNeedTwice:
    """Say which application claims the need of this one."""
    other = (
        Application.objects.filter(
            programme=row.programme, cycle=row.cycle, household=row.household, member=row.member
        )
        .exclude(state__in=OFF_STATES)
        .exclude(pk=row.pk)
        .first()
    )
    return SameNeedTwice(
        name=row.person_name,
        programme=programme_name(row),
        cycle="" if row.campaign_id else row.cycle,
        number=other.number if other else "",
    )


def programme_name(row: Application) -> str:
    """Return how the kind of aid of an application is called."""
    return CODE_LISTS["aid"].label(row.aid)


@transaction.atomic
def accept_application(application_id: UUID, *, actor: Actor, now: datetime) -> Application:
    """Take an application on: whoever does owns it until it is closed (首问负责).

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
    """
    row = locked_application(application_id)
    before = advance(row, "accept", actor=actor)
    row.owner_id, row.owner, row.changed_at = actor.user_id, actor.name, now
    row.save(update_fields=["state", "owner_id", "owner", "changed_at"])
    stop_clocks(subject=subject_of(row), now=now)
    close_todos(subject=subject_of(row), kind=WAITS_FOR_CLERK, actor=actor, now=now)
    open_aid_todo(
        row, WAITS_FOR_CLERK, capability=ENTERS,
        title=gettext_noop("核验帮扶资格 %(number)s（%(name)s）"), now=now,
    )  # fmt: skip
    tell_step(row, "accept", before=before, actor=actor, now=now)
    return row


@transaction.atomic
def check_application(application_id: UUID, *, actor: Actor, now: datetime) -> Application:
    """Check by the programme in force whether it may be granted, and how much; it goes to the reviewer.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        NotEligible: the programme does not allow it; every reason is said.
        InvalidInput: A210 there is no account to pay into.
    """
    row = locked_application(application_id)
    before = advance(row, "check", actor=actor)
    judgement = judged_now(row, now=now)
    if not row.payee_card or row.payee_state != PayeeState.SOUND:
        raise InvalidInput(
            [Problem(code="A210", field="card_no", message=_("没有可发放的本人银行卡，请先补齐。"))]
        )
    row.changed_at = now
    row.save()
    stop_clocks(subject=subject_of(row), now=now)
    close_todos(subject=subject_of(row), actor=actor, now=now)
    start_aid_clock(row, "aid_review", capability=REVIEWS, now=now)
    open_aid_todo(
        row, WAITS_FOR_REVIEWER, capability=REVIEWS,
        title=gettext_noop("审核帮扶申请 %(number)s（%(name)s）"), now=now,
        not_for=(row.entered_by_id,),
    )  # fmt: skip
    tell_step(row, "check", before=before, actor=actor, now=now, rules=judgement.rules)
    return row


def judged_now(row: Application, *, now: datetime) -> Judgement:
    """Judge an application by today's programme and keep the judgement on it, unsaved.

    ``row`` comes from ``locked_application``, which holds the whole household: two at once do not both fit
    under one cap.

    Raises:
        NotEligible: it may not be granted.
    """
    judgement = Judge(on=clock.local_day(now)).judge(row)
    _refuse_reasons(judgement)
    row.assessment = judgement.kept()
    row.programme_version_id = judgement.programme.pk
    return judgement


@transaction.atomic
def review_application(
    application_id: UUID,
    *,
    fund_id: UUID,
    actor: Actor,
    now: datetime,
    amount_fen: int | None = None,
    comment: str = "",
) -> Application:
    """Review an application that somebody else entered: say from which fund, and how much.

    Up to the sum that needs no meeting it goes to the public notice, else to the chair's meeting.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        NeverOwnEntry: the actor entered it.
        NotEligible: the amount does not fit any more.
        FundClosed, OutsidePurpose: the fund may not pay it.
        FundOverCommitted, NoPlaceLeft, AboveDonorsSum: as ``check_promise``.
    """
    row = locked_application(application_id)
    actor.require(REVIEWS)
    if actor.user_id is not None and actor.user_id == row.entered_by_id:
        raise NeverOwnEntry
    if amount_fen is not None:
        row.amount_fen = amount_fen
    row.fund = usable_fund(fund_id, aid=row.aid)
    judgement = judged_now(row, now=now)
    check_promise(row, now=now)
    row.reviewed_by_id, row.reviewed_by, row.changed_at = actor.user_id, actor.name, now
    needs_meeting = row.amount_fen > judgement.terms.meeting_above_fen
    before = advance(row, "bring" if needs_meeting else "pass", actor=actor)
    row.save()
    stop_clocks(subject=subject_of(row), now=now)
    close_todos(subject=subject_of(row), actor=actor, now=now)
    if needs_meeting:
        start_aid_clock(row, "aid_meeting", capability=APPROVES, now=now)
        open_aid_todo(
            row, WAITS_FOR_HEAD, capability=APPROVES,
            title=gettext_noop("会议研究帮扶申请 %(number)s（%(name)s）"), now=now,
            not_for=(row.entered_by_id, actor.user_id),
        )  # fmt: skip
    else:
        publish_notice(row, actor=actor, now=now)
    tell_step(
        row, "bring" if needs_meeting else "pass", before=before, comment=comment,
        actor=actor, now=now, data={"fund": str(fund_id)}, rules=judgement.rules,
    )  # fmt: skip
    return row


def usable_fund(fund_id: UUID, *, aid: str) -> Fund:
    """Return a fund that may pay a kind of aid (专款专用).

    Raises:
        NoFundChosen: there is none of that key.
        FundClosed, OutsidePurpose: it may not pay it.
    """
    fund = Fund.objects.filter(pk=fund_id).first()
    if fund is None:
        raise NoFundChosen
    if fund.closed_on is not None:
        raise FundClosed(fund=fund.name)
    if fund.programmes and aid not in fund.programmes:
        raise OutsidePurpose(fund=fund.name, programme=CODE_LISTS["aid"].label(aid))
    return fund


def return_application(
    application_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> Application:
    """Send an application back to be corrected; the applicant reads the reason.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: A211 no reason is given.
    """
    return _end(application_id, "return", reason=reason, actor=actor, now=now)


def decline_application(
    application_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> Application:
    """Decline an application in its review, or because an objection holds.

    Raises:
        NotPermitted, NotFound, IllegalMove, InvalidInput: as ``return_application``.
        NeverOwnEntry: the actor entered it.
    """
    return _end(application_id, "decline", reason=reason, actor=actor, now=now)


def refuse_application(
    application_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> Application:
    """Refuse an application that was to be decided, or was approved: its budget is let go.

    Raises:
        NotPermitted, NotFound, IllegalMove, InvalidInput: as ``return_application``.
        NeverOwnEntry: the actor entered it.
    """
    return _end(application_id, "refuse", reason=reason, actor=actor, now=now)


def withdraw_application(
    application_id: UUID, *, reason: str, actor: Actor, now: datetime
) -> Application:
    """Take an application back, as the applicant wishes; what was published is taken down.

    Raises:
        NotPermitted, NotFound, IllegalMove, InvalidInput: as ``return_application``.
    """
    return _end(application_id, "withdraw", reason=reason, actor=actor, now=now)


@transaction.atomic
def _end(
    application_id: UUID, action: str, *, reason: str, actor: Actor, now: datetime
) -> Application:
    row = locked_application(application_id)
    before = advance(row, action, actor=actor)
    if action in {"decline", "refuse"} and actor.user_id == row.entered_by_id:
        raise NeverOwnEntry
    row.reason, row.changed_at = needed_reason(reason), now
    row.save()
    take_notice_down(row, now=now)
    stop_clocks(subject=subject_of(row), now=now)
    close_todos(subject=subject_of(row), actor=actor, now=now)
    if action == "return":
        open_aid_todo(
            row, WAITS_FOR_CLERK, capability=ENTERS,
            title=gettext_noop("补正帮扶申请 %(number)s（%(name)s）"), now=now,
        )  # fmt: skip
    release(row, before=before, actor=actor, now=now)
    tell_step(row, action, before=before, comment=row.reason, actor=actor, now=now)
    return row


def _refuse_reasons(judgement: Judgement, *, only: tuple[str, ...] = ()) -> None:
    codes = [code for code in judgement.assessment.reasons if not only or code in only]
    if codes:
        raise NotEligible(reasons=refusal_of(judgement.assessment, codes))
