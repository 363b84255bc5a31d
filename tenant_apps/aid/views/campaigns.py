"""Campaigns: the list, calling one, and the own list of one with bulk review."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import DomainError, InvalidInput, NotFound
from bangfu.kernel.tenancy import current_station
from bangfu.ui.acts import act_and_tell, tell_refusal
from bangfu.ui.requests import actor_of, edge, key_in, late_page_of, page_of, ticked
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.programmes.models import Campaign
from shared_apps.programmes.selectors import (
    StationProgress,
    campaigns_seen,
    get_campaign,
    own_progress,
    programmes_in_force,
    progress_below,
)
from shared_apps.programmes.services import CALLS, call_campaign, close_campaign
from tenant_apps.aid import services
from tenant_apps.aid.flow import APPROVES, ENTERS, REVIEWS, VIEWS
from tenant_apps.aid.forms import CampaignForm, MinutesForm, PersonForm
from tenant_apps.aid.models import AidState
from tenant_apps.aid.presenting import standing_rows, standing_total
from tenant_apps.aid.selectors import (
    Chased,
    chased_units,
    funds_for,
    list_of_campaign,
    progress_of_campaign,
)
from tenant_apps.aid.services import Asked, Bulk
from tenant_apps.aid.views.applications import minutes_in

_AMOUNT = "amount-"


@require_GET
def campaign_list(request: HttpRequest) -> HttpResponse:
    """Show the campaigns called here or above, newest first."""
    actor = actor_of(request)
    actor.require(VIEWS)
    on = clock.today()
    page = page_of(request, campaigns_seen(station=current_station()))
    context = {
        "page": page,
        "rows": [
            {
                "campaign": one,
                "kind": CODE_LISTS["campaign"].label(one.kind),
                "is_open": one.is_open(on),
                "listed": sum(part.n for part in progress_of_campaign(one.pk)),
            }
            for one in page.object_list
        ],
        "may_call": actor.may(CALLS),
    }
    return render(request, "aid/campaigns.html", context)


@require_http_methods(["GET", "POST"])
def new_campaign(request: HttpRequest) -> HttpResponse:
    """Call a campaign for this station and everything below it."""
    actor = actor_of(request)
    actor.require(CALLS)
    station = current_station()
    on = clock.today()
    held = programmes_in_force(station=station, on=on).values()
    form = CampaignForm(request.POST or None, programmes=held, initial={"opens_on": on})
    if request.method == "POST" and form.is_valid():
        try:
            made = call_campaign(**form.called(), station=station, **edge(request))
        except InvalidInput as refusal:
            form.take_problems(refusal)
        else:
            messages.success(request, _("活动已发起，本站和下级站点可以拟定名单。"))
            return redirect("aid:campaign", made.pk)
    return render(request, "aid/new_campaign.html", {"form": form})


@require_GET
def campaign(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Show one campaign with the own list: who, why, how much, where it stands."""
    actor = actor_of(request)
    actor.require(VIEWS)
    row = get_campaign(campaign_id, station=current_station())
    on = clock.today()
    tab = request.GET.get("tab", "")
    tab = tab if tab in AidState.values else ""
    progress = progress_of_campaign(row.pk)
    programme = programmes_in_force(station=current_station(), on=on).get(row.programme)
    below = progress_below(row.pk, station=current_station())
    own = own_progress(row.pk, station=current_station())
    page = late_page_of(request, list_of_campaign(row.pk, actor=actor, state=tab))
    context = {
        "rows": [{"row": one, "plain": f"{one.amount_fen / 100:.2f}"} for one in page.object_list],
        "campaign": row,
        "kind": CODE_LISTS["campaign"].label(row.kind),
        "programme": programme.name if programme else row.programme,
        "whom": _whom(row),
        "is_open": row.is_open(on),
        "progress": progress,
        "total": {"n": sum(one.n for one in progress), "fen": sum(one.fen for one in progress)},
        "tab": tab,
        "page": page,
        "may_list": actor.may(ENTERS) and row.is_open(on),
        "may_enter": actor.may(ENTERS),
        "may_review": actor.may(REVIEWS),
        "may_decide": actor.may(APPROVES),
        "may_close": actor.may(CALLS)
        and row.scope_path == current_station().path
        and row.closed_at is None,
        "funds": funds_for(programme.aid) if programme else [],
        "chair": MinutesForm(initial={"held_on": on}, auto_id="chair_%s"),
        "party": MinutesForm(initial={"held_on": on}, auto_id="party_%s"),
        "groups": CODE_LISTS["warmth_group"].labels(row.groups),
        "stations": (stations := standing_rows(below, _chased(row, below))),
        "stations_total": standing_total(below),
        "not_begun": sum(not (one.counts or one.is_empty) for one in below),
        "nobody": own if own is not None and own.nobody_at else None,
        "may_say_nobody": actor.may(ENTERS) and row.is_waited_for(on),
        "may_chase": actor.may(CALLS) and row.is_waited_for(on),
        "owing": sum(one.is_owing for one in stations),
    }
    return render(request, "aid/campaign.html", context)


