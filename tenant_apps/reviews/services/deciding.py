"""What the centre decides: take up, note the means check, approve, return, refuse."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, InvalidInput, Problem
from bangfu.kernel.text import kept
from tenant_apps.notices import services as notices
from tenant_apps.notices.selectors import notice_about
from tenant_apps.reviews.flow import REVIEW_FLOW
from tenant_apps.reviews.models import Review, ReviewState
from tenant_apps.reviews.services.noticing import end_notice
from tenant_apps.reviews.services.steps import (
    advance,
    decided,
    locked,
    needed_reason,
    opinion_of,
)


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
    actor: Actor,
    now: datetime,
) -> Review:
    """Note the result of the means check; where it does not fit, the file is refused.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: the day lies ahead, or a refusal has no reason.
    """
    if checked_on > clock.local_day(now):
        message = _("核对日期不能晚于今天。")
        raise InvalidInput([Problem(code="V320", field="checked_on", message=message)])
    review = locked(review_id)
    before = advance(review, "confirm_means", actor=actor)
    review.means_checked_on = checked_on
    if not fits:
        comment = needed_reason(comment)
        review.state = REVIEW_FLOW.advance("refuse", state=before, actor=actor)
        return decided(
            review,
            "refuse",
            before=before,
            text=kept(gettext_lazy("经济状况核对不符合：%(reason)s")) % {"reason": comment},
            actor=actor,
            now=now,
        )
    text = comment.strip() or kept(gettext_lazy("经济状况核对符合。"))
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
    """
    actor.require("review.approve")
    review = locked(review_id)
    if review.state == ReviewState.NOTICE:
        end_notice(review, now=now)
    before = advance(review, "approve", actor=actor)
    if actor.user_id is not None and actor.user_id in review.acted_by:
        raise OwnReview
    own = opinion_of(
        opinion or kept(gettext_lazy("同意建档。")), stamp="union", actor=actor, now=now
    )
    review.opinions = [*review.opinions, asdict(own)]
    return decided(review, "approve", before=before, text=own.text, actor=actor, now=now)


@transaction.atomic
def return_down(review_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Review:
    """Give the file back to its home station, saying what is missing.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: no reason is given.
    """
    review = locked(review_id)
    before = advance(review, "return", actor=actor)
    return decided(
        review, "return", before=before, text=needed_reason(reason), actor=actor, now=now
    )


@transaction.atomic
def refuse(review_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Review:
    """Refuse the file, saying why; a notice about it is taken down.

    What waits for approval is refused by whoever may approve.

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
    return decided(review, "refuse", before=before, text=reason, actor=actor, now=now)
