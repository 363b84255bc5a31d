"""Questions about what was sent up to the station in force."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import get_script_prefix, reverse

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import current_station
from tenant_apps.casework.models import Clock
from tenant_apps.reviews.flow import actions_on
from tenant_apps.reviews.models import CLOSED, Review, ReviewKind, ReviewState

TABS = ("todo", "going", "done", "all")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSearch:
    """What the inbox is narrowed by; empty means any."""

    tab: str = "todo"
    words: str = ""
    state: str = ""
    home_code: str = ""


def get_review(review_id: UUID, *, actor: Actor) -> Review:
    """Return one review of the station in force: the only door from a page to it.

    Raises:
        NotPermitted: the actor may not look at reviews.
        NotFound: there is none here; one of another station looks absent.
    """
    actor.require("review.view")
    review = Review.objects.filter(pk=review_id).first()
    if review is None:
        raise NotFound
    return review


def review_door(review_id: UUID, actor: Actor) -> object:
    """Let somebody pass who may see the review, for what casework keeps of it.

    Raises: as ``get_review``.
    """
    return get_review(review_id, actor=actor)


def reviews_matching(search: ReviewSearch, *, actor: Actor) -> QuerySet[Review]:
    """The reviews that fit, newest first. ``todo`` is what the actor can take a step in now.

    Raises:
        NotPermitted: the actor may not look at reviews.
    """
    actor.require("review.view")
    reviews = Review.objects.filter(kind=ReviewKind.ADMISSION).order_by("-received_at", "-id")
    if search.tab == "todo":
        reviews = reviews.filter(state__in=_waiting_for(actor))
    elif search.tab == "going":
        reviews = reviews.exclude(state__in=CLOSED)
    elif search.tab == "done":
        reviews = reviews.filter(state__in=CLOSED)
    if search.state:
        reviews = reviews.filter(state=search.state)
    if search.home_code:
        reviews = reviews.filter(home_code=search.home_code)
    words = search.words.strip()
    if words:
        reviews = reviews.filter(Q(head_name__startswith=words) | Q(file_no=words))
    return reviews


def deadlines_of(reviews: list[Review]) -> dict[UUID, date]:
    """The earliest running deadline of each review. One query."""
    rows = (
        Clock.objects.filter(
            subject_kind="review",
            subject_id__in=[review.pk for review in reviews],
            stopped_at__isnull=True,
        )
        .order_by("-due_on")
        .values_list("subject_id", "due_on")
    )
    return dict(rows)


def reviews_present(keys: Iterable[UUID]) -> set[UUID]:
    """Return which of these reviews the station has."""
    return set(Review.objects.filter(pk__in=list(keys)).values_list("pk", flat=True))


def dossier_of(review: Review) -> dict[str, Any]:
    """Open the picture of a review. Whoever shows it writes the audit row: ``services.look_at``."""
    dossier: dict[str, Any] = json.loads(review.dossier.reveal())
    return dossier


def review_link(review_id: UUID) -> str:
    """Give the address of a review's page in the station in force, from the root of the site."""
    page = reverse("reviews:detail", urlconf="bangfu.urls.station", args=[review_id])
    return f"/s/{current_station().code}/{page.removeprefix(get_script_prefix())}"


def count_todo(actor: Actor) -> int:
    """How many reviews the actor can take a step in now."""
    return Review.objects.filter(kind=ReviewKind.ADMISSION, state__in=_waiting_for(actor)).count()


def _waiting_for(actor: Actor) -> list[str]:
    centre = actor.station is not None and actor.station.level <= 2
    return [
        state
        for state in ReviewState.values
        if state not in CLOSED and actions_on(Review(state=state, is_centre=centre), actor=actor)
    ]
