"""What every page of reviews reads from its request."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, QueryDict

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, NotPermitted, Problem
from bangfu.ui.templatetags.ui import PAGE_SIZES
from tenant_apps.reviews.forms import ReviewSearchForm
from tenant_apps.reviews.selectors import TABS, ReviewSearch

_SIZES = frozenset(str(size) for size in PAGE_SIZES)


def actor_of(request: HttpRequest) -> Actor:
    """Give who asks.

    Raises:
        NotPermitted: nobody signed in.
    """
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None:
        raise NotPermitted
    return actor


def edge(request: HttpRequest) -> dict[str, Any]:
    """Give what every service takes from the edge: who acts, and when."""
    return {"actor": actor_of(request), "now": clock.now()}


def page_of(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    """Give the page of a list that the address asks for."""
    size = request.GET.get("per_page", "")
    pages = Paginator(rows, int(size) if size in _SIZES else PAGE_SIZES[0])
    return pages.get_page(request.GET.get("page"))


def search_of(query: QueryDict, *, actor: Actor) -> tuple[ReviewSearchForm, ReviewSearch]:
    """Give the search that the desk is narrowed by; a wrong choice narrows nothing."""
    form = ReviewSearchForm(query)
    form.is_valid()
    wanted = form.cleaned_data
    tab = query.get("tab", "todo")
    return form, ReviewSearch(
        tab=tab if tab in TABS else "todo",
        words=wanted.get("words", ""),
        state=wanted.get("state", ""),
        home_code=wanted.get("home_code", ""),
        assigned_to=actor.user_id if wanted.get("mine") else None,
    )


def chosen_ids(request: HttpRequest) -> list[UUID]:
    """Give the keys of the rows ticked in a list; what is no key is passed over."""
    return [key for key in map(key_in, request.POST.getlist("ids")) if key is not None]


def key_in(text: str) -> UUID | None:
    """Read a key; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def refuse_form(form: Form, *, code: str) -> None:
    """Refuse what a dialog sent, naming each field and what is wrong with it.

    Raises:
        InvalidInput: the form is not valid.
    """
    if form.is_valid():
        return
    raise InvalidInput(
        [
            Problem(code=code, field=name, message=f"{form[name].label}：{error}")
            for name, errors in form.errors.items()
            for error in errors
        ]
    )
