"""Targets of a year: the own ones, those of the stations right below, and the steps people take."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import InvalidInput
from bangfu.kernel.tenancy import current_station
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, edge
from shared_apps.rollup.dimensions import unit_text
from shared_apps.targets.models import Target, Verdict
from tenant_apps.yearly import services
from tenant_apps.yearly.aims import (
    FILLS,
    REVIEWS,
    VIEWS,
    WAY_WORDS,
    Standing,
    examined,
    get_target,
    standings_shown,
    targets_below,
    targets_of,
)
from tenant_apps.yearly.forms import ProgressForm, TargetForm
from tenant_apps.yearly.rules.catalogue import measured
from tenant_apps.yearly.rules.columns import OLDEST_YEAR
from tenant_apps.yearly.selectors import Counted
from tenant_apps.yearly.telling import shown

TONES = {
    "not_begun": "mute", "under_way": "info", "done": "ok", "not_done": "bad",
    "": "wait", "agreed": "ok", "returned": "bad",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRow:
    """One target as a list shows it."""

    target: Target
    goal: str
    done: str
    percent: int | None
    tone: str
    verdict_tone: str
    form: ProgressForm | None = None


@require_GET
def target_list(request: HttpRequest) -> HttpResponse:
    """Show what this station set itself for a year, and what the stations right below said."""
    actor = actor_of(request)
    actor.require(VIEWS)
    year = _year(request)
    here, may_fill, this_year = current_station(), actor.may(FILLS), clock.today().year
    own, below = list(targets_of(here, year)), targets_below(year)
    standings = standings_shown(own, below, until=clock.today())
    context = {
        "year": year,
        "years": sorted({year, *range(this_year - 2, this_year + 2)}, reverse=True),
        "rows": [_row(one, standings[one.pk], may_fill=may_fill) for one in own],
        "below": [_row(one, standings.get(one.pk)) for one in below],
        "waiting": sum(one.round > 0 and one.verdict == Verdict.NONE for one in below),
        "may_fill": may_fill,
        "has_parent": here.parent_id is not None,
    }
    return render(request, "yearly/targets.html", context)


@require_GET
def target_page(request: HttpRequest, target_id: UUID) -> HttpResponse:
    """Show one target with what was reached of it and how that is counted, where it is confirmed or returned."""
    actor = actor_of(request)
    target = get_target(target_id, actor=actor)
    seen = examined(target, until=clock.today())
    context = {
        "seen": seen,
        "row": _row(target, seen.standing),
        "unit": unit_text(seen.counts.unit) if seen.counts else "",
        "recorded": _in_unit(seen.standing.counted, seen.standing.counted.recorded)
        if seen.standing and seen.standing.counted.is_on_paper
        else "",
        "way": WAY_WORDS[seen.way],
        "may_answer": seen.is_asked and actor.may(REVIEWS),
        "is_below": target.station_id != current_station().id,
    }
    return render(request, "yearly/target.html", context)


@require_http_methods(["GET", "POST"])
def new_target(request: HttpRequest) -> HttpResponse:
    """Set a target."""
    actor_of(request).require(FILLS)
    year = _year(request)
    form = TargetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.lay_down_target(year=year, **form.asked(), **edge(request))
        except InvalidInput as refusal:
            form.take_problems(refusal)
        else:
            messages.success(request, _("年度目标已登记，年内在这里说明进展。"))
            return redirect(_list(year))
    return render(request, "yearly/new_target.html", {"form": form, "year": year})


@require_POST
def say(request: HttpRequest, target_id: UUID) -> HttpResponse:
    """Say how far a target is."""
    actor = actor_of(request)
    actor.require(FILLS)
    target = get_target(target_id, actor=actor, own=True)
    reached, words = request.POST.get("reached", ""), request.POST.get("words", "")
    act_and_tell(
        request,
        lambda: services.say_progress(target.pk, reached=reached, words=words, **edge(request)),
        label=_("上报进展"),
    )
    return redirect(_list(target.year))


@require_POST
def drop(request: HttpRequest, target_id: UUID) -> HttpResponse:
    """Give a target up."""
    actor = actor_of(request)
    actor.require(FILLS)
    target = get_target(target_id, actor=actor, own=True)
    reason = request.POST.get("reason", "")
    act_and_tell(
        request,
        lambda: services.drop_target(target.pk, reason=reason, **edge(request)),
        label=_("放弃目标"),
    )
    return redirect(_list(target.year))


@require_POST
def answer(request: HttpRequest, target_id: UUID) -> HttpResponse:
    """Confirm what a station below said, or return it."""
    actor = actor_of(request)
    actor.require(REVIEWS)
    target = get_target(target_id, actor=actor)
    agrees, words = request.POST.get("agrees") == "1", request.POST.get("reason", "")
    act_and_tell(
        request,
        lambda: services.answer_said(target.pk, agrees=agrees, words=words, **edge(request)),
        label=_("核定") if agrees else _("退回"),
    )
    return redirect(_list(target.year))


def _row(target: Target, standing: Standing | None, *, may_fill: bool = False) -> TargetRow:
    is_open = may_fill and not target.is_dropped
    return TargetRow(
        target=target,
        goal=_goal(target),
        done=_in_unit(standing.counted) if standing else "",
        percent=standing.percent if standing else None,
        tone=TONES[target.reached],
        verdict_tone=TONES[target.verdict],
        form=ProgressForm(
            auto_id=f"say-{target.pk}-%s",
            initial={"reached": target.reached, "words": target.words},
        )
        if is_open
        else None,
    )


def _goal(target: Target) -> str:
    if target.goal is None:
        return ""
    counts = measured(target.indicator)
    return _in_unit(Counted(target.goal, counts.unit, counts.scale))


def _in_unit(number: Counted, value: int | None = None) -> str:
    return f"{shown(number, value=value)} {unit_text(number.unit)}"


def _year(request: HttpRequest) -> int:
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else 0
    return year if year >= OLDEST_YEAR else clock.today().year


def _list(year: int) -> str:
    return f"{reverse('yearly:targets')}?year={year}"
