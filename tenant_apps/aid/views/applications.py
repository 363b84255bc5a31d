"""Applications: one of them with its timeline."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bangfu.ui.requests import actor_of
from tenant_apps.aid.flow import AID_FLOW
from tenant_apps.aid.selectors import SUBJECT, get_application, get_request
from tenant_apps.casework.selectors import timeline_of


@require_GET
def application(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show one application: what it asks, how it was judged, and what happened to it."""
    actor = actor_of(request)
    row = get_application(application_id, actor=actor)
    context = {
        "row": row,
        "timeline": timeline_of((SUBJECT, row.pk), flow=AID_FLOW),
    }
    return render(request, "aid/application.html", context)


@require_GET
def asked(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show what a station below asks about a sum above its limit."""
    actor = actor_of(request)
    todo = get_request(application_id, actor=actor)
    context = {
        "todo": todo,
        "asked": todo.params["asked"],
        "timeline": timeline_of(("aid_request", application_id)),
    }
    return render(request, "aid/asked.html", context)
