"""Transfers: the list, a new plan, one end of a transfer and its steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import DomainError, InvalidInput, NotFound
from bangfu.kernel.money import rmb_capitals
from bangfu.kernel.tenancy import current_station
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, edge, page_of
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.casework.selectors import timeline_of
from tenant_apps.funds.selectors import funds
from tenant_apps.sources import services
from tenant_apps.sources.flow import act_label, flow_of
from tenant_apps.sources.forms import (
    MeetingsForm,
    ReasonForm,
    RecallForm,
    ReportForm,
    TransferForm,
    TransferSearchForm,
    fen,
)
from tenant_apps.sources.selectors import TRANSFER, TransferSearch, get_transfer, transfers

TONES = {
    "planned": "info", "checked": "info", "approved": "info", "instructed": "wait", "sent": "wait",
    "closed": "ok", "announced": "wait", "received": "ok", "mismatch": "bad", "reported": "ok",
    "settled": "mute", "returned": "mute", "cancelled": "mute",
}  # fmt: skip
_FORMS: Mapping[str, type[forms.Form]] = {
    "approve": MeetingsForm,
    "cancel": ReasonForm,
    "recall": RecallForm,
    "report": ReportForm,
}


@require_GET
def transfer_list(request: HttpRequest) -> HttpResponse:
    """Show the transfers to and from other stations, newest first."""
    actor = actor_of(request)
    form = TransferSearchForm(request.GET)
    form.is_valid()
    search = TransferSearch(**{name: value for name, value in form.cleaned_data.items() if value})
    page = page_of(request, transfers(search, actor=actor))
    for row in page.object_list:
        row.tone = TONES[row.state]  # type: ignore[attr-defined]
    context = {
        "form": form,
        "page": page,
        "is_searched": any(form.cleaned_data.values()),
        "may_plan": actor.may("transfer.plan"),
    }
    return render(request, "sources/transfers.html", context)


@require_http_methods(["GET", "POST"])
def new_transfer(request: HttpRequest) -> HttpResponse:
    """Plan a transfer."""
    actor = actor_of(request)
    actor.require("transfer.plan")
    usable = [fund for fund in funds(actor=actor) if fund.closed_on is None]
    partners = services.partners_of(current_station())
    form = TransferForm(request.POST or None, partners=partners, funds=usable)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            transfer = services.plan_transfer(
                to_code=given["to"],
                fund_id=UUID(given["fund"]),
                amount_fen=fen(given["amount"]),
                purpose=given["purpose"],
                payee=given["payee"],
                year=given["year"],
                **edge(request),
            )
        except InvalidInput as refusal:
            form.take_problems(refusal)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("拨款计划已提交，等待另一人复核。"))
            return redirect("sources:transfer", transfer.pk)
    context = {"form": form, "has_funds": bool(usable), "has_partners": bool(partners)}
    return render(request, "sources/new_transfer.html", context)


@require_GET
def transfer_page(request: HttpRequest, transfer_id: UUID) -> HttpResponse:
    """Show one end of a transfer, what happened to it, and the steps open to the reader."""
    actor = actor_of(request)
    transfer = get_transfer(transfer_id, actor=actor)
    flow = flow_of(transfer.side)
    acted = {transfer.planned_by_id, transfer.checked_by_id, transfer.approved_by_id}
    steps = [
        {
            "action": action,
            "label": flow.steps[action].label,
            "tone": flow.steps[action].tone,
            "form": _form_of(action),
        }
        for action in flow.actions_from(transfer.state, actor=actor)
        if not (action in {"check", "approve"} and actor.user_id in acted)
        and not (action in {"agree", "recall"} and actor.user_id == transfer.planned_by_id)
    ]
    context = {
        "transfer": transfer,
        "tone": TONES[transfer.state],
        "source": CODE_LISTS["fund_source"].label(transfer.source),
        "programmes": CODE_LISTS["aid"].labels(transfer.programmes),
        "capitals": rmb_capitals(transfer.amount_fen),
        "steps": steps,
        "may_print": actor.may("fund.export") and transfer.side == "out" and transfer.chair_met_on,
        "timeline": timeline_of((TRANSFER, transfer.pk), label=act_label),
    }
    return render(request, "sources/transfer.html", context)


@require_POST
def transfer_step(request: HttpRequest, transfer_id: UUID, action: str) -> HttpResponse:
    """Take one step of a transfer."""
    actor = actor_of(request)
    transfer = get_transfer(transfer_id, actor=actor)
    flow = flow_of(transfer.side)
    if action not in flow.steps:
        raise NotFound
    actor.require(flow.steps[action].capability)
    act_and_tell(
        request,
        lambda: _take(request, transfer.pk, action),
        label=flow.steps[action].label,
    )
    return redirect("sources:transfer", transfer.pk)


def _form_of(action: str) -> forms.Form | None:
    known = _FORMS.get(action)
    if known is MeetingsForm:
        return MeetingsForm(initial={"chair_met_on": clock.today(), "party_met_on": clock.today()})
    return known() if known else None


def _take(request: HttpRequest, key: UUID, action: str) -> object:
    given: dict[str, Any] = {}
    if action in _FORMS:
        form = _FORMS[action](request.POST)
        if not form.is_valid():
            raise DomainError(_("请完整填写后再提交。"))
        given = form.cleaned_data
    who = edge(request)
    acts: Mapping[str, Callable[[], object]] = {
        "check": lambda: services.check_transfer(key, **who),
        "approve": lambda: services.approve_transfer(key, services.Meetings(**given), **who),
        "instruct": lambda: services.instruct_transfer(key, **who),
        "cancel": lambda: services.cancel_transfer(key, reason=given["reason"], **who),
        "agree": lambda: services.agree_on_received(key, **who),
        "recall": lambda: services.recall_transfer(
            key, amount_fen=fen(given["amount"]), reason=given["reason"], **who
        ),
        "report": lambda: services.report_use(
            key, used_fen=fen(given["used"]), report=given["report"], **who
        ),
        "settle": lambda: services.settle_transfer(key, **who),
    }
    return acts[action]()
