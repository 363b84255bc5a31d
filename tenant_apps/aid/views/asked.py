"""What stations below ask about sums above their limit."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bangfu.kernel.money import rmb_capitals
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, edge
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.aid import services
from tenant_apps.aid.flow import APPROVES, VIEWS
from tenant_apps.aid.forms import OpinionForm
from tenant_apps.aid.presenting import act_label, sentences_of
from tenant_apps.aid.selectors import get_request
from tenant_apps.casework.selectors import timeline_of


@require_GET
def asked(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show what a station below asks: the masked picture, how it was judged, its meetings, and the opinions."""
    actor = actor_of(request)
    todo = get_request(application_id, actor=actor)
    body = todo.params["asked"]
    context = {
        "todo": todo,
        "asked": body,
        "key": application_id,
        "aid": CODE_LISTS["aid"].label(body["aid"]),
        "tier": CODE_LISTS["tier"].label(body["tier"]) if body["tier"] else "",
        "level": CODE_LISTS["file_level"].label(body["file_level"]) if body["file_level"] else "",
        "capitals": rmb_capitals(body["amount_fen"]),
        "sentences": sentences_of(body["assessment"]),
        "meetings": [
            {**one, "name": _("主席办公会") if one["kind"] == "chair" else _("党组会")}
            for one in body["meetings"]
        ],
        "is_open": todo.closed_at is None,
        "may_decide": actor.may(APPROVES) and todo.closed_at is None,
        "form": OpinionForm(),
        "timeline": timeline_of(("aid_request", application_id), label=act_label),
    }
    return render(request, "aid/asked.html", context)


@require_POST
def decide(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Agree to what a station below asks, or refuse it."""
    actor = actor_of(request)
    actor.require(VIEWS)
    get_request(application_id, actor=actor)
    agrees = request.POST.get("agrees") == "yes"
    opinion = request.POST.get("opinion", "")
    act_and_tell(
        request,
        lambda: services.decide_asked(
            application_id, agrees=agrees, opinion=opinion, **edge(request)
        ),
        label=_("审批"),
    )
    return redirect("aid:asked", application_id)
