"""Vouchers: the list, one of them, and making and checking them by hand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import DomainError, InvalidInput, NotFound
from bangfu.kernel.money import rmb_capitals
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, edge, late_page_of
from tenant_apps.casework.selectors import timeline_of
from tenant_apps.funds import services
from tenant_apps.funds.forms import ROWS, JournalSearchForm, LegForm, ReverseForm, VoucherForm
from tenant_apps.funds.models import Fund, Journal, JournalKind
from tenant_apps.funds.presenting import act_label, by_book, line_of_entry, line_of_leg
from tenant_apps.funds.rules import worth_fen
from tenant_apps.funds.selectors import (
    SUBJECT,
    JournalSearch,
    funds,
    get_journal,
    journals,
    waiting_voucher,
    waiting_vouchers,
    years,
)

MOST_ROWS = 40


@require_GET
def journal_list(request: HttpRequest) -> HttpResponse:
    """Show the vouchers that wait for a check, then those that were posted, newest first."""
    actor = actor_of(request)
    form = JournalSearchForm(request.GET)
    form.is_valid()
    search = JournalSearch(**{name: value for name, value in form.cleaned_data.items() if value})
    context = {
        "form": form,
        "page": late_page_of(request, journals(search, actor=actor)),
        "waiting": [
            {"draft": draft, "total": worth_fen(draft.legs), "kind": JournalKind(draft.kind).label}
            for draft in waiting_vouchers(actor=actor)
        ],
        "is_open": bool(years()),
        "is_searched": any(form.cleaned_data.values()),
        "may_post": actor.may("fund.post"),
        "may_export": actor.may("fund.export"),
    }
    return render(request, "funds/journals.html", context)


@require_http_methods(["GET", "POST"])
def new_voucher(request: HttpRequest) -> HttpResponse:
    """Make a voucher; a second person posts it."""
    actor = actor_of(request)
    actor.require("fund.post")
    usable = list(funds(actor=actor).filter(closed_on=None))
    lines = formset_factory(
        LegForm, extra=_rows(request), max_num=MOST_ROWS, absolute_max=MOST_ROWS
    )
    form = VoucherForm(request.POST or None, initial={"effective_on": clock.today()})
    legs = lines(request.POST or None, prefix="legs", form_kwargs={"funds": usable})
    if request.method == "POST" and form.is_valid() and legs.is_valid():
        try:
            draft = services.propose_voucher(
                **form.cleaned_data,
                legs=[line.leg for line in legs if line.leg is not None],
                **edge(request),
            )
        except InvalidInput as refusal:
            form.take_problems(refusal)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("凭证已提交，等待另一人复核。"))
            return redirect("funds:waiting", draft.id)
    context = {
        "form": form,
        "legs": legs,
        "has_funds": bool(usable),
        "more": min(_rows(request) + ROWS, MOST_ROWS),
    }
    return render(request, "funds/new_voucher.html", context)


@require_GET
def waiting(request: HttpRequest, voucher_id: UUID) -> HttpResponse:
    """Show a voucher that waits; to those who may, the buttons to check or return it."""
    actor = actor_of(request)
    actor.require("fund.view")
    if Journal.objects.filter(pk=voucher_id).exists():
        return redirect("funds:voucher", voucher_id)
    draft = waiting_voucher(voucher_id, actor=actor)
    names = {fund.pk: fund for fund in Fund.objects.all()}
    is_own = draft.user_id == actor.user_id
    worth = worth_fen(draft.legs)
    context = {
        "draft": draft,
        "kind": JournalKind(draft.kind).label,
        "books": by_book(line_of_leg(leg, names[leg.fund_id]) for leg in draft.legs),
        "capitals": rmb_capitals(worth) if worth else "",
        "is_own": is_own,
        "may_check": actor.may("fund.check") and not is_own,
        "may_return": is_own or actor.may("fund.check"),
        "timeline": timeline_of((SUBJECT, voucher_id), label=act_label),
    }
    return render(request, "funds/waiting.html", context)


@require_POST
def decide(request: HttpRequest, voucher_id: UUID, action: str) -> HttpResponse:
    """Post a voucher, or return it."""
    actor = actor_of(request)
    actor.require("fund.view")
    waiting_voucher(voucher_id, actor=actor)
    if action == "check":
        act_and_tell(
            request,
            lambda: services.check_voucher(voucher_id, **edge(request)),
            label=_("复核记账"),
        )
    elif action == "return":
        reason = request.POST.get("reason", "")
        act_and_tell(
            request,
            lambda: services.return_voucher(voucher_id, reason=reason, **edge(request)),
            label=_("退回凭证"),
        )
    else:
        raise NotFound
    return redirect("funds:journals")


@require_GET
def voucher(request: HttpRequest, journal_id: UUID) -> HttpResponse:
    """Show one voucher as it was posted."""
    actor = actor_of(request)
    journal = get_journal(journal_id, actor=actor)
    books = by_book(line_of_entry(entry) for entry in journal.entries.all())
    context = {
        "journal": journal,
        "books": books,
        "capitals": rmb_capitals(books[0].debit),
        "hash": bytes(journal.hash).hex(),
        "reversed_by": getattr(journal, "reversed_by", None),
        "may_reverse": actor.may("fund.post") and _is_reversible(journal),
        "may_print": actor.may("fund.export"),
        "reverse_form": ReverseForm(initial={"effective_on": clock.today()}),
        "timeline": timeline_of((SUBJECT, journal_id), label=act_label),
    }
    return render(request, "funds/voucher.html", context)


@require_POST
def reverse_voucher(request: HttpRequest, journal_id: UUID) -> HttpResponse:
    """Ask that a voucher be taken back."""
    actor = actor_of(request)
    actor.require("fund.post")
    get_journal(journal_id, actor=actor)
    form = ReverseForm(request.POST)

    def ask() -> Any:
        if not form.is_valid():
            raise DomainError(_("请填写冲销日期和原因。"))
        return services.propose_reversal(journal_id, **form.cleaned_data, **edge(request))

    act_and_tell(request, ask, label=_("提交冲销"))
    return redirect("funds:voucher", journal_id)


def _is_reversible(journal: Journal) -> bool:
    kinds = (JournalKind.REVERSAL, JournalKind.OPENING)
    return journal.kind not in kinds and getattr(journal, "reversed_by", None) is None


def _rows(request: HttpRequest) -> int:
    asked = request.GET.get("rows", "")
    return min(max(int(asked), 2), MOST_ROWS) if asked.isdecimal() else ROWS
