"""Take in a list of cards and certificates that were issued on paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bangfu.kernel.errors import DomainError, InvalidInput
from bangfu.kernel.media_types import WORKBOOK
from bangfu.ui.answers import as_file
from bangfu.ui.requests import actor_of, edge
from tenant_apps.benefits import services
from tenant_apps.benefits.card_sheet import COLUMNS, card_template
from tenant_apps.benefits.flow import CHECKS
from tenant_apps.benefits.forms import CardListForm
from tenant_apps.imports.sheets import MAX_UPLOAD_BYTES

# Problems shown on the page; more of them rarely tell more.
_PROBLEMS_SHOWN = 200


@require_http_methods(["GET", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """Take a list in, or say row by row what is wrong with it."""
    actor_of(request).require(CHECKS)
    form = CardListForm(request.POST or None, request.FILES or None)
    problems: list[Any] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            taken = services.take_in_cards(
                file.read(MAX_UPLOAD_BYTES + 1),
                filename=file.name,
                leave_out_bad=form.cleaned_data["leave_out_bad"],
                **edge(request),
            )
        except InvalidInput as refusal:
            problems = list(refusal.problems)
        except DomainError as refusal:
            form.add_error("file", str(refusal))
        else:
            left = len({one.row for one in taken.problems})
            messages.success(
                request,
                _("已导入 %(cards)s 张证卡，跳过 %(left)s 行。")
                % {"cards": len(taken.cards), "left": left},
            )
            return redirect("benefits:cards")
    context = {
        "form": form,
        "columns": COLUMNS,
        "problems": problems[:_PROBLEMS_SHOWN],
        "problem_count": len({one.row for one in problems}),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "benefits/take_in.html", context, status=status)


@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """Give the empty sheet of such a list."""
    actor_of(request).require(CHECKS)
    return as_file(card_template(), name="证卡名单模板.xlsx", media_type=WORKBOOK)
