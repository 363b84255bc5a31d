"""Pages of the breaks, the same inside a station and on the network."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import DomainError, NotPermitted, Text
from bangfu.kernel.tenancy import StationRef, in_network, station_in_force
from bangfu.ui.requests import actor_of, part_of
from bangfu.ui.tones import Tone
from shared_apps.reconciliation import services
from shared_apps.reconciliation.errors import RunGoesOn
from shared_apps.reconciliation.forms import ALL, UNSETTLED, BreakSearchForm
from shared_apps.reconciliation.models import Break, BreakKind, Run, RunState
from shared_apps.reconciliation.selectors import (
    OVERDUE_AFTER,
    breaks_in_sight,
    events_of,
    get_break,
    get_run,
    last_run,
    root_of_network,
)
from shared_apps.reconciliation.wording import (
    TONES,
    cells_of,
    line_of,
    meaning_of,
    page_of_record,
    place_of,
    said_by_the_file,
)

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class BreakRow:
    """A break as the list shows it."""

    case: Break
    place: str
    tone: Tone
    age_days: int
    is_overdue: bool


@require_GET
def break_list(request: HttpRequest) -> HttpResponse:
    """List the breaks of the station and of those below it."""
    actor = actor_of(request)
    actor.require("break.view")
    form = BreakSearchForm(request.GET)
    form.is_valid()
    wanted = form.cleaned_data.get("state") or UNSETTLED
    rows = breaks_in_sight(
        state="" if wanted == ALL else wanted, kind=form.cleaned_data.get("kind", "")
    )
    with in_network():
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        shown = [_row(case) for case in page.object_list]
    run = last_run(_root())
    context = {
        "form": form,
        "page": page,
        "rows": shown,
        "run": run,
        "is_running": run is not None and run.goes_on(clock.now()),
        "percent": _percent(run),
        "may_run": actor.may("reconcile.run"),
    }
    return render(request, "reconciliation/list.html", context)


@require_GET
def break_detail(request: HttpRequest, break_id: int) -> HttpResponse:
    """Show one break: what differs, what was done, what can be done."""
    actor = actor_of(request)
    actor.require("break.view")
    case = get_break(break_id)
    context = {
        "row": _row(case),
        "case": case,
        "meaning": meaning_of(case),
        "said": said_by_the_file(case),
        "cells": cells_of(case),
        "more_cells": case.detail.get("cell_count", 0) - len(case.detail.get("cells", [])),
        "events": [line_of(event) for event in events_of(case)],
        "may_work": actor.may("break.work") and not case.is_settled,
        "may_heal": case.kind
        in {BreakKind.FACTS_VS_FILES, BreakKind.MESSAGE_UNAPPLIED, BreakKind.CHILDREN_VS_PARENT},
        "page": page_of_record(case, here=station_in_force(), actor=actor),
    }
    return render(request, "reconciliation/detail.html", context)


@require_POST
def heal(request: HttpRequest, break_id: int) -> HttpResponse:
    """Bring a break right."""
    actor = actor_of(request)
    return _done(
        request,
        break_id,
        lambda: services.heal(break_id, actor=actor, now=clock.now()),
        _("已修复并复核。"),
    )


@require_POST
def explain(request: HttpRequest, break_id: int) -> HttpResponse:
    """Note what is known about a break."""
    actor = actor_of(request)
    words = request.POST.get("reason", "")
    return _done(
        request,
        break_id,
        lambda: services.explain(break_id, comment=words, actor=actor, now=clock.now()),
        _("已记录说明。"),
    )


@require_POST
def close(request: HttpRequest, break_id: int) -> HttpResponse:
    """Close a break, saying why."""
    actor = actor_of(request)
    words = request.POST.get("reason", "")
    return _done(
        request,
        break_id,
        lambda: services.close(break_id, comment=words, actor=actor, now=clock.now()),
        _("已关闭。"),
    )


@require_POST
def reconcile(request: HttpRequest) -> HttpResponse:
    """Compare the station and everything below it now."""
    actor = actor_of(request)
    now = clock.now()
    try:
        run = services.run_now_or_soon(services.begin_run(_root(), actor=actor, now=now), now=now)
    except RunGoesOn as refusal:
        messages.warning(request, str(refusal))
        return redirect("reconciliation:list")
    if run.state == RunState.RUNNING:
        messages.info(request, _("核对已开始，结果会显示在这里。"))
    elif run.found:
        messages.warning(request, _("核对完成，发现 %(found)s 处差异。") % {"found": run.found})
    else:
        messages.success(request, _("核对完成，没有发现新的差异。"))
    return redirect("reconciliation:list")


@require_GET
@part_of("reconciliation:list")
def run_progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """Answer how far a reconciliation is, for the bar of the list."""
    actor_of(request).require("break.view")
    run = get_run(run_id)
    context = {
        "run": run,
        "is_running": run.goes_on(clock.now()),
        "percent": _percent(run),
    }
    return render(request, "reconciliation/progress.html", context)


def _root() -> StationRef:
    return station_in_force() or root_of_network()


def _row(case: Break) -> BreakRow:
    age = (case.settled_at or clock.now()) - case.found_at
    return BreakRow(
        case=case,
        place=place_of(case),
        tone=TONES[case.state],
        age_days=max(0, age.days),
        is_overdue=not case.is_settled and age > OVERDUE_AFTER,
    )


def _percent(run: Run | None) -> int | None:
    if run is None or not run.total:
        return None
    return min(100, 100 * run.done // run.total)


def _done(
    request: HttpRequest, break_id: int, act: Callable[[], Break], words: Text
) -> HttpResponse:
    try:
        act()
    except NotPermitted:
        raise
    except DomainError as refusal:
        for problem in getattr(refusal, "problems", ()):
            messages.error(request, str(problem.message))
        if not hasattr(refusal, "problems"):
            messages.error(request, str(refusal))
    else:
        messages.success(request, str(words))
    return redirect("reconciliation:detail", break_id)
