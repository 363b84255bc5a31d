"""A file that comes up, goes on up or is taken back, and what stations between show of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from shared_apps.audit.services import record
from shared_apps.exchange.services import post
from tenant_apps.casework.services import record_event
from tenant_apps.households.dossiers import Opinion, opened_dossier, sealed_dossier
from tenant_apps.households.transitions import (
    CENTRE_LEVEL,
    OFFERED,
    reviewing_station,
    stream_of,
)
from tenant_apps.reviews.flow import SHOWN_BETWEEN
from tenant_apps.reviews.models import Review, ReviewState
from tenant_apps.reviews.selectors import dossier_of
from tenant_apps.reviews.services.steps import (
    DECIDED,
    advance,
    decided,
    locked,
    opinion_of,
    review_key,
    send_down,
    start_review_clock,
    subject_of,
    wait_for_people,
)

RECALL_REFUSED = "recall_refused"


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
        is_centre=station.level <= CENTRE_LEVEL,
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
    """Agree and send the file on to the parent, with this station's opinion and stamp.

    Raises:
        NotPermitted, NotFound, IllegalMove: as for any step.
        OwnEntry: the actor entered the file at home.
    """
    review = locked(review_id)
    before = advance(review, "forward", actor=actor)
    station = current_station()
    above = reviewing_station(station)
    own = opinion_of(
        opinion or kept(gettext_lazy("情况属实，同意上报。")), stamp="street", actor=actor, now=now
    )
    review.opinions = [*review.opinions, asdict(own)]
    post(
        kind=OFFERED,
        recipient=above.id,
        stream=stream_of(review.file_id),
        key=str(review.pk),
        body={
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
        },
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
        review.save(update_fields=["steps"])
        return
    before = advance(review, "withdraw", actor=actor)
    decided(review, "withdraw", before=before, text=body["reason"], actor=actor, now=now)


@transaction.atomic
def follow(body: Mapping[str, Any], *, now: datetime) -> None:
    """Show at a station between what was decided above, and pass it on down."""
    review_id = review_key(body["home"], body["file"], body["offer"])
    review = Review.objects.select_for_update().filter(pk=review_id).first()
    if review is None:
        raise NotFound
    shown = SHOWN_BETWEEN.get(body["action"])
    before = review.state
    if shown is not None and not review.is_closed:
        review.state = shown
    review.last_text = body["text"]
    review.changed_at, review.changed_by = now, body["actor"]
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
        now=now,
    )
    post(
        kind=DECIDED,
        recipient=review.offered_by_id,
        stream=stream_of(review.file_id),
        key=body["key"],
        body=body,
        now=now,
    )
