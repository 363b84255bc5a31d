"""What the centre does with a re-check or an exit that was sent up, and what it tells the home station."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from shared_apps.audit.services import record
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.policies.selectors import rule_in_force
from tenant_apps.casework.services import (
    record_event,
)
from tenant_apps.households.dossiers import draft_in, opened_dossier
from tenant_apps.households.leaving import STEP_AFTER
from tenant_apps.households.services.findings import EXIT
from tenant_apps.households.services.one_by_one import Outcome, each_on_its_own
from tenant_apps.households.services.stepping import needed_reason
from tenant_apps.notices import services as notices
from tenant_apps.notices.models import Notice, Objection, Purpose
from tenant_apps.reviews.life.selectors import get_life
from tenant_apps.reviews.life.steps import (
    advance_life,
    decide_life,
    locked_life,
    running_notice_of,
    start_life_clock,
    subject_of_life,
    take_notice_down,
    wait_for_centre,
)
from tenant_apps.reviews.models import Review, ReviewKind, ReviewState
from tenant_apps.reviews.selectors import dossier_of
from tenant_apps.reviews.services import OwnReview, review_key
from tenant_apps.reviews.services.noticing import never_public


@transaction.atomic
def receive_life(body: Mapping[str, Any], *, sender_id: int, now: datetime) -> Review:
    """Take in a re-check or an exit that a station below sent up; once, however often it comes."""
    home = body["home"]
    review_id = review_key(home["id"], body["file"], body["offer"])
    known = Review.objects.filter(pk=review_id).first()
    if known is not None:
        return known
    dossier = opened_dossier(body["dossier"])
    snapshot, recheck = dossier["snapshot"], dossier["recheck"]
    station = current_station()
    review = Review.objects.create(
        id=review_id,
        kind=ReviewKind.EXIT if recheck["proposal"] == EXIT else ReviewKind.RECHECK,
        file_id=UUID(body["file"]),
        offer=body["offer"],
        file_no=body["file_no"],
        home_id=home["id"],
        home_code=home["code"],
        home_name=home["name"],
        home_level=home["level"],
        offered_by_id=sender_id,
        is_centre=True,
        head_name=snapshot["name"],
        tier=snapshot["tier"],
        main_cause=snapshot["main_cause"],
        dossier=json.dumps(dossier, ensure_ascii=False),
        opinions=[],
        entered_by=body["entered_by"],
        acted_by=body.get("acted_by", []),
        received_at=now,
        changed_at=now,
    )
    record_event(
        subject=subject_of_life(review),
        action="receive",
        to_state=review.state,
        comment=recheck["findings"],
        actor=Actor.system(recheck["filled_by"], station=station),
        place=home["name"],
        now=now,
    )
    start_life_clock(review, "centre_review", now=now)
    wait_for_centre(review, actor=Actor.system("relay", station=station), now=now)
    record(
        event="review.received",
        actor=Actor.system("relay", station=station),
        subject=subject_of_life(review),
        data={"kind": review.kind, "file_no": review.file_no, "home": review.home_code},
        now=now,
    )
    return review


@transaction.atomic
def look_at_life(review_id: UUID, *, actor: Actor, now: datetime) -> tuple[Review, dict[str, Any]]:
    """Open the picture of a re-check or exit for somebody; that they looked is noted.

    Raises:
        NotPermitted, NotFound: as ``get_life``.
    """
    review = get_life(review_id, actor=actor)
    record(
        event="review.viewed",
        actor=actor,
        subject=subject_of_life(review),
        data={"kind": review.kind, "file_no": review.file_no, "home": review.home_code},
        now=now,
    )
    return review, dossier_of(review)


@transaction.atomic
def continue_on_file(review_id: UUID, *, opinion: str = "", actor: Actor, now: datetime) -> Review:
    """Decide that a household stays on file; at home the tier follows the line in force.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        OwnEntry: the actor filled in the re-check.
    """
    review = locked_life(review_id)
    before = advance_life(review, "continue", actor=actor)
    text = opinion.strip() or kept(gettext_lazy("经复核，继续在档。"))
    return decide_life(
        review, "continue", before=before, said="continued", text=text, actor=actor, now=now
    )


def continue_many(
    review_ids: Sequence[UUID], *, opinion: str = "", actor: Actor, now: datetime
) -> list[Outcome]:
    """Decide on many re-checks at once, each on its own; one that is refused stops no other."""
    actor.require("review.decide")
    numbers = dict(Review.objects.filter(pk__in=review_ids).values_list("pk", "file_no"))
    return each_on_its_own(
        review_ids,
        lambda key: continue_on_file(key, opinion=opinion, actor=actor, now=now),
        labels=numbers,
    )


@transaction.atomic
def agree_exit(review_id: UUID, *, reason: str = "", actor: Actor, now: datetime) -> Review:
    """Agree that a household leaves: the exit is published, or goes to the head where no notice is asked.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step; no exit was proposed.
        OwnEntry: the actor proposed it.
        InvalidInput: the reason says what may not be public.
    """
    review = locked_life(review_id)
    dossier = dossier_of(review)
    on = clock.local_day(now)
    exempt = rule_in_force("exit.without_notice", station=current_station(), on=on)
    needs_notice = dossier["recheck"]["exit_reason"] not in exempt.value
    action = "agree_exit" if needs_notice else "agree_exit_now"
    before = advance_life(review, action, actor=actor)
    if needs_notice:
        draft = draft_in(dossier["snapshot"])
        notice = notices.publish(
            subject_id=review.pk,
            name=draft.name,
            number=draft.id_no,
            home_name=review.home_name,
            tier=review.tier,
            reason=reason,
            never_say=never_public(draft),
            purpose=Purpose.EXIT,
            actor=actor,
            now=now,
        )
        text = kept(gettext_lazy("退出公示至 %(due)s")) % {"due": f"{notice.due_on:%Y-%m-%d}"}
    else:
        text = kept(gettext_lazy("按规定免公示：%(reason)s")) % {
            "reason": CODE_LISTS["exit_reason"].label(dossier["recheck"]["exit_reason"])
        }
    if actor.user_id is not None:
        review.acted_by = sorted({*review.acted_by, actor.user_id})
    return decide_life(
        review, action, before=before, said="exit_agreed", text=text, actor=actor, now=now
    )


@transaction.atomic
def return_life(review_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Review:
    """Give a re-check or exit back to the home station, saying what is missing.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        InvalidInput: no reason is given.
    """
    review = locked_life(review_id)
    before = advance_life(review, "return", actor=actor)
    return decide_life(
        review,
        "return",
        before=before,
        said="recheck_returned",
        text=needed_reason(reason),
        actor=actor,
        now=now,
    )


@transaction.atomic
def answer_exit_objection(review_id: UUID, *, answer: str, actor: Actor, now: datetime) -> Review:
    """Answer what was objected to an exit where it does not hold: the days of the notice go on.

    Where it holds, ``stop_exit``.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        OwnNotice: the actor published the notice.
        InvalidInput: no answer is given.
    """
    review = locked_life(review_id)
    before = advance_life(review, "answer_objection", actor=actor)
    answer = needed_reason(answer)
    notice = running_notice_of(review)
    notices.answer_all(notice, answer=answer, is_upheld=False, actor=actor, now=now)
    return decide_life(
        review,
        "answer_objection",
        before=before,
        said="exit_resumed",
        text=answer,
        actor=actor,
        now=now,
    )


@transaction.atomic
def confirm_exit(review_id: UUID, *, opinion: str = "", actor: Actor, now: datetime) -> Review:
    """Let the head confirm an exit: the home station closes the file.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        NoticeStillRunning: the days of the notice are not over.
        OwnEntry, OwnReview: the actor proposed it, or agreed to it.
    """
    actor.require("review.approve")
    review = locked_life(review_id)
    if review.state == ReviewState.NOTICE:
        _end_notice(review, now=now)
    before = advance_life(review, "confirm_exit", actor=actor)
    if actor.user_id is not None and actor.user_id in review.acted_by:
        raise OwnReview
    kind = dossier_of(review)["recheck"]["exit_kind"]
    text = opinion.strip() or kept(gettext_lazy("同意退出。"))
    return decide_life(
        review,
        "confirm_exit",
        before=before,
        said=STEP_AFTER[kind],
        text=text,
        actor=actor,
        now=now,
    )


@transaction.atomic
def stop_exit(review_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Review:
    """Decide against an exit that was agreed: the notice is taken down, the household stays on file.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        OwnNotice: an objection is upheld by whoever published the notice.
        InvalidInput: no reason is given.
    """
    review = locked_life(review_id)
    before = advance_life(review, "stop_exit", actor=actor)
    reason = needed_reason(reason)
    take_notice_down(review, answer=reason, actor=actor, now=now)
    return decide_life(
        review, "stop_exit", before=before, said="exit_stopped", text=reason, actor=actor, now=now
    )


@transaction.atomic
def withdraw_life(body: Mapping[str, Any], *, now: datetime) -> None:
    """Give a re-check or exit back that the home station asked for; too late once it is decided."""
    review_id = review_key(body["home"], body["file"], body["offer"])
    review = Review.objects.select_for_update().filter(pk=review_id).first()
    if review is None or review.is_closed:
        return
    actor = Actor.system(body["by"], station=current_station())
    before = advance_life(review, "withdraw", actor=actor)
    said = "recheck_returned" if before == ReviewState.OFFERED else "exit_stopped"
    take_notice_down(review, answer=body["reason"], actor=actor, now=now)
    decide_life(
        review, "withdraw", before=before, said=said, text=body["reason"], actor=actor, now=now
    )


def follow_objection(objection: Objection, now: datetime) -> None:
    """Show that an exit was objected to: the days stand still, the centre examines it."""
    review = locked_life(objection.notice.subject_id)
    if review.state != ReviewState.NOTICE:
        return
    actor = Actor.system(kept(gettext_lazy("公众")), station=current_station())
    before = advance_life(review, "raise_objection", actor=actor)
    decide_life(
        review,
        "raise_objection",
        before=before,
        said="exit_objected",
        text=kept(gettext_lazy("退出公示期间收到异议，暂停计时。")),
        actor=actor,
        now=now,
    )


def follow_end_of_notice(notice: Notice, now: datetime) -> None:
    """Move an exit whose notice is over on to the head."""
    review = locked_life(notice.subject_id)
    if review.state == ReviewState.NOTICE:
        _end_notice(review, now=now)
    else:
        notices.end_if_over(notice, now=now)


def lock_life(review_id: UUID) -> Review:
    """Lock the review that a notice of exit is about, before the notice is locked."""
    return locked_life(review_id)


def _end_notice(review: Review, *, now: datetime) -> None:
    notices.end_if_over(running_notice_of(review), now=now)
    actor = Actor.system(kept(gettext_lazy("系统")), station=current_station())
    before = advance_life(review, "end_notice", actor=actor)
    decide_life(
        review,
        "end_notice",
        before=before,
        said="exit_notice_ended",
        text=kept(gettext_lazy("退出公示期满，无异议。")),
        actor=actor,
        now=now,
    )
