"""What the pages of papers share: who asks, and files as answers."""

from __future__ import annotations

from typing import TypeVar, cast
from uuid import UUID

from csp.constants import NONE, SELF
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotPermitted
from bangfu.ui.templatetags.ui import PAGE_SIZES
from tenant_apps.documents.models import Download, Paper

Row = TypeVar("Row", Paper, Download)
_SIZES = frozenset(str(size) for size in PAGE_SIZES)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"


def actor_of(request: HttpRequest) -> Actor:
    """Give who asks.

    Raises:
        NotPermitted: nobody signed in.
    """
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None:
        raise NotPermitted
    return actor


def page_of(request: HttpRequest, rows: QuerySet[Row]) -> Page[Row]:
    """Give the page of a list that was asked for."""
    size = request.GET.get("per_page", "")
    pages = Paginator(rows, int(size) if size in _SIZES else PAGE_SIZES[0])
    return pages.get_page(request.GET.get("page"))


def chosen(request: HttpRequest) -> list[UUID]:
    """Give the ticked records of a list; what is no key is none."""
    keys = []
    for text in request.POST.getlist("ids"):
        try:
            keys.append(UUID(text))
        except ValueError:
            continue
    return keys


def as_file(
    data: bytes, *, name: str, content_type: str, is_shown: bool = False, status: int = 200
) -> HttpResponse:
    """Answer a file to keep, or a PDF to look at and print; it is never cached."""
    response = HttpResponse(data, content_type=content_type, status=status)
    header = content_disposition_header(as_attachment=not is_shown, filename=name)
    response["Content-Disposition"] = header or "attachment"
    response["Cache-Control"] = "no-store"
    if is_shown:
        # The viewers of browsers are plug-ins of the page the PDF is.
        response._csp_replace = {"object-src": [SELF], "frame-ancestors": [NONE]}  # type: ignore[attr-defined]  # noqa: SLF001 - as its decorator does
    return response
