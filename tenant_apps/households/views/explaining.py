"""Why a file is in its tier, on one sheet."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bangfu.kernel import clock
from bangfu.ui.requests import actor_of
from tenant_apps.households.rules import explain
from tenant_apps.households.selectors import get_file, rule_sources


@require_GET
def explanation(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Show the sum, the comparison and the rules behind a tier, in words, to read and to print."""
    file = get_file(file_id, actor=actor_of(request))
    context = {
        "file": file,
        "explanation": explain(file.computation, rule_sources(file.computation)),
        "printed_at": clock.now(),
    }
    return render(request, "households/explanation.html", context)