@require_http_methods(["GET", "POST"])
def new_person(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Put a person outside the files on the list of a campaign."""
    actor = actor_of(request)
    actor.require(ENTERS)
    row = get_campaign(campaign_id, station=current_station())
    held = programmes_in_force(station=current_station(), on=clock.today()).get(row.programme)
    amount = f"{row.amount_fen / 100:.2f}" if row.amount_fen else None
    form = PersonForm(
        request.POST or None,
        programmes=[held] if held else [],
        groups=row.groups,
        initial={"amount": amount},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.list_person(Asked(campaign_id=row.pk, **form.asked()), **edge(request))
        except InvalidInput as refusal:
            form.take_problems(refusal)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已列入名单。"))
            return redirect("aid:campaign", row.pk)
    return render(request, "aid/new_person.html", {"form": form, "campaign": row})


@require_POST
def act(request: HttpRequest, campaign_id: UUID, action: str) -> HttpResponse:
    """Act on a campaign, or on the ticked rows of its list."""
    actor = actor_of(request)
    actor.require(VIEWS)
    row = get_campaign(campaign_id, station=current_station())
    by = edge(request)
    if action == "propose":
        act_and_tell(
            request,
            lambda: messages.info(
                request,
                _("新列入 %(n)s 户（人）。") % {"n": services.propose_list(row.pk, **by)},
            ),
            label=_("按档案拟定名单"),
        )
    elif action == "chase":
        _chase(request, row)
    elif action == "nobody":
        label = _("报无符合条件对象")
        act_and_tell(request, lambda: services.report_nobody(row.pk, **by), label=label)
    elif action == "somebody":
        label = _("撤回“无符合条件对象”")
        act_and_tell(request, lambda: services.take_back_nobody(row.pk, **by), label=label)
    elif action == "end":
        act_and_tell(
            request,
            lambda: close_campaign(row.pk, station=current_station(), **by),
            label=_("结束活动"),
        )
    else:
        step = _bulk(request).get(action)
        if step is None:
            raise NotFound
        try:
            _tell(request, step(ticked(request)))
        except InvalidInput as refusal:
            tell_refusal(request, refusal)
    return redirect("aid:campaign", campaign_id)


def _chase(request: HttpRequest, row: Campaign) -> None:
    by, text = edge(request), request.POST.get("reason", "")
    code = request.POST.get("station", "")

    def act() -> None:
        if code:
            services.chase(row.pk, code, text=text, **by)
            return
        chased = services.chase_all(row.pk, text=text, **by)
        messages.info(
            request, _("已催办 %(count)s 个站点；今天已经催过的不重复催。") % {"count": chased}
        )

    act_and_tell(request, act, label=_("催办"))


def _chased(row: Campaign, below: list[StationProgress]) -> dict[int, Chased]:
    return chased_units(row.pk, [one.station_id for one in below])


def _bulk(request: HttpRequest) -> dict[str, Callable[[list[UUID]], Bulk]]:
    by, given = edge(request), request.POST
    fund = key_in(given.get("fund", ""))
    return {
        "leave_out": lambda keys: services.leave_out_many(
            keys, reason=given.get("reason", ""), **by
        ),
        "put_back": lambda keys: services.put_back_many(keys, **by),
        "amounts": lambda _keys: services.change_amounts(_amounts(request), **by),
        "hand_in": lambda keys: services.hand_in_many(keys, **by),
        "review": lambda keys: services.review_many(keys, fund_id=fund or UUID(int=0), **by),
        "decide": lambda keys: services.decide_many(keys, minutes_in(request), **by),
        "ratify": lambda keys: services.ratify_many(keys, minutes_in(request), **by),
    }


def _amounts(request: HttpRequest) -> dict[UUID, int]:
    found = {}
    for name, text in request.POST.items():
        key = key_in(name.removeprefix(_AMOUNT)) if name.startswith(_AMOUNT) else None
        before = request.POST.get(f"was-{key}", "")
        if key is None or not isinstance(text, str) or text == before:
            continue
        try:
            amount = Decimal(text)
            in_fen = int(amount * 100)
        except (InvalidOperation, ValueError, OverflowError):
            amount, in_fen = Decimal(-1), 0
        if amount * 100 == in_fen:
            found[key] = in_fen
        else:
            messages.error(request, _("金额请填到分，例如 800 或 800.50。"))
    return found


def _tell(request: HttpRequest, bulk: Bulk) -> None:
    if bulk.done:
        messages.success(request, _("已办理 %(n)s 户（人）。") % {"n": bulk.done})
    for number, why in bulk.refused[:10]:
        messages.error(request, f"{number}：{why}")
    left = len(bulk.refused) - 10
    if left > 0:
        messages.error(request, _("另有 %(n)s 户（人）未能办理。") % {"n": left})
    if not bulk.done and not bulk.refused:
        messages.info(request, _("没有选择要办理的对象。"))


def _whom(row: Campaign) -> str:
    rule = row.rule
    words = [
        CODE_LISTS[code_list].labels(rule[name])
        for name, code_list in (
            ("tiers", "tier"),
            ("levels", "file_level"),
            ("groups", "group"),
            ("causes", "cause"),
            ("stages", "aid_stage"),
        )
        if rule.get(name)
    ]
    if rule.get("under_age"):
        words.append(
            _("%(on)s 不满 %(age)s 周岁") % {"on": rule.get("age_on", ""), "age": rule["under_age"]}
        )
    return "；".join(words) or _("全部在档户")
