"""Funds and periods."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import InvalidInput, NotFound
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, edge
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.funds import services
from tenant_apps.funds.forms import FundForm
from tenant_apps.funds.models import Account, PeriodState
from tenant_apps.funds.presenting import account_rows, final_rows
from tenant_apps.funds.selectors import funds, get_fund, periods_of, standings, years

LAST_MONTH = 12


@require_GET
def fund_list(request: HttpRequest) -> HttpResponse:
    """Show every fund with its money and its budget in the newest year."""
    actor = actor_of(request)
    known = years()
    rows, total = final_rows(standings(list(funds(actor=actor)), year=known[0] if known else 0))
    context = {
        "rows": rows,
        "total": total,
        "year": known[0] if known else None,
        "may_manage": actor.may("fund.manage"),
    }
    return render(request, "funds/funds.html", context)


@require_http_methods(["GET", "POST"])
def new_fund(request: HttpRequest) -> HttpResponse:
    """Open a fund."""
    actor_of(request).require("fund.manage")
    form = FundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            fund = services.open_fund(**form.cleaned_data, **edge(request))
        except InvalidInput as refusal:
            form.take_problems(refusal)
        else:
            messages.success(request, _("资金已建立。"))
            return redirect("funds:fund", fund.pk)
    return render(request, "funds/new_fund.html", {"form": form})


@require_GET
def fund_card(request: HttpRequest, fund_id: UUID) -> HttpResponse:
    """Show one fund: what it is for, how it stands in a year, and its accounts."""
    actor = actor_of(request)
    fund = get_fund(fund_id, actor=actor)
    known = years()
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and int(asked) in known else (known[0] if known else 0)
    rows, _total = final_rows(standings([fund], year=year))
    accounts = Account.objects.filter(fund=fund, year=year).order_by("code")
    context = {
        "fund": fund,
        "source": CODE_LISTS["fund_source"].label(fund.source),
        "programmes": CODE_LISTS["aid"].labels(fund.programmes),
        "standing": rows[0],
        "accounts": account_rows(accounts),
        "year": year,
        "years": known,
        "may_manage": actor.may("fund.manage"),
    }
    return render(request, "funds/fund.html", context)


@require_POST
def end_fund(request: HttpRequest, fund_id: UUID) -> HttpResponse:
    """Close a fund."""
    actor = actor_of(request)
    actor.require("fund.manage")
    get_fund(fund_id, actor=actor)
    act_and_tell(
        request, lambda: services.close_fund(fund_id, **edge(request)), label=_("关闭资金")
    )
    return redirect("funds:fund", fund_id)


@require_GET
def period_list(request: HttpRequest) -> HttpResponse:
    """Show the months of the opened years, and which step comes next."""
    actor = actor_of(request)
    actor.require("fund.view")
    known = years()
    context = {
        "years": [{"year": year, "months": periods_of(year)} for year in known],
        "next_close": _next_to_close(known),
        "last_closed": _last_closed(known),
        "next_year": known[0] + 1 if known else clock.today().year,
        "may_manage": actor.may("fund.manage"),
        "may_reopen": actor.may("fund.reopen"),
        "may_post": actor.may("fund.post"),
    }
    return render(request, "funds/periods.html", context)


@require_POST
def ask_year(request: HttpRequest) -> HttpResponse:
    """Ask that the next year be opened."""
    actor_of(request).require("fund.post")
    known = years()
    year = known[0] + 1 if known else clock.today().year
    act_and_tell(request, lambda: services.propose_year(year, **edge(request)), label=_("提交开账"))
    return redirect("funds:periods")


@require_POST
def act_on_month(request: HttpRequest, year: int, month: int, action: str) -> HttpResponse:
    """Close a month, or open it again."""
    actor = actor_of(request)
    if action == "close":
        actor.require("fund.manage")
        act_and_tell(
            request,
            lambda: services.close_period(year=year, month=month, **edge(request)),
            label=_("结账"),
        )
    elif action == "reopen":
        actor.require("fund.reopen")
        reason = request.POST.get("reason", "")
        act_and_tell(
            request,
            lambda: services.reopen_period(year=year, month=month, reason=reason, **edge(request)),
            label=_("重新开账"),
        )
    else:
        raise NotFound
    return redirect("funds:periods")


def _next_to_close(known: list[int]) -> int | None:
    if not known:
        return None
    first = periods_of(known[0]).filter(state=PeriodState.OPEN).first()
    return first.month if first else None


def _last_closed(known: list[int]) -> int | None:
    if not known:
        return None
    last = periods_of(known[0]).filter(state=PeriodState.CLOSED).last()
    return last.month if last else None
