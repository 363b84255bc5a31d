"""What the pages of this app read from a request."""

from __future__ import annotations

from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, Problem
from bangfu.ui.templatetags.ui import PAGE_SIZES

_SIZES = frozenset(str(size) for size in PAGE_SIZES)


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks."""
    return cast("Actor", request.actor)  # type: ignore[attr-defined]


def edge(request: HttpRequest) -> dict[str, Any]:
    """Give what every service takes from the edge."""
    return {"actor": actor_of(request), "now": clock.now()}


def page_of(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    """Give the page of a list that was asked for."""
    size = request.GET.get("per_page", "")
    pages = Paginator(rows, int(size) if size in _SIZES else PAGE_SIZES[0])
    return pages.get_page(request.GET.get("page"))


def cleaned(form: Form) -> dict[str, Any]:
    """Give what a form holds.

    Raises:
        InvalidInput: everything that is wrong with it, field by field.
    """
    if form.is_valid():
        return form.cleaned_data
    raise InvalidInput(
        [
            Problem(code="P001", field=name, message=f"{form.fields[name].label}：{error}")
            for name, errors in form.errors.items()
            for error in errors
        ]
    )
