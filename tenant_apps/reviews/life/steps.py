"""What every act of the centre on a re-check or an exit is made of: lock, check, write, tell the home station."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, NotFound
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.exchange.services import post
from shared_apps.policies.selectors import rule_in_force
from tenant_apps.casework.services import (
    close_todos,
    open_todo,
    record_event,
    start_clock,
    stop_clocks,
)
from tenant_apps.households.basis import rules_behind
from tenant_apps.households.services.following import LIFE_DECIDED
from tenant_apps.households.transitions import OwnEntry, stream_of
from tenant_apps.notices import services as notices
from tenant_apps.notices.models import Notice, NoticeState
from tenant_apps.reviews.basis import RULES_BEHIND_LIFE
from tenant_apps.reviews.life.flow import LIFE_FLOW, ONLY_EXIT
from tenant_apps.reviews.life.selectors import life_link
from tenant_apps.reviews.models import Review, ReviewKind, ReviewState
from tenant_apps.reviews.services.steps import read_references

_WAITING: dict[tuple[str, str], tuple[str, str]] = {
    (ReviewKind.RECHECK, ReviewState.OFFERED): (
        "review.decide",
        gettext_noop("审核复核 %(number)s（%(home)s）"),
    ),
    (ReviewKind.EXIT, ReviewState.OFFERED): (
        "review.decide",
        gettext_noop("审核退出 %(number)s（%(home)s）"),
    ),
    (ReviewKind.EXIT, ReviewState.OBJECTION): (
        "review.decide",
        gettext_noop("核查退出异议 %(number)s（%(home)s）"),
    ),
    (ReviewKind.EXIT, ReviewState.APPROVAL): (
        "review.approve",
        gettext_noop("确认退出 %(number)s（%(home)s）"),
    ),
}


def locked_life(review_id: UUID) -> Review:
    """Lock and return a review of a re-check or an exit.

    Raises:
        NotFound: there is none.
    """
    review: Review | None = (
        Review.objects.select_for_update()
        .filter(pk=review_id)
        .exclude(kind=ReviewKind.ADMISSION)
        .first()
    )
    if review is None:
        raise NotFound
    return review


def advance_life(review: Review, action: str, *, actor: Actor) -> str:
    """Move a review by its flow, unsaved; returns the state it leaves.

    Raises:
        NotPermitted, IllegalMove: as the flow says; or only an exit has the step.
        OwnEntry: the actor filled in the re-check.
    """
    before = review.state
    review.state = LIFE_FLOW.advance(action, state=before, actor=actor)
    if action in ONLY_EXIT and review.kind != ReviewKind.EXIT:
        raise IllegalMove
    if actor.user_id is not None and actor.user_id in review.entered_by:
        raise OwnEntry
    return before


def decide_life(
    review: Review,
    action: str,
    *,
    before: str,
    said: str,
    text: str,
    actor: Actor,
    now: datetime,
) -> Review:
    """Write a step that ``advance_life`` made: timeline, deadlines, to-dos, message down, audit.

    The timeline, the review and the message keep the versions of the rules the step rests on (``basis``).
    """
    review.changed_at, review.changed_by, review.last_text = now, actor.name, text
    rules = rules_behind(action, on=clock.local_day(now), table=RULES_BEHIND_LIFE)
    review.rules |= read_references(rules)
    subject = subject_of_life(review)
    record_event(
        subject=subject,
        action=action,
        from_state=before,
        to_state=review.state,
        comment=text,
        actor=actor,
        rules=rules,
        now=now,
    )
    stop_clocks(subject=subject, now=now)
    step = LIFE_FLOW.steps[action]
    if step.clock:
        start_life_clock(review, step.clock, now=now)
    wait_for_centre(review, actor=actor, now=now)
    _send_down(review, said, text=text, rules=rules, actor=actor, now=now)
    review.save()
    record(
        event=f"review.{action}",
        actor=actor,
        subject=subject,
        data={
            "kind": review.kind,
            "from": before,
            "to": review.state,
            "file_no": review.file_no,
            "home": review.home_code,
            "rules": rules,
        },
        now=now,
    )
    return review


def _send_down(
    review: Review,
    action: str,
    *,
    text: str,
    rules: Sequence[str],
    actor: Actor,
    now: datetime,
) -> None:
    station = current_station()
    review.steps += 1
    key = f"{review.pk}:{review.steps}"
    body = {
        "key": key,
        "file": str(review.file_id),
        "offer": review.offer,
        "step": review.steps,
        "action": action,
        "station": {"code": station.code, "name": station.name},
        "actor": actor.name,
        "text": text,
        "on": clock.local_day(now).isoformat(),
        "rules": list(rules),
    }
    # Kept as it was said, so that it can be said again.
    review.sent = [*review.sent, body]
    post(
        kind=LIFE_DECIDED,
        recipient=review.offered_by_id,
        stream=stream_of(review.file_id),
        key=key,
        body=body,
        now=now,
    )


def running_notice_of(review: Review) -> Notice:
    """Lock and return the notice of an exit that is not over."""
    return Notice.objects.select_for_update().get(
        subject_id=review.pk, state__in=[NoticeState.RUNNING, NoticeState.PAUSED]
    )


def take_notice_down(review: Review, *, answer: str, actor: Actor, now: datetime) -> None:
    """Take the notice of an exit down, where one runs; what was objected is answered and upheld."""
    notice = (
        Notice.objects.select_for_update()
        .filter(subject_id=review.pk, state__in=[NoticeState.RUNNING, NoticeState.PAUSED])
        .first()
    )
    if notice is None:
        return
    if notice.state == NoticeState.PAUSED:
        notices.answer_all(notice, answer=answer, is_upheld=True, actor=actor, now=now)
    else:
        notices.take_down(notice, on=clock.local_day(now))


def subject_of_life(review: Review) -> tuple[str, UUID]:
    """Name a review as casework and the audit chain do."""
    return ("review", review.pk)


def wait_for_centre(review: Review, *, actor: Actor, now: datetime) -> None:
    """Let the review wait for whoever takes the next step here, and for nobody else."""
    subject = subject_of_life(review)
    close_todos(subject=subject, actor=actor, now=now)
    capability, title = _WAITING.get((review.kind, review.state), ("", ""))
    if capability:
        open_todo(
            subject=subject,
            kind=f"life.{review.state}",
            capability=capability,
            title=title,
            params={"number": review.file_no, "home": review.home_name},
            link=life_link(review.pk),
            now=now,
        )


def start_life_clock(review: Review, kind: str, *, now: datetime) -> None:
    """Start a deadline of the review, of as many working days as the rule in force says."""
    rule = rule_in_force(f"clock.{kind}", station=current_station(), on=clock.local_day(now))
    start_clock(
        subject=subject_of_life(review),
        kind=kind,
        working_days=rule.value,
        rule=rule,
        capability=_WAITING.get((review.kind, review.state), ("", ""))[0],
        reference=review.file_no,
        link=life_link(review.pk),
        now=now,
    )
