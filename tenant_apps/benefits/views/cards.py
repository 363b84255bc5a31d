"""The register of cards, one card, and a purchase at an outlet."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import DomainError, InvalidInput, NotFound
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, edge, page_of
from bangfu.ui.templatetags.ui import yuan
from tenant_apps.benefits import services
from tenant_apps.benefits.flow import CARD_FLOW
from tenant_apps.benefits.forms import (
    AmountForm,
    ApplyForm,
    CardSearchForm,
    HouseholdSearchForm,
    PurchaseForm,
    fen,
)
from tenant_apps.benefits.models import CardState
from tenant_apps.benefits.presenting import act_label, card_row, entry_rows
from tenant_apps.benefits.rules import BALANCE_KINDS
from tenant_apps.benefits.selectors import (
    CARD,
    CardSearch,
    card_numbered,
    cards,
    entries,
    get_card,
    get_entry,
    partners,
)
from tenant_apps.benefits.services import Purchase
from tenant_apps.casework.selectors import timeline_of
from tenant_apps.households.models import COUNTED_STATES
from tenant_apps.households.selectors import FileSearch, files_matching, get_file

_SHOWN = 20
_REASONED = {"suspend", "cancel"}


@require_GET
def card_list(request: HttpRequest) -> HttpResponse:
    """Show the register of cards and certificates."""
    actor = actor_of(request)
    form = CardSearchForm(request.GET)
    form.is_valid()
    said = {name: value for name, value in form.cleaned_data.items() if value}
    tab = "due" if request.GET.get("tab") == "due" else ""
    page = page_of(request, cards(CardSearch(tab=tab, **said), actor=actor, on=clock.today()))
    context = {
        "form": form,
        "page": page,
        "rows": [card_row(card, on=clock.today()) for card in page.object_list],
        "tab": tab,
        "tabs": [("", _("全部")), ("due", _("待年检"))],
        "is_searched": bool(said),
        "may_keep": actor.may("benefit.keep"),
        "may_check": actor.may("benefit.check"),
    }
    return render(request, "benefits/cards.html", context)


@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """Choose the household that a card, a relief or tickets are for."""
    actor = actor_of(request)
    actor.require("benefit.keep")
    search = HouseholdSearchForm(request.GET)
    words = search.cleaned_data["words"] if search.is_valid() else ""
    states = tuple(state.value for state in COUNTED_STATES)
    context = {
        "search": search,
        "files": files_matching(FileSearch(words=words, states=states))[:_SHOWN],
    }
    return render(request, "benefits/choose.html", context)


@require_http_methods(["GET", "POST"])
def new_card(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Ask for a card of a household."""
    actor = actor_of(request)
    actor.require("benefit.keep")
    file = get_file(file_id, actor=actor)
    form = ApplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            card = services.apply_for_card(file.pk, **form.cleaned_data, **edge(request))
        except InvalidInput as refusal:
            form.take_problems(refusal)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已申请，等待审核发证。"))
            return redirect("benefits:card", card.pk)
    return render(request, "benefits/new_card.html", {"form": form, "file": file})


