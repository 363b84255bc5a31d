"""The second look that a refused household may ask for, once, within the days of the rule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from shared_apps.audit.services import record
from shared_apps.exchange.models import Message, MessageState
from shared_apps.exchange.services import post, post_what_is_lost
from tenant_apps.casework.services import record_event
from tenant_apps.households.basis import rules_behind
from tenant_apps.households.services.dossier_letters import SECOND_LOOK_ASKED
from tenant_apps.households.services.stepping import stream_of
from tenant_apps.reviews.basis import RULES_BEHIND_REVIEWS
from tenant_apps.reviews.flow import SECOND_LOOK
from tenant_apps.reviews.models import Review, ReviewState
from tenant_apps.reviews.selectors import station_above
from tenant_apps.reviews.services.steps import (
    read_references,
    review_key,
    send_down,
    start_review_clock,
    subject_of,
    wait_for_people,
)

SECOND_LOOK_REFUSED = "second_look_refused"


@transaction.atomic
def take_up_second_look(body: Mapping[str, Any], *, now: datetime) -> Review | None:
    """Open another round for a refused file that its household asked about; safe to repeat.

    It begins again with the review of the centre, linked to the first round. Too late, or asked a
    second time, is answered so; the answer goes home like any decision. None where the file was refused
    further up: the caller passes the question on.

    Raises:
        NotFound: no such review is here.
    """
    first = _first_round(body)
    if first is None:
        raise NotFound
    if not first.is_centre:
        return None
    key = review_key(first.home_id, str(first.file_id), first.offer, second_round=True)
    known = Review.objects.filter(pk=key).first()
    if known is not None:
        return known
    actor = Actor.system(body["by"], station=current_station())
    until = first.second_look_until
    if first.state != ReviewState.REFUSED or until is None or clock.local_day(now) > until:
        text = kept(gettext_lazy("申请复核已超过期限，或这份档案没有被不予建档。"))
        send_down(first, SECOND_LOOK_REFUSED, text=text, actor=actor, on=None, now=now)
        first.save(update_fields=["steps", "sent"])
        return first
    return _another_round(first, key, reason=body["reason"], actor=actor, now=now)


def pass_question_up(message: Message, *, now: datetime) -> None:
    """Ask the station above, where a file was refused further up than here."""
    post(**_passed_up(message), now=now)


@transaction.atomic
def pass_question_up_again(file_id: UUID, recipient: int, *, now: datetime) -> bool:
    """Post once more what vanished of the questions that were passed on; False where none did."""
    if current_station().parent_id != recipient:
        return False
    heard = Message.objects.filter(
        recipient_id=current_station().id,
        kind=SECOND_LOOK_ASKED,
        stream=stream_of(file_id),
        state=MessageState.DONE,
    ).order_by("seq")
    return post_what_is_lost(
        [_passed_up(message) for message in heard if _is_passed_up(message.body)], now=now
    )


def _is_passed_up(body: Mapping[str, Any]) -> bool:
    first = _first_round(body)
    return first is not None and not first.is_centre


def _passed_up(message: Message) -> dict[str, Any]:
    return {
        "kind": SECOND_LOOK_ASKED,
        "recipient": station_above().id,
        "stream": message.stream,
        "key": str(message.pk),
        "body": message.body,
    }


def _first_round(body: Mapping[str, Any]) -> Review | None:
    found: Review | None = (
        Review.objects.select_for_update()
        .filter(home_id=body["home"], file_id=UUID(body["file"]), offer=body["offer"], round=1)
        .first()
    )
    return found


def _another_round(first: Review, key: UUID, *, reason: str, actor: Actor, now: datetime) -> Review:
    review = Review.objects.create(
        id=key,
        round=2,
        former=first,
        state=ReviewState.CENTRE_REVIEW,
        received_at=now,
        changed_at=now,
        last_text=reason,
        dossier=first.dossier.reveal(),
        **{
            name: getattr(first, name)
            for name in (
                "kind",
                "file_id",
                "offer",
                "file_no",
                "home_id",
                "home_code",
                "home_name",
                "home_level",
                "offered_by_id",
                "is_centre",
                "head_name",
                "tier",
                "main_cause",
                "opinions",
                "entered_by",
            )
        },
    )
    rules = rules_behind(SECOND_LOOK, on=clock.local_day(now), table=RULES_BEHIND_REVIEWS)
    review.rules = read_references(rules)
    record_event(
        subject=subject_of(review),
        action=SECOND_LOOK,
        to_state=review.state,
        comment=reason,
        actor=actor,
        place=first.home_name,
        rules=rules,
        now=now,
    )
    start_review_clock(review, "centre_review", capability="review.decide", now=now)
    wait_for_people(review, actor=actor, now=now)
    send_down(review, SECOND_LOOK, text=reason, actor=actor, on=None, now=now, rules=rules)
    review.save(update_fields=["steps", "sent", "rules"])
    record(
        event="review.second_look",
        actor=actor,
        subject=subject_of(review),
        data={"file_no": review.file_no, "first": str(first.pk)},
        now=now,
    )
    return review
