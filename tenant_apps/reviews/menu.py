"""Menu entry and counter of reviews."""

from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.ui import counters
from bangfu.ui.menu import MenuItem
from tenant_apps.reviews.home import count_in_first_review
from tenant_apps.reviews.selectors import count_todo

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
]


def count_waiting(request: HttpRequest) -> int:
    """Count what the person can take a step in: sent up from below, and own files in first review."""
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None or actor.station is None or not actor.may("review.view"):
        return 0
    return count_todo(actor) + count_in_first_review(actor)


counters.register("reviews.todo", count_waiting)
