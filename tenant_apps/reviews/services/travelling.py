"""A file that comes up, goes on up or is taken back, and what stations between show of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import StationRef, current_station
from bangfu.kernel.text import kept
from shared_apps.audit.services import record
from shared_apps.exchange.services import post, post_what_is_lost
from shared_apps.policies.selectors import rule_in_force
from tenant_apps.casework.services import record_event
from tenant_apps.households.dossiers import Opinion, opened_dossier, sealed_dossier
from tenant_apps.households.second_look import is_decision_followed
from tenant_apps.households.services.following import LIFE_DECIDED
from tenant_apps.households.transitions import CENTRE_LEVEL, OFFERED, stream_of
from tenant_apps.reviews.flow import SECOND_LOOK, SHOWN_BETWEEN
from tenant_apps.reviews.models import Review, ReviewKind, ReviewState
from tenant_apps.reviews.selectors import dossier_of, station_above
from tenant_apps.reviews.services.steps import (
    DECIDED,
    advance,
    decided,
    locked,
    opinion_of,
    pass_down,
    review_key,
    send_down,
    start_review_clock,
    subject_of,
    wait_for_people,
)

RECALL_REFUSED = "recall_refused"
_STAMPS = {1: "union", 2: "union", 3: "street", 4: "community"}


def decides_here(snapshot: Mapping[str, Any], *, station: StationRef, on: date) -> bool:
    """Say whether a file ends its way at a station: the last level of its route, or above it.

    Source: rule ``approval.route``, by the level of the file.
    """
    routes = rule_in_force("approval.route", station=station, on=on).value
    route = routes.get(snapshot.get("file_level") or "", [str(CENTRE_LEVEL)])
    return station.level <= min(int(level) for level in route)


@transaction.atomic
def receive(body: Mapping[str, Any], *, sender_id: int, now: datetime) -> Review:
    """Take in a file that a station below sent up; once, however often the message comes."""
    home = body["home"]
    review_id = review_key(home["id"], body["file"], body["offer"])
    known = Review.objects.filter(pk=review_id).first()
    if known is not None:
        return known
    dossier = opened_dossier(body["dossier"])
    snapshot = dossier["snapshot"]
    station = current_station()
    review = Review.objects.create(
        id=review_id,
        file_id=UUID(body["file"]),
        offer=body["offer"],
        file_no=body["file_no"],
        home_id=home["id"],
        home_code=home["code"],
        home_name=home["name"],
        home_level=home["level"],
        offered_by_id=sender_id,
        is_centre=decides_here(snapshot, station=station, on=clock.local_day(now)),
        head_name=snapshot["name"],
        tier=snapshot["tier"],
        main_cause=snapshot["main_cause"],
        dossier=json.dumps(dossier, ensure_ascii=False),
        opinions=body["opinions"],
        entered_by=body["entered_by"],
        received_at=now,
        changed_at=now,
    )
    actor = Actor.system("relay", station=station)
    last = Opinion(**body["opinions"][-1])
    record_event(
        subject=subject_of(review),
        action="receive",
        to_state=review.state,
        comment=last.text,
        actor=Actor.system(last.name, station=station),
        place=last.station_name,
        now=now,
    )
    start_review_clock(review, "level_review", capability="review.decide", now=now)
    wait_for_people(review, actor=actor, now=now)
    record(
        event="review.received",
        actor=actor,
        subject=subject_of(review),
        data={"file_no": review.file_no, "home": review.home_code, "offer": review.offer},
        now=now,
    )
    return review


@transaction.atomic
def forward(review_id: UUID, *, opinion: str = "", actor: Actor, now: datetime) -> Review:
    """Agree and send the file on to the station above, with this station's opinion and stamp.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        OwnEntry: the actor entered the file at home.
    """
    review = locked(review_id)
    before = advance(review, "forward", actor=actor)
    station = current_station()
    above = station_above()
    own = opinion_of(
        opinion or kept(gettext_lazy("情况属实，同意上报。")),
        stamp=_STAMPS[station.level],
        actor=actor,
        now=now,
    )
    review.opinions = [*review.opinions, asdict(own)]
    post(
        kind=OFFERED,
        recipient=above.id,
        stream=stream_of(review.file_id),
        key=str(review.pk),
        body=_offer_of(review),
        now=now,
    )
    return decided(
        review, "forward", before=before, text=own.text, actor=actor, now=now, next_code=above.code
    )


@transaction.atomic
def withdraw(body: Mapping[str, Any], *, now: datetime) -> None:
    """Give back a file that its home station asked for, unless somebody has taken it up already."""
    review_id = review_key(body["home"], body["file"], body["offer"])
    review = Review.objects.select_for_update().filter(pk=review_id).first()
    if review is None or review.state == ReviewState.WITHDRAWN:
        return
    actor = Actor.system(body["by"], station=current_station())
    if review.state != ReviewState.OFFERED:
        text = kept(gettext_lazy("上级已受理，不能撤回。"))
        send_down(review, RECALL_REFUSED, text=text, actor=actor, on=None, now=now)
        review.save(update_fields=["steps", "sent"])
        return
    before = advance(review, "withdraw", actor=actor)
    decided(review, "withdraw", before=before, text=body["reason"], actor=actor, now=now)


@transaction.atomic
def follow(body: Mapping[str, Any], *, now: datetime) -> None:
    """Show at a station that sent the file on what was decided above, and pass it on down.

    Safe to repeat. Where the station is itself the home of the file, there is nobody below.
    """
    review_id = review_key(body["home"], body["file"], body["offer"])
    review = Review.objects.select_for_update().filter(pk=review_id).first()
    if review is None:
        raise NotFound
    shown = SHOWN_BETWEEN.get(body["action"])
    before = review.state
    if shown is not None and (not review.is_closed or body["action"] == SECOND_LOOK):
        review.state = shown
    review.last_text = body["text"]
    review.changed_at, review.changed_by = now, body["actor"]
    if review.offered_by_id != current_station().id:
        pass_down(review, body, now=now)
    review.save()
    actor = Actor.system(body["actor"], station=current_station())
    record_event(
        subject=subject_of(review),
        action=body["action"],
        from_state=before,
        to_state=review.state,
        comment=body["text"],
        actor=actor,
        place=body["station"]["name"],
        rules=body.get("rules", ()),
        now=now,
    )


def was_sent_on(body: Mapping[str, Any]) -> bool:
    """Say whether the file of a decision lay on this desk and was sent on from it."""
    key = review_key(body["home"], body["file"], body["offer"])
    return Review.objects.filter(pk=key, is_centre=False).exists()


def is_followed(body: Mapping[str, Any]) -> bool:
    """Say whether the file of a decision stands here where the decision put it.

    What is no longer on its way followed; so did what names no state.
    """
    if body["home"] == current_station().id:
        return is_decision_followed(UUID(body["file"]), body["offer"], body["action"])
    key = review_key(body["home"], body["file"], body["offer"])
    review = Review.objects.filter(pk=key, is_centre=False).first()
    shown = SHOWN_BETWEEN.get(body["action"])
    return review is not None and (shown is None or review.is_closed or review.state == shown)


@transaction.atomic
def forward_again(file_id: UUID, recipient: int, *, now: datetime) -> bool:
    """Post once more what this station sent on about a file and what vanished on its way up."""
    if current_station().parent_id != recipient:
        return False
    return post_what_is_lost(
        [
            _letter(OFFERED, recipient, str(review.pk), _offer_of(review))
            for review in _of_file(file_id)
            if not review.is_centre
            and review.state not in {ReviewState.OFFERED, ReviewState.WITHDRAWN}
            and any(one["action"] == "forwarded" for one in review.sent)
        ],
        now=now,
    )


@transaction.atomic
def decide_again(file_id: UUID, recipient: int, *, now: datetime) -> bool:
    """Post once more, in their order, the decisions about a file that vanished on their way down."""
    return post_what_is_lost(
        [
            _letter(
                DECIDED if review.kind == ReviewKind.ADMISSION else LIFE_DECIDED,
                recipient,
                body["key"],
                body,
            )
            for review in _of_file(file_id)
            if review.offered_by_id == recipient
            for body in review.sent
        ],
        now=now,
    )


def _of_file(file_id: UUID) -> list[Review]:
    reviews = Review.objects.select_for_update().filter(file_id=file_id)
    return list(reviews.order_by("offer", "round"))


def _letter(kind: str, recipient: int, key: str, body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": kind,
        "recipient": recipient,
        "stream": stream_of(UUID(body["file"])),
        "key": key,
        "body": body,
    }


def _offer_of(review: Review) -> dict[str, Any]:
    return {
        "file": str(review.file_id),
        "offer": review.offer,
        "file_no": review.file_no,
        "home": {
            "id": review.home_id,
            "code": review.home_code,
            "name": review.home_name,
            "level": review.home_level,
        },
        "entered_by": review.entered_by,
        "dossier": sealed_dossier(dossier_of(review)),
        "opinions": review.opinions,
    }
