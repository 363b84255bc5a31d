"""Questions about the re-checks and exits that were sent up to the station in force."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import get_script_prefix, reverse

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import current_station
from tenant_apps.reviews.life.flow import LIFE_FLOW, life_actions_on
from tenant_apps.reviews.models import CLOSED, Review, ReviewKind, ReviewState

TABS = ("todo", "going", "done", "all")


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeSearch:
    """What the list is narrowed by; empty means any."""

    tab: str = "todo"
    words: str = ""
    kind: str = ""
    home_code: str = ""


def get_life(review_id: UUID, *, actor: Actor) -> Review:
    """Return one re-check or exit of the station in force: the only door from a page to it.

    Raises:
        NotPermitted: the actor may not look at reviews.
        NotFound: there is none here; one of another station looks absent.
    """
    actor.require("review.view")
    review = Review.objects.filter(pk=review_id).exclude(kind=ReviewKind.ADMISSION).first()
    if review is None:
        raise NotFound
    return review


def life_matching(search: LifeSearch, *, actor: Actor) -> QuerySet[Review]:
    """The re-checks and exits that fit, newest first; ``todo`` is what the actor can take a step in.

    Raises:
        NotPermitted: the actor may not look at reviews.
    """
    actor.require("review.view")
    reviews = Review.objects.exclude(kind=ReviewKind.ADMISSION).order_by("-received_at", "-id")
    if search.tab == "todo":
        reviews = reviews.filter(state__in=_waiting_for(actor))
    elif search.tab == "going":
        reviews = reviews.exclude(state__in=CLOSED)
    elif search.tab == "done":
        reviews = reviews.filter(state__in=CLOSED)
    if search.kind:
        reviews = reviews.filter(kind=search.kind)
    if search.home_code:
        reviews = reviews.filter(home_code=search.home_code)
    words = search.words.strip()
    if words:
        reviews = reviews.filter(Q(head_name__startswith=words) | Q(file_no=words))
    return reviews


def count_life_todo(actor: Actor) -> int:
    """How many re-checks and exits the actor can take a step in now."""
    return (
        Review.objects.exclude(kind=ReviewKind.ADMISSION)
        .filter(state__in=_waiting_for(actor))
        .count()
    )


def life_link(review_id: UUID) -> str:
    """Give the address of the page of a re-check or exit, from the root of the site."""
    page = reverse("reviews:life-detail", urlconf="bangfu.urls.station", args=[review_id])
    return f"/s/{current_station().code}/{page.removeprefix(get_script_prefix())}"


def requests_link() -> str:
    """Give the address of the list of exits this station asked for, from the root of the site."""
    page = reverse("reviews:exit-requests", urlconf="bangfu.urls.station")
    return f"/s/{current_station().code}/{page.removeprefix(get_script_prefix())}"


def _waiting_for(actor: Actor) -> list[str]:
    return [
        state
        for state in (ReviewState.OFFERED, ReviewState.OBJECTION, ReviewState.APPROVAL)
        if any(
            not LIFE_FLOW.steps[action].by_system
            for action in life_actions_on(Review(state=state, kind=ReviewKind.EXIT), actor=actor)
        )
    ]
