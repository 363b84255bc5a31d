"""What the framework is configured with; apart from the views, which it imports while they load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast

from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import NotAuthenticated
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import BasePermission

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotPermitted

if TYPE_CHECKING:
    from rest_framework.request import Request


class _NamesItsNeeds(Protocol):
    def capability_for(self, method: str) -> str | None: ...


class RequestActorAuthentication(BaseAuthentication):
    """Takes the actor that the middleware found for the page session or the token."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        actor = getattr(request, "actor", None)
        if actor is None:
            return None
        if actor.via == "page":
            SessionAuthentication().enforce_csrf(request)
        return actor, actor

    def authenticate_header(self, _request: Request) -> str:
        return "Token"


class HasCapability(BasePermission):
    """Lets in actors that hold the capability the view names for the method."""

    def has_permission(self, request: Request, view: Any) -> bool:
        needed = cast("_NamesItsNeeds", view).capability_for(request.method or "GET")
        if needed is None:
            return True
        actor = request.auth
        if not isinstance(actor, Actor):
            raise NotAuthenticated
        if not actor.may(needed):
            raise NotPermitted
        return True


class CursorPages(CursorPagination):
    """Pages by cursor, newest first by key; no counting of big lists.

    Rows that share what a list is ordered by - all re-checks of a round are due on one day - are told apart by how
    many of them came before. The framework stops counting at a thousand and shows the same page ever again; here it
    counts on. Such a list names its key last in ``ordering``, or the order of those rows is left to chance.
    """

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering: str | tuple[str, ...] = "-id"
    offset_cutoff = 10_000_000
