"""Pictures of a visit: fetched from the home station by message when a centre wants to see them.

They stay at home until somebody asks, so that no dossier grows by them. Each travels sealed in a message
of its own.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy

from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import seal_bytes, sm3, unseal_bytes
from bangfu.kernel.errors import DomainError
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from shared_apps.audit.services import record
from shared_apps.exchange.services import post
from tenant_apps.casework.models import Attachment
from tenant_apps.casework.selectors import attachments_of
from tenant_apps.casework.services import attach, record_event, show_attachment
from tenant_apps.households.models import HouseholdVisit
from tenant_apps.households.transitions import stream_of
from tenant_apps.reviews.models import Review
from tenant_apps.reviews.selectors import dossier_of, get_admission
from tenant_apps.reviews.services.steps import locked, subject_of

PHOTOS_ASKED = "photos.asked"
PHOTO_SENT = "photos.sent"
PHOTO = "visit_photo"
MOST_AT_ONCE = 6
_PLACE = "reviews.photo"


class NoPhotos(DomainError):
    """The home station kept no pictures of its visits, or all of them are here."""

    code = "no-photos"
    message = gettext_lazy("建档站点没有（更多）走访照片。")


@transaction.atomic
def ask_for_photos(review_id: UUID, *, actor: Actor, now: datetime) -> int:
    """Ask the home station for the pictures of its visits, at most six at a time.

    Returns how many are still missing; they arrive as messages.

    Raises:
        NotPermitted, NotFound: as for any review.
        NoPhotos: there are none, or all of them are here.
    """
    actor.require("review.decide")
    get_admission(review_id, actor=actor)
    review = locked(review_id)
    here = [bytes(photo.digest).hex() for photo in photos_of(review)]
    missing: int = sum(visit["photos"] for visit in dossier_of(review)["visits"]) - len(here)
    if missing <= 0:
        raise NoPhotos
    post(
        kind=PHOTOS_ASKED,
        recipient=review.home_id,
        stream=stream_of(review.file_id),
        key=f"{review.pk}:{now.isoformat()}",
        body={
            "file": str(review.file_id),
            "review": str(review.pk),
            "here": here,
            "by": f"{current_station().name} {actor.name}",
        },
        now=now,
    )
    record_event(subject=subject_of(review), action="photos_asked", actor=actor, now=now)
    record(
        event="review.photos_asked",
        actor=actor,
        subject=subject_of(review),
        data={"file_no": review.file_no, "home": review.home_code},
        now=now,
    )
    return missing


@transaction.atomic
def send_photos(body: Mapping[str, Any], *, asked_by: int, now: datetime) -> int:
    """Send pictures of a file's visits to the station that asked; each look is noted at home."""
    actor = Actor.system(body["by"], station=current_station())
    file_id = UUID(body["file"])
    here = set(body["here"])
    wanted = [
        photo for photo in _photos_of_visits(file_id) if bytes(photo.digest).hex() not in here
    ][:MOST_AT_ONCE]
    for photo in wanted:
        content = show_attachment(photo, actor=actor, now=now)
        post(
            kind=PHOTO_SENT,
            recipient=asked_by,
            stream=stream_of(file_id),
            key=f"{body['review']}:{photo.pk}",
            body={
                "review": body["review"],
                "name": photo.name,
                "digest": bytes(photo.digest).hex(),
                "sealed": base64.b64encode(seal_bytes(content, place=_PLACE)).decode(),
            },
            now=now,
        )
    comment = kept(gettext_lazy("已发送走访照片 %(count)s 张")) % {"count": len(wanted)}
    record_event(
        subject=("file", file_id), action="photos_sent", comment=comment, actor=actor, now=now
    )
    return len(wanted)


@transaction.atomic
def keep_photo(body: Mapping[str, Any], *, now: datetime) -> Attachment | None:
    """Keep a picture that a home station sent with its review; one that is here is not kept twice."""
    review = locked(UUID(body["review"]))
    if any(bytes(photo.digest).hex() == body["digest"] for photo in photos_of(review)):
        return None
    content = unseal_bytes(base64.b64decode(body["sealed"]), place=_PLACE)
    if sm3(content).hex() != body["digest"]:
        raise PhotoAltered
    return attach(
        subject=subject_of(review),
        kind=PHOTO,
        upload=ContentFile(content, name=body["name"]),
        actor=Actor.system(review.home_name, station=current_station()),
        now=now,
    )


class PhotoAltered(Exception):
    """The picture that arrived is not the one that was sent."""


def photos_of(review: Review) -> list[Attachment]:
    """The pictures of visits that are here, in the order they came."""
    return list(attachments_of(subject_of(review)).filter(kind=PHOTO))


def _photos_of_visits(file_id: UUID) -> list[Attachment]:
    visits = HouseholdVisit.objects.filter(file_id=file_id).order_by("-visited_on", "-id")
    order = [photo for visit in visits for photo in visit.photo_ids]
    found = Attachment.objects.filter(removed_at__isnull=True).in_bulk(order)
    return [found[key] for key in order if key in found]
