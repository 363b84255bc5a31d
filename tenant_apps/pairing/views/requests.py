"""What every page of this app asks of its request."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.ui.templatetags.ui import PAGE_SIZES
from tenant_apps.pairing.models import Helper
from tenant_apps.pairing.selectors import helpers_of

_SIZES = frozenset(str(size) for size in PAGE_SIZES)


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks."""
    return cast("Actor", request.actor)  # type: ignore[attr-defined]


def paged(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    """Return the page of rows that was asked for."""
    size = request.GET.get("per_page", "")
    pages = Paginator(rows, int(size) if size in _SIZES else PAGE_SIZES[0])
    return pages.get_page(request.GET.get("page"))


def uuid_in(text: str | None) -> UUID | None:
    """Read a key; None where there is none.

    Raises:
        NotFound: what was sent is no key.
    """
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def uuids_in(texts: Iterable[str]) -> list[UUID]:
    """Read the ticked rows. Raises: as ``uuid_in``."""
    return [key for text in texts if (key := uuid_in(text)) is not None]


def day_in(text: str | None) -> date | None:
    """Read a day as a date field sends it; None where there is none or it is no day."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def helper_choices(actor: Actor) -> list[tuple[str, str]]:
    """Return the helpers that can be chosen, with their unit and load."""
    return [(str(one.pk), helper_text(one)) for one in helpers_of(actor, is_active=True)]


def helper_text(helper: Helper) -> str:
    """Name a helper in one line."""
    return f"{helper.name}（{helper.unit}）" if helper.unit else helper.name
