"""The yearly report in sentences; books of the past: taken in, looked at, taken back."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import DomainError, InvalidInput, NotFound
from bangfu.kernel.media_types import WORKBOOK
from bangfu.kernel.tenancy import current_station
from bangfu.ui.acts import act_and_tell
from bangfu.ui.answers import as_file
from bangfu.ui.requests import actor_of, edge, page_of
from shared_apps.paperbooks.models import BookKind, BookState
from shared_apps.rollup.selectors import as_of
from tenant_apps.imports.sheets import MAX_UPLOAD_BYTES
from tenant_apps.yearly import services
from tenant_apps.yearly.forms import BookForm, frame_form
from tenant_apps.yearly.presenting import line_rows
from tenant_apps.yearly.selectors import books, get_book, lines_of
from tenant_apps.yearly.telling import tell
from tenant_apps.yearly.writing import template_of

# Problems shown on the page; more of them rarely tell more.
_PROBLEMS_SHOWN = 200


@require_GET
def report(request: HttpRequest) -> HttpResponse:
    """Show the report of a year, sentence by sentence, with what has to be looked at."""
    actor = actor_of(request)
    actor.require("rollup.view")
    form = frame_form(request.GET, clock.today())
    told = tell(current_station(), form.frame) if form.is_valid() else None
    context: dict[str, Any] = {
        "form": form,
        "told": told,
        "chapters": [
            (chapter, list(sentences))
            for chapter, sentences in groupby(
                told.sentences if told else (), lambda one: one.chapter
            )
        ],
        "as_of": as_of(),
        "may_import": actor.may("import.run"),
    }
    return render(request, "yearly/report.html", context, status=200 if told else 422)


@require_http_methods(["GET", "POST"])
def book_list(request: HttpRequest) -> HttpResponse:
    """Take a book in, and list those that are kept."""
    actor_of(request).require("import.run")
    form = BookForm(request.POST or None, request.FILES or None)
    problems: list[Any] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = services.keep_book(
                file.read(MAX_UPLOAD_BYTES + 1),
                filename=file.name,
                kind=form.cleaned_data["kind"],
                source=form.cleaned_data["source"],
                leave_out_bad=form.cleaned_data["leave_out_bad"],
                **edge(request),
            )
        except InvalidInput as refusal:
            problems = list(refusal.problems)
        except DomainError as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(
                request,
                _("已录入 %(rows)s 行，跳过 %(left)s 行。")
                % {"rows": kept.book.rows, "left": kept.book.left_out},
            )
            return redirect("yearly:book", kept.book.pk)
    context = {
        "form": form,
        "problems": problems[:_PROBLEMS_SHOWN],
        "problem_count": len(problems),
        "page": page_of(request, books()),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "yearly/books.html", context, status=status)


@require_GET
def book_page(request: HttpRequest, book_id: UUID) -> HttpResponse:
    """Show one book with its rows or totals."""
    actor_of(request).require("import.run")
    book = get_book(book_id)
    page = page_of(request, lines_of(book))
    context = {
        "book": book,
        "page": page,
        "rows": line_rows(list(page.object_list)),
        "is_totals": book.kind == BookKind.TOTALS,
        "can_undo": book.state == BookState.KEPT,
    }
    return render(request, "yearly/book.html", context)


@require_POST
def undo(request: HttpRequest, book_id: UUID) -> HttpResponse:
    """Take a book back, whole."""
    actor_of(request).require("import.run")
    reason = request.POST.get("reason", "")
    act_and_tell(
        request,
        lambda: services.undo_book(book_id, reason=reason, **edge(request)),
        label=_("撤销录入"),
    )
    return redirect("yearly:book", book_id)


@require_GET
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """Give the empty sheet of a book."""
    actor_of(request).require("import.run")
    if kind not in BookKind.values:
        raise NotFound
    return as_file(template_of(kind), name=f"{BookKind(kind).label}.xlsx", media_type=WORKBOOK)