@require_GET
def card_page(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Show one card: what it is, what may be done with it, and everything that was."""
    actor = actor_of(request)
    card = get_card(card_id, actor=actor)
    page = page_of(request, entries(actor=actor, card_id=card.pk))
    steps = [
        {
            "step": step,
            "label": CARD_FLOW.steps[step].label,
            "tone": CARD_FLOW.steps[step].tone,
            "needs_reason": step in _REASONED,
        }
        for step in CARD_FLOW.actions_from(card.state, actor=actor)
    ]
    in_use = card.state == CardState.ACTIVE
    context = {
        "card": card,
        "row": card_row(card, on=clock.today()),
        "steps": steps,
        "page": page,
        "entries": entry_rows(list(page.object_list), actor=actor),
        "timeline": timeline_of((CARD, card.pk), flow=CARD_FLOW, label=act_label),
        "may_charge": in_use and not card.is_certificate and actor.may("benefit.charge"),
        "may_buy": in_use and not card.is_certificate and actor.may("benefit.keep"),
        "may_replace": card.state in {CardState.ACTIVE, CardState.SUSPENDED}
        and actor.may("benefit.check"),
    }
    return render(request, "benefits/card.html", context)


@require_POST
def step(request: HttpRequest, card_id: UUID, step: str) -> HttpResponse:
    """Take a card a step further."""
    actor = actor_of(request)
    actor.require("benefit.view")
    card = get_card(card_id, actor=actor)
    said = {
        "reason": request.POST.get("reason", ""),
        "number": request.POST.get("number", ""),
    }
    known: dict[str, Any] = {
        "issue": lambda: services.issue_card(card.pk, number=said["number"], **edge(request)),
        "replace": lambda: services.replace_card(card.pk, **said, **edge(request)),
    }
    if step not in known and step not in CARD_FLOW.steps:
        raise NotFound
    label = _("补办") if step == "replace" else CARD_FLOW.steps[step].label
    do = known.get(
        step,
        lambda: services.step_card(card.pk, step, reason=said["reason"], **edge(request)),
    )
    act_and_tell(request, do, label=label)
    return redirect("benefits:card", card.pk)


@require_POST
def charge(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """Put money on a card."""
    actor = actor_of(request)
    actor.require("benefit.charge")
    card = get_card(card_id, actor=actor)
    form = AmountForm(request.POST)

    def do() -> object:
        if not form.is_valid():
            raise DomainError(_("请填写大于 0 的金额。"))
        return services.charge_card(
            card.pk, amount_fen=fen(form.cleaned_data["amount"]), note=request.POST.get("note", ""),
            **edge(request),
        )  # fmt: skip

    act_and_tell(request, do, label=_("充值"))
    return redirect("benefits:card", card.pk)


@require_http_methods(["GET", "POST"])
def purchase(request: HttpRequest) -> HttpResponse:
    """Enter at an outlet what was bought with a card; the balance stands beside it."""
    actor = actor_of(request)
    actor.require("benefit.keep")
    kinds = {kind for allowed in BALANCE_KINDS.values() for kind in allowed}
    usable = [one for one in partners(actor=actor, is_active=True) if one.kind in kinds]
    given = {"number": request.GET.get("number", ""), "bought_on": clock.today()}
    form = PurchaseForm(request.POST or None, partners=usable, initial=given)
    known = card_numbered(request.POST.get("number", "") or str(given["number"]), actor=actor)
    if request.method == "POST" and form.is_valid():
        if known is None:
            form.add_error("number", _("没有这个编号的卡。"))
        else:
            said = form.cleaned_data
            bought = Purchase(
                partner_id=UUID(said["partner"]), amount_fen=fen(said["amount"]),
                goods_kind=said["goods_kind"], outlet=said["outlet"], receipt=said["receipt"],
                bought_on=said["bought_on"],
            )  # fmt: skip
            try:
                entry = services.record_purchase(known.pk, bought, **edge(request))
            except InvalidInput as refusal:
                form.take_problems(refusal)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                text = _("已登记：工会承担 %(union)s 元，让利 %(partner)s 元。")
                messages.success(request, text % _yuan(entry))
                return redirect("benefits:card", known.pk)
    context = {
        "form": form,
        "card": known,
        "row": card_row(known, on=clock.today()) if known else None,
    }
    return render(request, "benefits/purchase.html", context)


@require_POST
def reverse(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Take an entry back."""
    actor = actor_of(request)
    actor.require("benefit.view")
    entry = get_entry(entry_id, actor=actor)
    reason = request.POST.get("reason", "")
    act_and_tell(
        request,
        lambda: services.reverse_entry(entry_id, reason=reason, **edge(request)),
        label=_("冲正"),
    )
    return (
        redirect("benefits:card", entry.card_id) if entry.card_id else redirect("benefits:reliefs")
    )


def _yuan(entry: Any) -> dict[str, str]:
    return {"union": yuan(entry.union_fen), "partner": yuan(entry.partner_fen)}
