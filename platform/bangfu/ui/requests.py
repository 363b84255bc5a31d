"""What every page reads from its request: who asks, when, which page of a list, which rows were ticked."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypedDict, TypeVar, cast
from uuid import UUID

from django.core.paginator import Page, Paginator

from bangfu.kernel import clock
from bangfu.kernel.errors import NotPermitted
from bangfu.ui.templatetags.ui import PAGE_SIZES

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.http import HttpRequest

    from bangfu.kernel.actors import Actor

Row = TypeVar("Row", bound="Model")
_SIZES = frozenset(str(size) for size in PAGE_SIZES)


class Edge(TypedDict):
    """Who asks, and when: what every service takes from the edge."""

    actor: Actor
    now: datetime


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks.

    Raises:
        NotPermitted: nobody signed in.
    """
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None:
        raise NotPermitted
    return actor


def edge(request: HttpRequest) -> Edge:
    """Return who asks, and the time at the station. Raises: as ``actor_of``."""
    return {"actor": actor_of(request), "now": clock.now()}


def page_of(request: HttpRequest, rows: QuerySet[Row]) -> Page[Row]:
    """Return the page of a list that the address asks for; one that is not there is the nearest."""
    return Paginator(rows, page_size(request)).get_page(request.GET.get("page"))


def page_size(request: HttpRequest) -> int:
    """Return how many rows of a list the asker wants on one page, of the sizes there are."""
    size = request.GET.get("per_page", "")
    return int(size) if size in _SIZES else PAGE_SIZES[0]


def key_in(text: str) -> UUID | None:
    """Read a key; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def ticked(request: HttpRequest) -> list[UUID]:
    """Return the keys of the rows ticked in a list; what is no key is passed over."""
    return [key for key in map(key_in, request.POST.getlist("ids")) if key is not None]
