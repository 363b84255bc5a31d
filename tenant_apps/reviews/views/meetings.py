"""Pages of meetings: the list, one with its minutes, and a new one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bangfu.kernel import clock
from bangfu.kernel.errors import InvalidInput
from bangfu.ui.requests import actor_of, edge, key_in, page_of
from tenant_apps.casework.selectors import attachments_of
from tenant_apps.reviews import services
from tenant_apps.reviews.forms import MeetingForm
from tenant_apps.reviews.selectors import get_meeting, meetings_of, to_deliberate
from tenant_apps.reviews.services import Said

MOST_OFFERED = 200


@require_GET
def meetings(request: HttpRequest) -> HttpResponse:
    """Show the meetings that deliberated on files, newest first."""
    actor = actor_of(request)
    page = page_of(request, meetings_of(actor))
    context = {"page": page, "may_note": actor.may("review.decide")}
    return render(request, "reviews/meetings.html", context)


@require_GET
def meeting(request: HttpRequest, meeting_id: UUID) -> HttpResponse:
    """Show one meeting with its minutes and what it said of each file."""
    actor = actor_of(request)
    found = get_meeting(meeting_id, actor=actor)
    context = {
        "meeting": found,
        "decisions": found.decisions.select_related("review").order_by("id"),
        "scans": attachments_of(("meeting", found.pk)),
    }
    return render(request, "reviews/meeting.html", context)


@require_http_methods(["GET", "POST"])
def meeting_new(request: HttpRequest) -> HttpResponse:
    """Note a meeting: minutes, and its opinion of the files it deliberated on."""
    actor_of(request).require("review.decide")
    form = MeetingForm(
        request.POST or None, request.FILES or None, initial={"held_on": clock.today()}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            found = services.note_meeting(
                kind=given["kind"],
                held_on=given["held_on"],
                place=given["place"],
                attendees=given["attendees"],
                minutes=given["minutes"],
                scan=given["scan"],
                said=_said_in(request),
                **edge(request),
            )
        except InvalidInput as refusal:
            for problem in refusal.problems:
                name = problem.field if problem.field in form.fields else None
                form.add_error(name, str(problem.message))
        else:
            messages.success(request, _("会议纪要已登记。"))
            return redirect("reviews:meeting", found.pk)
    return render(request, "reviews/meeting_new.html", {"form": form, "rows": _rows(request)})


def _said_in(request: HttpRequest) -> list[Said]:
    said = []
    for text in request.POST.getlist("ids"):
        key = key_in(text)
        if key is not None:
            said.append(
                Said(
                    review_id=key,
                    agrees=request.POST.get(f"agrees-{text}", "yes") == "yes",
                    remark=request.POST.get(f"remark-{text}", ""),
                )
            )
    return said


def _rows(request: HttpRequest) -> list[dict[str, Any]]:
    ticked = {*request.POST.getlist("ids"), *request.GET.getlist("ids")}
    return [
        {
            "review": review,
            "is_ticked": str(review.pk) in ticked,
            "disagrees": request.POST.get(f"agrees-{review.pk}") == "no",
            "remark": request.POST.get(f"remark-{review.pk}", ""),
        }
        for review in to_deliberate()[:MOST_OFFERED]
    ]
