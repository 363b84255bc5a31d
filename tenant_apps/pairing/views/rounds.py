"""Pages of rounds: the list, a new campaign, one round with its households."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import InvalidInput
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, late_page_of, page_of
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.casework.selectors import timeline_of
from tenant_apps.pairing import services
from tenant_apps.pairing.flow import MANAGES
from tenant_apps.pairing.forms import RoundForm
from tenant_apps.pairing.models import RoundState
from tenant_apps.pairing.rules import CAMPAIGNS, campaign_window
from tenant_apps.pairing.selectors import DutySearch, done_of, duties_matching, get_round, rounds_of
from tenant_apps.pairing.services import RoundDetails
from tenant_apps.pairing.views.requests import helper_choices
from tenant_apps.pairing.wording import action_label


@require_GET
def round_list(request: HttpRequest) -> HttpResponse:
    """Show the rounds, open ones first."""
    actor = actor_of(request)
    on = clock.today()
    page = page_of(request, rounds_of(actor))
    rows = [
        {
            "round": one,
            "percent": done_of(one),
            "is_over": one.due_on < on and one.state == RoundState.OPEN,
        }
        for one in page.object_list
    ]
    context = {"page": page, "rows": rows, "may_manage": actor.may("pairing.manage")}
    return render(request, "pairing/rounds.html", context)


@require_http_methods(["GET", "POST"])
def new_round(request: HttpRequest) -> HttpResponse:
    """Let somebody open a campaign; its list is proposed from the files."""
    actor = actor_of(request)
    actor.require(MANAGES)
    if request.method == "POST":
        form = RoundForm(request.POST)
        if form.is_valid():
            try:
                made = services.open_campaign(
                    RoundDetails(**form.cleaned_data), actor=actor, now=clock.now()
                )
            except InvalidInput as refusal:
                form.take_problems(refusal)
            else:
                messages.success(request, _("已按档案提出走访名单，可逐户核对后移出。"))
                return redirect("pairing:round", made.pk)
    else:
        form = RoundForm(initial=_proposed(request.GET.get("kind", "two_festivals")))
    context = {
        "form": form,
        "kinds": [(kind, one.label) for kind, one in CAMPAIGNS.items()],
        "chosen": form["kind"].value(),
    }
    return render(request, "pairing/new_round.html", context)


@require_GET
def round_page(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Show one round with its households."""
    actor = actor_of(request)
    found = get_round(round_id, actor=actor)
    on = clock.today()
    tab = request.GET.get("tab", "all")
    search = DutySearch(tab=tab if tab in {"open", "done"} else "all", round_id=found.pk)
    page = late_page_of(request, duties_matching(search, actor=actor, on=on))
    context = {
        "round": found,
        "percent": done_of(found),
        "groups": "、".join(CODE_LISTS["group"].label(one) for one in found.groups),
        "page": page,
        "rows": [
            {"duty": duty, "kind": CODE_LISTS["visit_kind"].label(duty.kind)}
            for duty in page.object_list
        ],
        "tab": search.tab,
        "today": on,
        "helpers": helper_choices(actor),
        "timeline": timeline_of(("visit_round", found.pk), label=action_label),
        "may_manage": actor.may("pairing.manage") and found.state == RoundState.OPEN,
        "may_contact": actor.may("pairing.contact"),
        "may_extend": found.kind in CAMPAIGNS,
    }
    return render(request, "pairing/round.html", context)


@require_POST
def extend(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Add the households that fit by now."""
    actor_of(request).require(MANAGES)
    act_and_tell(
        request,
        lambda: services.extend_campaign(round_id, actor=actor_of(request), now=clock.now()),
        label=_("补充名单"),
    )
    return redirect("pairing:round", round_id)


@require_POST
def close(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """Close a round."""
    actor_of(request).require(MANAGES)
    act_and_tell(
        request,
        lambda: services.close_round(
            round_id,
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            now=clock.now(),
        ),
        label=_("结束走访"),
    )
    return redirect("pairing:round", round_id)


def _proposed(kind: str) -> dict[str, object]:
    today = clock.today()
    chosen = kind if kind in CAMPAIGNS else "two_festivals"
    campaign = CAMPAIGNS[chosen]
    window = campaign_window(chosen, today.year)
    if window.due_on < today:
        window = campaign_window(chosen, today.year + 1)
    return {
        "kind": chosen,
        "name": f"{window.due_on.year} 年{campaign.label}",
        "opens_on": window.opens_on,
        "due_on": window.due_on,
        "groups": list(campaign.groups),
    }
