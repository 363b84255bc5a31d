"""What every page reads from its request: who asks, when, which page of a list, which rows were ticked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, cast
from urllib.parse import urlsplit
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

from bangfu.kernel import clock
from bangfu.kernel.errors import NotFound, NotPermitted
from bangfu.ui.paging import PAGE_SIZES, LatePaginator

if TYPE_CHECKING:
    from django.core.paginator import _SupportsPagination
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from bangfu.kernel.actors import Actor

Row = TypeVar("Row")
View = Callable[..., "HttpResponse"]
ONCE = "once"
"""The field of a form that is done once; see ``{% once %}``."""
_DIGITS_OF_A_PLACE = 3
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


def member_of(request: HttpRequest) -> int | None:
    """Return the place of the member of a household that is meant, counted from 0; None where the head is.

    Raises:
        NotFound: it is no place at all.
    """
    place = request.POST.get("member") or request.GET.get("member", "")
    if not place:
        return None
    if not place.isdecimal() or len(place) > _DIGITS_OF_A_PLACE:
        raise NotFound
    return int(place)


def page_of(request: HttpRequest, rows: _SupportsPagination[Row]) -> Page[Row]:
    """Return the page of a list that the address asks for; one that is not there is the nearest."""
    return Paginator(rows, page_size(request)).get_page(request.GET.get("page"))


def late_page_of(
    request: HttpRequest, rows: QuerySet[Any], *, count: int | None = None
) -> Page[Any]:
    """Return the same of a list of wide rows, which are read only for the page. See ``LatePaginator``.

    ``count`` is how many rows there are, where that is known already.
    """
    pages = LatePaginator(rows, page_size(request))
    if count is not None:
        pages.count = count
    return pages.get_page(request.GET.get("page"))


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


def is_for_part(request: HttpRequest) -> bool:
    """Whether a page asks for a part of itself; otherwise somebody opens the address as a page."""
    return request.headers.get("HX-Request") == "true"


def part_of(page: str, *names: str) -> Callable[[View], View]:
    """Mark a view that answers a part of ``page``: who opens its address in a tab is led to the page itself.

    ``names`` are the arguments of the address that the page's own address takes too. Who may not see the part is
    refused as by the view.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            if response.status_code == HTTPStatus.OK and not is_for_part(request):
                response = redirect(page, **{name: kwargs[name] for name in names})
                if request.GET:
                    response["Location"] += f"?{request.GET.urlencode()}"
            patch_vary_headers(response, ["HX-Request"])
            return response

        return answer

    return mark


def page_before(request: HttpRequest) -> str:
    """Return the path and query of the page of ours that led here; empty where none did."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}):
        return ""
    parts = urlsplit(referer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def words_typed(request: HttpRequest) -> list[str]:
    """Return what a person wrote in words into a form that was refused, so that it need not be written again.

    Choices, keys, dates and numbers are plain ASCII and left out; so are passwords.
    """
    if request.method != "POST":
        return []
    return [
        text
        for name in request.POST
        if "password" not in name
        for text in map(str.strip, request.POST.getlist(name))
        if len(text) > 1 and (" " in text or not text.isascii())
    ]
