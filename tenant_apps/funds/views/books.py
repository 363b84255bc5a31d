"""The books: one account, the trial balance, budget and final accounts, and the workbook of them all."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from bangfu.kernel import clock
from bangfu.kernel.media_types import WORKBOOK
from bangfu.kernel.tenancy import current_station
from bangfu.ui.answers import as_file
from bangfu.ui.requests import actor_of, edge, page_size
from tenant_apps.funds import services
from tenant_apps.funds.forms import BalanceForm
from tenant_apps.funds.models import Book
from tenant_apps.funds.presenting import balance_rows, final_rows, sum_of
from tenant_apps.funds.rules import worded_account
from tenant_apps.funds.selectors import (
    entries_of,
    funds,
    get_account,
    standings,
    trial_balance,
    years,
)


@require_GET
def account(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Show one account of a fund and year: every entry, and the balance after it."""
    actor = actor_of(request)
    row = get_account(account_id, actor=actor)
    pages = Paginator(entries_of(row), page_size(request))
    context = {
        "account": row,
        "name": worded_account(row.code),
        "page": pages.get_page(request.GET.get("page")),
    }
    return render(request, "funds/account.html", context)


@require_GET
def balance(request: HttpRequest) -> HttpResponse:
    """Show the trial balance of a book to a day."""
    actor = actor_of(request)
    of_station = list(funds(actor=actor))
    known = years()
    form = BalanceForm(request.GET, years=known, funds=of_station)
    form.is_valid()
    given = form.cleaned_data
    year = _year_in(given.get("year"), known)
    until = given.get("until") or date(year, 12, 31)
    chosen = next((fund for fund in of_station if str(fund.pk) == given.get("fund")), None)
    lines = trial_balance(
        year, until=until, actor=actor, fund=chosen, book=given.get("book") or Book.CASH
    )
    context = {
        "form": form,
        "has_books": bool(known),
        "year": year,
        "until": until,
        "rows": balance_rows(lines),
        "sums": sum_of(lines),
        "may_export": actor.may("fund.export"),
    }
    return render(request, "funds/balance.html", context)


@require_GET
def final_accounts(request: HttpRequest) -> HttpResponse:
    """Show budget and final accounts of a year, by fund (资金预决算)."""
    actor = actor_of(request)
    known = years()
    year = _year_in(request.GET.get("year"), known)
    rows, total = final_rows(standings(list(funds(actor=actor)), year=year))
    context = {
        "year": year,
        "years": known,
        "rows": rows,
        "total": total,
        "may_export": actor.may("fund.export"),
    }
    return render(request, "funds/final.html", context)


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Answer the books of a year as a workbook, and note who took it."""
    actor_of(request).require("fund.export")
    year = _year_in(request.POST.get("year"), years())
    data = services.export_books(year, **edge(request))
    name = f"ledger-{current_station().code}-{year}.xlsx"
    return as_file(data, name=name, media_type=WORKBOOK)


def _year_in(asked: object, known: list[int]) -> int:
    text = str(asked or "")
    if text.isdecimal() and int(text) in known:
        return int(text)
    return known[0] if known else clock.today().year
