"""Menu entry and counter of reviews."""

from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.ui import counters
from bangfu.ui.menu import MenuItem
from tenant_apps.reviews.home import count_in_first_review
from tenant_apps.reviews.life.selectors import count_life_todo
from tenant_apps.reviews.models import MeansState
from tenant_apps.reviews.selectors import count_checks, count_todo, is_centre

MENU = [
    MenuItem(
        _("审核审批"),
        "checklist",
        "reviews:list",
        group=_("帮扶业务"),
        capability="review.view",
        order=220,
        count="reviews.todo",
    ),
    MenuItem(
        _("复核与退出审核"),
        "clipboard-check",
        "reviews:life",
        group=_("帮扶业务"),
        capability="review.decide",
        order=222,
        count="reviews.life",
        at=is_centre,
    ),
    MenuItem(
        _("经济状况核对"),
        "list-search",
        "reviews:means",
        group=_("帮扶业务"),
        capability="review.view",
        order=222,
        count="reviews.conflicts",
        at=is_centre,
    ),
    MenuItem(
        _("会议研究"),
        "users-group",
        "reviews:meetings",
        group=_("帮扶业务"),
        capability="review.view",
        order=224,
        at=is_centre,
    ),
]


def count_life(request: HttpRequest) -> int:
    """Count the re-checks and exits in which the person can take a step."""
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None or actor.station is None or not actor.may("review.decide"):
        return 0
    return count_life_todo(actor)


counters.register("reviews.life", count_life)


def count_waiting(request: HttpRequest) -> int:
    """Count what the person can take a step in: sent up from below, and own files in first review."""
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None or actor.station is None or not actor.may("review.view"):
        return 0
    return count_todo(actor) + count_in_first_review(actor)


counters.register("reviews.todo", count_waiting)


def count_conflicts(request: HttpRequest) -> int:
    """Count the means checks of which something has to be settled or sent."""
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None or actor.station is None or not actor.may("review.decide"):
        return 0
    counts = count_checks()
    return counts.get(MeansState.CONFLICT, 0) + counts.get(MeansState.PREPARED, 0)


counters.register("reviews.conflicts", count_conflicts)
