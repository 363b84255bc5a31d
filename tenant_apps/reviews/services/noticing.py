"""The public notice of a review: published, objected to, corrected, over."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from tenant_apps.households.dossiers import draft_in
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS, HouseholdDraft
from tenant_apps.households.services.stepping import needed_reason
from tenant_apps.notices import services as notices
from tenant_apps.notices.models import Notice, NoticeState, Objection
from tenant_apps.reviews.models import Review, ReviewState
from tenant_apps.reviews.selectors import dossier_of
from tenant_apps.reviews.services.steps import advance, decided, locked


@transaction.atomic
def publish_notice(review_id: UUID, *, reason: str = "", actor: Actor, now: datetime) -> Notice:
    """Publish the public notice, name and number masked, no word of an illness.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: the reason says what may not be public.
    """
    review = locked(review_id)
    before = advance(review, "publish_notice", actor=actor)
    draft = draft_in(dossier_of(review)["snapshot"])
    notice = notices.publish(
        subject_id=review.pk,
        name=draft.name,
        number=draft.id_no,
        home_name=review.home_name,
        tier=draft.tier_applied if not review.tier else review.tier,
        reason=reason,
        never_say=never_public(draft),
        actor=actor,
        now=now,
    )
    text = kept(gettext_lazy("公示至 %(due)s")) % {"due": f"{notice.due_on:%Y-%m-%d}"}
    decided(review, "publish_notice", before=before, text=text, actor=actor, now=now)
    return notice


@transaction.atomic
def renew_notice(
    review_id: UUID, *, answer: str, reason: str = "", actor: Actor, now: datetime
) -> Notice:
    """Publish the notice anew with corrected words, for the full days, and answer what was objected.

    What has to be corrected in the file itself is returned to its home station instead.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        OwnNotice: the actor published the notice that was objected to.
        InvalidInput: no answer is given, or the reason says what may not be public.
    """
    review = locked(review_id)
    before = advance(review, "renew_notice", actor=actor)
    answer = needed_reason(answer)
    draft = draft_in(dossier_of(review)["snapshot"])
    notice = notices.publish_anew(
        notice_of(review),
        answer=answer,
        reason=reason,
        never_say=never_public(draft),
        tier=review.tier or draft.tier_applied,
        actor=actor,
        now=now,
    )
    decided(review, "renew_notice", before=before, text=answer, actor=actor, now=now)
    return notice


@transaction.atomic
def answer_objection(review_id: UUID, *, answer: str, actor: Actor, now: datetime) -> Review:
    """Answer what was objected where it does not hold: the days of the notice go on.

    Where it holds, ``refuse`` the file.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: no answer is given.
    """
    review = locked(review_id)
    before = advance(review, "answer_objection", actor=actor)
    answer = needed_reason(answer)
    notice = notice_of(review)
    notices.answer_all(notice, answer=answer, is_upheld=False, actor=actor, now=now)
    return decided(review, "answer_objection", before=before, text=answer, actor=actor, now=now)


def follow_objection(objection: Objection, now: datetime) -> None:
    """Show that a notice was objected to: the days stand still, the centre examines it."""
    review = locked(objection.notice.subject_id)
    if review.state != ReviewState.NOTICE:
        return
    actor = Actor.system(kept(gettext_lazy("公众")), station=current_station())
    before = advance(review, "raise_objection", actor=actor)
    decided(
        review,
        "raise_objection",
        before=before,
        text=kept(gettext_lazy("公示期间收到异议，暂停计时。")),
        actor=actor,
        now=now,
    )


def follow_end_of_notice(notice: Notice, now: datetime) -> None:
    """Move a file whose notice is over on to approval."""
    review = locked(notice.subject_id)
    if review.state == ReviewState.NOTICE:
        end_notice(review, now=now)
    else:
        notices.end_if_over(notice, now=now)


def end_notice(review: Review, *, now: datetime) -> None:
    """End the notice of a review and let the head decide.

    Raises:
        NoticeStillRunning: its days are not over.
    """
    notices.end_if_over(notice_of(review), now=now)
    actor = Actor.system(kept(gettext_lazy("系统")), station=current_station())
    before = advance(review, "end_notice", actor=actor)
    text = kept(gettext_lazy("公示期满，无异议。"))
    decided(review, "end_notice", before=before, text=text, actor=actor, now=now)


def notice_of(review: Review) -> Notice:
    """Lock and return the notice of a review that is on."""
    return Notice.objects.select_for_update().get(
        subject_id=review.pk, state__in=[NoticeState.RUNNING, NoticeState.PAUSED]
    )


def never_public(draft: HouseholdDraft) -> tuple[str, ...]:
    """Give the texts of a household, its members included, that may not stand in a notice."""
    values = [getattr(draft, spec.name) for spec in FILE_FIELDS if spec.sensitive]
    for member in draft.members:
        values += [getattr(member, spec.name) for spec in MEMBER_FIELDS if spec.sensitive]
    names = (draft.name, *(member.name for member in draft.members))
    return (*names, *(value for value in values if isinstance(value, str)))
