"""What the centre decides: take up, note a means check that came on paper, approve, return, refuse."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, InvalidInput, Problem
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from bangfu.kernel.workdays import add_working_days
from shared_apps.policies.selectors import rule_in_force
from shared_apps.regions.selectors import calendar_in_force
from tenant_apps.casework.services import attach
from tenant_apps.households.dossiers import draft_in
from tenant_apps.households.services.stepping import needed_reason
from tenant_apps.notices import services as notices
from tenant_apps.notices.selectors import notice_about
from tenant_apps.reviews.flow import REVIEW_FLOW
from tenant_apps.reviews.models import MeansState, Review, ReviewState
from tenant_apps.reviews.selectors import dossier_of
from tenant_apps.reviews.services.means import drop_check, keep_offline_check, refuse_by_check
from tenant_apps.reviews.services.meetings import require_meeting
from tenant_apps.reviews.services.noticing import end_notice, notice_of
from tenant_apps.reviews.services.steps import advance, decided, locked, opinion_of, subject_of


class NoMeansCheck(DomainError):
    """No approval without a means check that fits. Source: I-F14."""

    code = "no-means-check"
    message = gettext_lazy("没有核对符合的记录，不能审批。")


class OwnReview(DomainError):
    """Whoever reviewed a file does not also approve it."""

    code = "own-review"
    http_status = 403
    message = gettext_lazy("审核与审批须由不同的人办理，您已参与这份档案的审核。")


@transaction.atomic
def accept(review_id: UUID, *, opinion: str = "", actor: Actor, now: datetime) -> Review:
    """Take a file into the review of the centre.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        OwnEntry: the actor entered the file at home.
    """
    review = locked(review_id)
    before = advance(review, "accept", actor=actor)
    return decided(review, "accept", before=before, text=opinion, actor=actor, now=now)


@transaction.atomic
def confirm_means(
    review_id: UUID,
    *,
    fits: bool,
    checked_on: date,
    comment: str = "",
    unit: str = "",
    document_no: str = "",
    scan: File[bytes] | None = None,
    actor: Actor,
    now: datetime,
) -> Review:
    """Note the result of a means check that came on paper; where it does not fit, the file is refused.

    ``unit`` checked on ``checked_on`` and gave it under ``document_no``; ``scan`` is the paper.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: the day lies ahead or before the household's authorisation, a refusal has no reason, or
            the scan is no picture or PDF.
    """
    if checked_on > clock.local_day(now):
        message = _("核对日期不能晚于今天。")
        raise InvalidInput([Problem(code="V320", field="checked_on", message=message)])
    review = locked(review_id)
    before = advance(review, "confirm_means", actor=actor)
    authorised_on = draft_in(dossier_of(review)["snapshot"]).authorised_on
    if authorised_on is not None and checked_on < authorised_on:
        message = _("核对日期不能早于授权书签署日期（%(day)s）。") % {"day": authorised_on}
        raise InvalidInput([Problem(code="V325", field="checked_on", message=message)])
    review.means_checked_on = checked_on
    if not fits:
        comment = needed_reason(comment)
    text = comment.strip() or kept(gettext_lazy("经济状况核对符合。"))
    keep_offline_check(
        review,
        fits=fits,
        checked_on=checked_on,
        unit=unit,
        document_no=document_no,
        conclusion=text,
        actor=actor,
        now=now,
    )
    if scan is not None:
        attach(subject=subject_of(review), kind="means_result", upload=scan, actor=actor, now=now)
    if not fits:
        review.state = REVIEW_FLOW.advance("refuse", state=before, actor=actor)
        reason = kept(gettext_lazy("经济状况核对不符合：%(reason)s")) % {"reason": text}
        return _refused(review, reason, before=before, actor=actor, now=now)
    return decided(
        review, "confirm_means", before=before, text=text, on=checked_on, actor=actor, now=now
    )


@transaction.atomic
def approve(review_id: UUID, *, opinion: str = "", actor: Actor, now: datetime) -> Review:
    """Approve the file: the home station puts it on file.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        NoticeStillRunning: the days of the notice are not over.
        OwnEntry, OwnReview: the actor entered or reviewed the file.
        NoMeansCheck: no means check found that it fits.
        MeetingNeeded, MeetingDisagreed: the rule wants a meeting, and none agreed.
    """
    actor.require("review.approve")
    review = locked(review_id)
    if review.state == ReviewState.NOTICE:
        end_notice(review, now=now)
    before = advance(review, "approve", actor=actor)
    if actor.user_id is not None and actor.user_id in review.acted_by:
        raise OwnReview
    if not review.checks.filter(state=MeansState.SETTLED, fits=True).exists():
        raise NoMeansCheck
    rule = rule_in_force("approval.meeting", station=current_station(), on=clock.local_day(now))
    require_meeting(review, rule)
    own = opinion_of(
        opinion or kept(gettext_lazy("同意建档。")), stamp="union", actor=actor, now=now
    )
    review.opinions = [*review.opinions, asdict(own)]
    return decided(
        review,
        "approve",
        before=before,
        text=own.text,
        actor=actor,
        now=now,
    )


@transaction.atomic
def return_down(review_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Review:
    """Give the file back to its home station, saying what is missing.

    A means check under way is cancelled. What an objection brought up and home has to correct is
    answered; the file comes up again as a new offer, whose notice runs for the full days.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        OwnNotice: it was objected to, and the actor published the notice.
        InvalidInput: no reason is given.
    """
    review = locked(review_id)
    before = advance(review, "return", actor=actor)
    reason = needed_reason(reason)
    drop_check(review, now=now)
    if before == ReviewState.OBJECTION:
        notices.answer_all(notice_of(review), answer=reason, is_upheld=True, actor=actor, now=now)
    return decided(review, "return", before=before, text=reason, actor=actor, now=now)


@transaction.atomic
def refuse(review_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Review:
    """Refuse the file, saying why; a notice about it is taken down, a means check settled.

    What waits for approval is refused by whoever may approve. The household may ask once for a second
    look (``second_look``).

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: no reason is given.
    """
    review = locked(review_id)
    if review.state == ReviewState.APPROVAL:
        actor.require("review.approve")
    before = advance(review, "refuse", actor=actor)
    reason = needed_reason(reason)
    notice = notice_about(review.pk)
    if notice is not None and before == ReviewState.OBJECTION:
        notices.answer_all(notice, answer=reason, is_upheld=True, actor=actor, now=now)
    elif notice is not None:
        notices.take_down(notice, on=clock.local_day(now))
    refuse_by_check(review, reason=reason, actor=actor, now=now)
    return _refused(review, reason, before=before, actor=actor, now=now)


def _refused(review: Review, reason: str, *, before: str, actor: Actor, now: datetime) -> Review:
    on = clock.local_day(now)
    if review.round == 1:
        rule = rule_in_force("clock.second_look", station=current_station(), on=on)
        review.second_look_until = add_working_days(on, rule.value, calendar_in_force())
        right = kept(gettext_lazy("%(reason)s（可在 %(until)s 前申请复核一次）"))
        reason = right % {"reason": reason, "until": review.second_look_until.isoformat()}
    return decided(review, "refuse", before=before, text=reason, actor=actor, now=now)
