"""Questions about what was sent up to the station in force."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.urls import get_script_prefix, reverse

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, NotFound
from bangfu.kernel.tenancy import StationRef, current_station
from shared_apps.accounts.roles import capabilities_of
from shared_apps.accounts.selectors import members_of
from shared_apps.printing.models import MeansBatch
from tenant_apps.casework.models import Clock
from tenant_apps.households.services.stepping import CENTRE_LEVEL
from tenant_apps.notices.selectors import is_published_by
from tenant_apps.reviews.flow import actions_on
from tenant_apps.reviews.models import (
    CLOSED,
    MeansCheck,
    MeansItem,
    MeansKind,
    Meeting,
    MeetingDecision,
    Review,
    ReviewKind,
    ReviewState,
)
from tenants.selectors import refs_of

TABS = ("todo", "going", "done", "all")
# What examines an objection, and so is not done by whoever published the notice.
_EXAMINING = frozenset({"answer_objection", "renew_notice", "return", "refuse", "stop_exit"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSearch:
    """What the inbox is narrowed by; empty means any."""

    tab: str = "todo"
    words: str = ""
    state: str = ""
    home_code: str = ""
    assigned_to: int | None = None


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


def get_admission(review_id: UUID, *, actor: Actor) -> Review:
    """Return a review of a file that is to be put on file; re-checks and exits have a door of their own.

    Raises:
        NotPermitted, NotFound: as ``get_review``; or it is a re-check or an exit.
    """
    review = get_review(review_id, actor=actor)
    if review.kind != ReviewKind.ADMISSION:
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
    if search.assigned_to is not None:
        reviews = reviews.filter(assigned_to_id=search.assigned_to)
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


def check_of(review_id: UUID) -> MeansCheck | None:
    """The latest means check of a review."""
    checks = MeansCheck.objects.filter(review_id=review_id)
    return checks.order_by("-prepared_at", "-id").first()


def items_of(check: MeansCheck) -> list[MeansItem]:
    """The items of a check in the order of the list. Whoever shows a value writes the audit row."""
    order = {kind: at for at, kind in enumerate(MeansKind)}
    return sorted(check.items.all(), key=lambda item: order[MeansKind(item.kind)])


def checks_matching(*, state: str, actor: Actor) -> QuerySet[MeansCheck]:
    """The means checks of the station in force, the latest first; ``state`` narrows.

    Raises:
        NotPermitted: the actor may not look at reviews.
    """
    actor.require("review.view")
    checks = MeansCheck.objects.select_related("review").order_by("-prepared_at", "-id")
    return checks.filter(state=state) if state else checks


def count_checks() -> dict[str, int]:
    """How many checks stand in each state."""
    rows = MeansCheck.objects.order_by().values_list("state").annotate(number=Count("pk"))
    return {str(state): number for state, number in rows}


def batches_here() -> QuerySet[MeansBatch]:
    """The request lists of the station in force."""
    return MeansBatch.objects.filter(station_id=current_station().id)


def checks_of(batch: MeansBatch) -> QuerySet[MeansCheck]:
    """The means checks that went out on a request list, in its order, with their reviews."""
    return MeansCheck.objects.filter(batch_id=batch.pk).select_related("review").order_by("number")


def batches_of(actor: Actor) -> QuerySet[MeansBatch]:
    """The request lists that were sent, newest first.

    Raises:
        NotPermitted: the actor may not look at reviews.
    """
    actor.require("review.view")
    return batches_here().order_by("-made_at", "-id")


def get_batch(batch_id: UUID, *, actor: Actor) -> MeansBatch:
    """Return one request list.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    found = batches_of(actor).filter(pk=batch_id).first()
    if found is None:
        raise NotFound
    return found


def get_check(check_id: UUID, *, actor: Actor) -> MeansCheck:
    """Return one means check.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    found = checks_matching(state="", actor=actor).filter(pk=check_id).first()
    if found is None:
        raise NotFound
    return found


def meetings_of(actor: Actor) -> QuerySet[Meeting]:
    """The meetings of the station in force, newest first, with how many files they deliberated on.

    Raises:
        NotPermitted: the actor may not look at reviews.
    """
    actor.require("review.view")
    return Meeting.objects.annotate(files=Count("decisions")).order_by("-held_on", "-id")


def get_meeting(meeting_id: UUID, *, actor: Actor) -> Meeting:
    """Return one meeting.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    found = meetings_of(actor).filter(pk=meeting_id).first()
    if found is None:
        raise NotFound
    return found


def meeting_door(meeting_id: UUID, actor: Actor) -> object:
    """Let somebody pass who may see the meeting, for what casework keeps of it.

    Raises: as ``get_meeting``.
    """
    return get_meeting(meeting_id, actor=actor)


def deliberations_on(review_id: UUID) -> QuerySet[MeetingDecision]:
    """What meetings said of a review, the latest first."""
    said = MeetingDecision.objects.filter(review_id=review_id).select_related("meeting")
    return said.order_by("-meeting__held_on", "-meeting_id")


def to_deliberate() -> QuerySet[Review]:
    """The reviews that this centre decides and a meeting may deliberate on, the oldest first."""
    states = [
        ReviewState.CENTRE_REVIEW,
        ReviewState.CHECKING,
        ReviewState.MEANS_CHECK,
        ReviewState.NOTICE,
        ReviewState.APPROVAL,
    ]
    open_here = Review.objects.filter(kind=ReviewKind.ADMISSION, is_centre=True, state__in=states)
    return open_here.order_by("received_at")


def colleagues() -> list[tuple[int, str]]:
    """The people of the station in force who may decide on reviews: key and name."""
    members = members_of(current_station())
    return [
        (member.user_id, member.user.name)
        for member in members
        if "review.decide" in capabilities_of(member.roles)
    ]


def station_above() -> StationRef:
    """Return the parent of the station in force.

    Raises:
        IllegalMove: there is none.
    """
    station = current_station()
    if station.parent_id is None:
        raise IllegalMove
    return refs_of([station.parent_id])[station.parent_id]


def reviews_present(keys: Iterable[UUID]) -> set[UUID]:
    """Return which of these reviews the station has."""
    return set(Review.objects.filter(pk__in=list(keys)).values_list("pk", flat=True))


def dossier_of(review: Review) -> dict[str, Any]:
    """Open the picture of a review. Whoever shows it writes the audit row: ``services.look_at``."""
    dossier: dict[str, Any] = json.loads(review.dossier.reveal())
    return dossier


def is_centre(station: StationRef) -> bool:
    """Say whether a station decides on files: a county, a city, or one with nobody above it."""
    return station.level <= CENTRE_LEVEL or station.parent_id is None


def without_own_objections(actions: list[str], review: Review, *, actor: Actor) -> list[str]:
    """Leave out of what may be done with a review what the publisher of its notice leaves to others.

    Asks for the notice only where it was objected to.
    """
    if review.state != ReviewState.OBJECTION or actor.user_id is None:
        return actions
    if not is_published_by(actor.user_id, review.pk):
        return actions
    return [action for action in actions if action not in _EXAMINING]


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
