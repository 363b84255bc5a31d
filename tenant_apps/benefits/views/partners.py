"""Partners and agreements, and the month with each."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import DomainError, InvalidInput, NotFound
from bangfu.kernel.tenancy import current_station
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, edge, page_of
from tenant_apps.benefits import services
from tenant_apps.benefits.forms import AgreementForm, PartnerForm, SettlementForm
from tenant_apps.benefits.models import EntryKind
from tenant_apps.benefits.presenting import (
    agreement_row,
    entry_rows,
    partner_row,
    waiting_row,
)
from tenant_apps.benefits.rules import BALANCE_KINDS
from tenant_apps.benefits.selectors import (
    agreements,
    differences_said,
    entries,
    get_agreement,
    get_partner,
    is_own,
    partners,
    settlements,
    waiting_settlements,
)
from tenant_apps.funds.models import Fund


@require_GET
def partner_list(request: HttpRequest) -> HttpResponse:
    """Show the partners of this station and of those above it."""
    actor = actor_of(request)
    page = page_of(request, partners(actor=actor))
    context = {
        "page": page,
        "rows": [partner_row(one) for one in page.object_list],
        "may_manage": actor.may("partner.manage"),
    }
    return render(request, "benefits/partners.html", context)


@require_http_methods(["GET", "POST"])
def partner_form(request: HttpRequest, partner_id: UUID | None = None) -> HttpResponse:
    """Enter a partner, or change what is said of one."""
    actor = actor_of(request)
    actor.require("partner.manage")
    known = get_partner(partner_id, actor=actor) if partner_id else None
    if known is not None and not is_own(known):
        raise NotFound
    initial = (
        {
            **{
                name: getattr(known, name)
                for name in ("kind", "name", "contact", "phone", "address")
            },
            "outlets": "\n".join(known.outlets),
        }
        if known
        else {}
    )
    form = PartnerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            partner = services.keep_partner(form.details, partner_id=partner_id, **edge(request))
        except InvalidInput as refusal:
            form.take_problems(refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("benefits:partner", partner.pk)
    return render(request, "benefits/partner_form.html", {"form": form, "partner": known})


@require_GET
def partner_page(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """Show one partner with its agreements and what was bought there."""
    actor = actor_of(request)
    partner = get_partner(partner_id, actor=actor)
    page = page_of(
        request,
        entries(
            actor=actor,
            partner_id=partner.pk,
            kinds=(EntryKind.PURCHASE, EntryKind.REVERSAL, EntryKind.RELIEF),
        ),
    )
    here = current_station().id
    context = {
        "partner": partner,
        "row": partner_row(partner),
        "agreements": [
            agreement_row(one, on=clock.today(), here=here)
            for one in agreements(actor=actor, partner_id=partner.pk)
        ],
        "page": page,
        "entries": entry_rows(list(page.object_list), actor=actor),
        "may_manage": actor.may("partner.manage") and is_own(partner),
        "user_id": actor.user_id,
    }
    return render(request, "benefits/partner.html", context)


@require_http_methods(["GET", "POST"])
def new_agreement(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """Write down what was agreed with a partner."""
    actor = actor_of(request)
    actor.require("partner.manage")
    partner = get_partner(partner_id, actor=actor)
    if not is_own(partner):
        raise NotFound
    form = AgreementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.draft_agreement(partner.pk, form.details, **edge(request))
        except InvalidInput as refusal:
            form.take_problems(refusal)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("协议已登记，由另一人确认后执行。"))
            return redirect("benefits:partner", partner.pk)
    return render(request, "benefits/new_agreement.html", {"form": form, "partner": partner})


@require_POST
def partner_step(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """Stop working with a partner."""
    actor = actor_of(request)
    actor.require("partner.manage")
    partner = get_partner(partner_id, actor=actor)
    act_and_tell(
        request, lambda: services.end_partner(partner.pk, **edge(request)), label=_("终止合作")
    )
    return redirect("benefits:partner", partner.pk)


@require_POST
def agreement_step(request: HttpRequest, agreement_id: UUID, action: str) -> HttpResponse:
    """Confirm an agreement as the second person, or end it."""
    actor = actor_of(request)
    actor.require("partner.manage")
    agreement = get_agreement(agreement_id, actor=actor)
    reason = request.POST.get("reason", "")
    known = {
        "confirm": (
            _("确认协议"),
            lambda: services.confirm_agreement(agreement.pk, **edge(request)),
        ),
        "end": (
            _("终止协议"),
            lambda: services.end_agreement(agreement.pk, reason=reason, **edge(request)),
        ),
    }
    if action not in known:
        raise NotFound
    label, do = known[action]
    act_and_tell(request, do, label=label)
    return redirect("benefits:partner", agreement.partner_id)


@require_GET
def settlement_list(request: HttpRequest) -> HttpResponse:
    """Show the months that wait for a second person, with what differs, and those that were settled."""
    actor = actor_of(request)
    page = page_of(request, settlements(actor=actor))
    context = {
        "page": page,
        "waiting": [
            waiting_row(todo, actor=actor, differences=differences_said(todo))
            for todo in waiting_settlements()
        ],
        "may_settle": actor.may("benefit.settle"),
        "may_check": actor.may("fund.check"),
        "may_see_books": actor.may("fund.view"),
    }
    return render(request, "benefits/settlements.html", context)


@require_http_methods(["GET", "POST"])
def new_settlement(request: HttpRequest) -> HttpResponse:
    """Compare a month with a partner's statement, and let it wait for a second person."""
    actor = actor_of(request)
    actor.require("benefit.settle")
    kinds = {kind for allowed in BALANCE_KINDS.values() for kind in allowed}
    form = SettlementForm(
        request.POST or None,
        request.FILES or None,
        partners=[one for one in partners(actor=actor) if one.kind in kinds],
        funds=list(Fund.objects.filter(closed_on=None).order_by("code")),
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            todo = services.propose_settlement(
                UUID(said["partner"]), month=said["month"], fund_id=UUID(said["fund"]),
                statement=said["statement"], **edge(request),
            )  # fmt: skip
        except InvalidInput as refusal:
            form.take_problems(refusal)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            different = int(todo.params["different"])
            if different:
                text = _("对账单与登记有 %(count)s 处不一致，请查明后重新提交。")
                messages.warning(request, text % {"count": different})
            else:
                messages.success(request, _("对账一致，等待另一人复核记账。"))
            return redirect("benefits:settlements")
    return render(request, "benefits/new_settlement.html", {"form": form})


@require_POST
def decide(request: HttpRequest, todo_id: UUID, action: str) -> HttpResponse:
    """Post a month as the second person, or return it."""
    actor = actor_of(request)
    actor.require("benefit.view")
    if action not in {"confirm", "return"} or not waiting_settlements().filter(pk=todo_id).exists():
        raise NotFound
    if action == "confirm":
        act_and_tell(
            request,
            lambda: services.confirm_settlement(todo_id, **edge(request)),
            label=_("结算记账"),
        )
    else:
        reason = request.POST.get("reason", "")
        act_and_tell(
            request,
            lambda: services.return_settlement(todo_id, reason=reason, **edge(request)),
            label=_("退回"),
        )
    return redirect("benefits:settlements")
