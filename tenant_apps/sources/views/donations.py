"""Donations: the list, a new pledge, one donation and its steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel.errors import DomainError, InvalidInput, NotFound
from bangfu.kernel.money import rmb_capitals
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, edge, page_of
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.casework.selectors import timeline_of
from tenant_apps.funds.selectors import funds
from tenant_apps.privacy.services import may_forget
from tenant_apps.sources import services
from tenant_apps.sources.flow import DONATION_FLOW, DONATIONS, act_label
from tenant_apps.sources.forms import (
    DonationForm,
    DonationSearchForm,
    ReturnForm,
    WordsForm,
    fen,
)
from tenant_apps.sources.models import Donation, DonationKind
from tenant_apps.sources.selectors import (
    DONATION,
    DonationSearch,
    donations,
    get_donation,
    returnable,
)

TONES = {
    "pledged": "wait", "received": "info", "receipted": "info", "allocated": "info", "used": "ok",
    "fed_back": "ok", "cancelled": "mute", "to_return": "wait", "returning": "wait",
    "returned": "mute",
}  # fmt: skip
_WITHOUT_WORDS = ("receive_goods", "receipt", "agree_return")


@require_GET
def donation_list(request: HttpRequest) -> HttpResponse:
    """Show the donations, newest first."""
    actor = actor_of(request)
    form = DonationSearchForm(request.GET)
    form.is_valid()
    search = DonationSearch(**{name: value for name, value in form.cleaned_data.items() if value})
    page = page_of(request, donations(search, actor=actor))
    for row in page.object_list:
        row.tone = TONES[row.state]  # type: ignore[attr-defined]
        row.campaign_name = (  # type: ignore[attr-defined]
            CODE_LISTS["donation_campaign"].label(row.campaign) if row.campaign else ""
        )
    context = {
        "form": form,
        "page": page,
        "is_searched": any(form.cleaned_data.values()),
        "may_keep": actor.may(DONATIONS),
    }
    return render(request, "sources/donations.html", context)


@require_http_methods(["GET", "POST"])
def new_donation(request: HttpRequest) -> HttpResponse:
    """Enter what somebody promises."""
    actor = actor_of(request)
    actor.require(DONATIONS)
    usable = [
        fund for fund in funds(actor=actor) if fund.closed_on is None and fund.source == "donation"
    ]
    form = DonationForm(request.POST or None, funds=usable)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        fund, amount = given.pop("fund"), given.pop("amount")
        try:
            donation = services.pledge_donation(
                **given,
                amount_fen=fen(amount),
                fund_id=UUID(fund) if fund else None,
                **edge(request),
            )
        except InvalidInput as refusal:
            form.take_problems(refusal)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("认捐已登记。捐款以银行到账为准，物资以登记到货为准。"))
            return redirect("sources:donation", donation.pk)
    return render(request, "sources/new_donation.html", {"form": form, "has_funds": bool(usable)})


@require_GET
def donation_page(request: HttpRequest, donation_id: UUID) -> HttpResponse:
    """Show one donation with what happened to it and the steps open to the reader."""
    actor = actor_of(request)
    donation = get_donation(donation_id, actor=actor)
    is_cash = donation.kind == DonationKind.CASH
    could = returnable(donation)
    steps = [
        {
            "action": action,
            "label": DONATION_FLOW.steps[action].label,
            "tone": DONATION_FLOW.steps[action].tone,
            "form": _form_of(action, could.fen),
        }
        for action in DONATION_FLOW.actions_from(donation.state, actor=actor)
        if _is_open(donation, action, asked_by=donation.going_back.get("by_id"), who=actor.user_id)
    ]
    context = {
        "donation": donation,
        "tone": TONES[donation.state],
        "campaign": (
            CODE_LISTS["donation_campaign"].label(donation.campaign) if donation.campaign else ""
        ),
        "capitals": rmb_capitals(donation.amount_fen),
        "is_cash": is_cash,
        "steps": steps,
        "returnable": could,
        "may_be_returned": donation.state in DONATION_FLOW.steps["ask_return"].sources,
        "may_print": actor.may("fund.export") and donation.receipt_number is not None,
        "may_forget": may_forget(DONATION, donation.pk, actor=actor),
        "timeline": timeline_of((DONATION, donation.pk), label=act_label),
    }
    return render(request, "sources/donation.html", context)


@require_POST
def donation_step(request: HttpRequest, donation_id: UUID, action: str) -> HttpResponse:
    """Take one step of a donation."""
    actor = actor_of(request)
    donation = get_donation(donation_id, actor=actor)
    if action not in DONATION_FLOW.steps:
        raise NotFound
    actor.require(DONATION_FLOW.steps[action].capability)
    words = request.POST.get("words", "")
    who = edge(request)

    def ask_return() -> object:
        form = ReturnForm(request.POST)
        if not form.is_valid():
            raise DomainError(_("请填写退还金额和原因。"))
        amount = fen(form.cleaned_data["amount"])
        return services.ask_return(donation.pk, amount_fen=amount, reason=words, **who)

    acts: Mapping[str, Callable[[], object]] = {
        "receive_goods": lambda: services.receive_goods(donation.pk, **who),
        "receipt": lambda: services.give_receipt(donation.pk, **who),
        "ask_return": ask_return,
        "agree_return": lambda: services.agree_return(donation.pk, **who),
        "stop_return": lambda: services.stop_return(donation.pk, reason=words, **who),
        "undo_return": lambda: services.undo_return(donation.pk, reason=words, **who),
    }
    in_words = partial(services.move_donation, donation.pk, action, words=words, **who)
    act_and_tell(request, acts.get(action, in_words), label=DONATION_FLOW.steps[action].label)
    return redirect("sources:donation", donation.pk)


def _form_of(action: str, could_fen: int) -> WordsForm | ReturnForm | None:
    if action == "ask_return":
        return ReturnForm(initial={"amount": f"{could_fen / 100:.2f}"})
    return None if action in _WITHOUT_WORDS else WordsForm()


def _is_open(donation: Donation, action: str, *, asked_by: int | None, who: int | None) -> bool:
    """Whether a step that the flow allows makes sense for this donation and this reader."""
    is_cash = donation.kind == DonationKind.CASH
    if action == "receive_goods":
        return not is_cash
    if action == "agree_return":
        return who != asked_by
    if action == "undo_return":
        return not is_cash and bool(donation.returns) and who != donation.returns[-1]["by_id"]
    return True
