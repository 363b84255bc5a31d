"""Requests to look into a file that was not sent up (调阅), at both ends."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import DomainError, InvalidInput, NotFound
from bangfu.kernel.tenancy import current_station, in_network
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, edge, page_of
from tenant_apps.households.dossiers import draft_in
from tenant_apps.households.drafts import MEMBER_FIELDS
from tenant_apps.households.models import FileState
from tenant_apps.households.presenting import sections_of, sum_of, values_of
from tenant_apps.privacy import services
from tenant_apps.privacy.forms import GrantForm, LookForm
from tenant_apps.privacy.models import LookState, Side
from tenant_apps.privacy.selectors import get_look_request, look_requests
from tenant_apps.privacy.views.requests import cleaned
from tenants.selectors import stations_below


@require_GET
def look_list(request: HttpRequest) -> HttpResponse:
    """Show what was asked here and what was received, narrowed by side and state."""
    actor = actor_of(request)
    side, state = request.GET.get("side", ""), request.GET.get("state", "")
    rows = look_requests(
        actor=actor,
        side=side if side in Side.values else "",
        state=state if state in LookState.values else "",
        words=request.GET.get("words", ""),
    )
    context = {
        "page": page_of(request, rows),
        "side": side,
        "sides": Side.choices,
        "may_ask": actor.may("access.request") and bool(_stations()),
    }
    return render(request, "privacy/looks.html", context)


@require_http_methods(["GET", "POST"])
def look_new(request: HttpRequest) -> HttpResponse:
    """Ask a station below for a picture of one of its files."""
    actor_of(request).require("access.request")
    form = LookForm(
        request.POST or None,
        stations=_stations(),
        initial={
            "home_code": request.GET.get("station"),
            "file_no": request.GET.get("file_no", ""),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = services.request_look(**form.cleaned_data, **edge(request))
        except InvalidInput as refusal:
            for problem in refusal.problems:
                form.add_error(problem.field, str(problem.message))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("privacy:look", row.pk)
    return render(request, "privacy/look_new.html", {"form": form})


@require_GET
def look_detail(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show one request: who asks, why, and how it was answered."""
    actor = actor_of(request)
    row = get_look_request(request_id, actor=actor)
    is_home = row.side == Side.HOME
    context = {
        "row": row,
        "is_home": is_home,
        "may_answer": is_home and row.state == LookState.ASKED and actor.may("access.answer"),
        "may_read": not is_home and row.may_be_read(clock.now()) and actor.may("access.request"),
        "may_withdraw": not is_home
        and row.state in {LookState.ASKED, LookState.GRANTED}
        and actor.may("access.request"),
        "grant_form": GrantForm(),
    }
    return render(request, "privacy/look.html", context)


@require_GET
def look_picture(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show the picture that the home station sent, masked; that somebody looked is told there."""
    row, dossier = services.look_at_picture(request_id, **edge(request))
    draft = draft_in(dossier["snapshot"])
    context = {
        "row": row,
        "state": FileState(dossier["state"]).label,
        "sections": sections_of(draft),
        "members": [values_of(one, MEMBER_FIELDS) for one in draft.members],
        "sum": sum_of(dossier["computation"]),
        "visits": dossier["visits"],
    }
    return render(request, "privacy/picture.html", context)


@require_POST
def act_on_look(request: HttpRequest, request_id: UUID, action: str) -> HttpResponse:
    """Agree, decline, or take the request back."""
    if action not in _ACTS:
        raise NotFound
    get_look_request(request_id, actor=actor_of(request))
    act, label = _ACTS[action]
    act_and_tell(request, lambda: act(request, request_id), label=label)
    return redirect("privacy:look", request_id)


def _stations() -> list[tuple[str, str]]:
    station = current_station()
    with in_network():
        below = stations_below(station).exclude(pk=station.id).order_by("path")
        return [(one.code, f"{one.code} {one.name}") for one in below]


def _grant(request: HttpRequest, request_id: UUID) -> Any:
    return services.grant_look(request_id, **cleaned(GrantForm(request.POST)), **edge(request))


def _refuse(request: HttpRequest, request_id: UUID) -> Any:
    answer = request.POST.get("reason", "")
    return services.refuse_look(request_id, answer=answer, **edge(request))


def _withdraw(request: HttpRequest, request_id: UUID) -> Any:
    return services.withdraw_request(request_id, **edge(request))


_ACTS = {
    "grant": (_grant, gettext_lazy("同意调阅")),
    "refuse": (_refuse, gettext_lazy("不同意调阅")),
    "withdraw": (_withdraw, gettext_lazy("撤回调阅")),
}
