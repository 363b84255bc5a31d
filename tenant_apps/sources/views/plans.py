"""What is planned and laid down for funds: matching money, named funds, shares for the station above."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import DomainError, NotFound
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, edge
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.funds.selectors import funds, get_fund
from tenant_apps.sources import services
from tenant_apps.sources.forms import PayeeForm, PlanForm, RuleForm, ShareForm, fen
from tenant_apps.sources.rules import DonorRule
from tenant_apps.sources.selectors import SPLIT, Means, means_of, plan_lines, rule_of


@require_GET
def plan_list(request: HttpRequest) -> HttpResponse:
    """Show planned against received money of a year, and the named funds."""
    actor = actor_of(request)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else clock.today().year
    usable = [fund for fund in funds(actor=actor) if fund.closed_on is None]
    sources = CODE_LISTS["fund_source"]
    named = [
        {
            "fund": fund,
            "rule": rule,
            "means": (means := means_of(fund)),
            "years": _years(rule, means),
        }
        for fund in usable
        if (rule := rule_of(fund)) is not None
    ]
    context = {
        "year": year,
        "years": [year - 1, year, year + 1],
        "lines": [
            {"line": line, "source": sources.label(line.fund.source)} for line in plan_lines(year)
        ],
        "named": named,
        "funds": usable,
        "may_manage": actor.may("fund.manage"),
    }
    return render(request, "sources/plans.html", context)


@require_GET
def fund_plan(request: HttpRequest, fund_id: UUID) -> HttpResponse:
    """Show what is laid down for one fund, with the forms to lay it down."""
    actor = actor_of(request)
    fund = get_fund(fund_id, actor=actor)
    means, rule = means_of(fund), rule_of(fund)
    may_manage = actor.may("fund.manage") and fund.closed_on is None
    is_gift = fund.source == "donation"
    context = {
        "fund": fund,
        "source": CODE_LISTS["fund_source"].label(fund.source),
        "means": means,
        "rule": rule,
        "years": _years(rule, means) if rule else "",
        "share": fund.terms.get(SPLIT),
        "planned": sorted(fund.terms.get("planned", {}).items()),
        "is_gift": is_gift,
        "may_manage": may_manage,
        "plan_form": PlanForm(initial={"year": clock.today().year}),
        "rule_form": RuleForm(),
        "share_form": ShareForm(),
        "payee_form": PayeeForm(),
        "may_share": actor.may("transfer.plan") and is_gift and SPLIT in fund.terms,
    }
    return render(request, "sources/fund_plan.html", context)


@require_POST
def lay_down(request: HttpRequest, fund_id: UUID, what: str) -> HttpResponse:
    """Lay something down for a fund."""
    actor = actor_of(request)
    fund = get_fund(fund_id, actor=actor)
    known: dict[str, tuple[type[forms.Form], str]] = {
        "plan": (PlanForm, _("年度计划")),
        "rule": (RuleForm, _("捐赠人规则")),
        "share": (ShareForm, _("上缴比例")),
        "transfer": (PayeeForm, _("编制上缴计划")),
    }
    if what not in known:
        raise NotFound
    actor.require("transfer.plan" if what == "transfer" else "fund.manage")
    form_class, label = known[what]
    form = form_class(request.POST)
    who = edge(request)

    def act() -> object:
        if not form.is_valid():
            raise DomainError(_("请完整填写后再提交。"))
        given = form.cleaned_data
        acts: dict[str, Callable[[], object]] = {
            "plan": lambda: services.plan_fund(
                fund.pk, year=given["year"], planned_fen=fen(given["planned"]), **who
            ),
            "rule": lambda: services.lay_down_rule(
                fund.pk,
                students=given["students"],
                each_fen=fen(given["each"]),
                until=given["until"],
                **who,
            ),
            "share": lambda: services.lay_down_share(
                fund.pk, part=fen(given["part"]), whole=fen(given["whole"]), **who
            ),
            "transfer": lambda: services.plan_share(fund.pk, payee=given["payee"], **who),
        }
        return acts[what]()

    act_and_tell(request, act, label=label)
    return redirect("sources:fund-plan", fund.pk)


def _years(rule: DonorRule, means: Means) -> str:
    return f"{rule.tenths_of_years(means.total_fen) / 10:.1f}"
