"""Pages of the roll-up, the same inside a station and on the network."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bangfu.kernel import clock
from bangfu.kernel.media_types import WORKBOOK
from bangfu.ui.answers import as_file
from bangfu.ui.requests import actor_of, page_of
from shared_apps.rollup.dashboard import (
    Question,
    ask,
    dashboard,
    indicators_offered,
    name_of,
    periods_offered,
    ways_offered,
)
from shared_apps.rollup.dimensions import label_of, title_of
from shared_apps.rollup.keeping import dashboard_of_late
from shared_apps.rollup.periods import Period
from shared_apps.rollup.registry import indicator
from shared_apps.rollup.selectors import files_behind, fold_lag, station_in_sight
from shared_apps.rollup.services import record_export
from shared_apps.rollup.sheets import sheet_of

# Within so many seconds pages count as up to date.
FRESH_SECONDS = 15


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Show an indicator of a subtree: cards, map, charts and table."""
    actor = actor_of(request)
    actor.require("rollup.view")
    question = _question(request)
    context = {
        "board": dashboard_of_late(question),
        "indicators": indicators_offered(),
        "periods": periods_offered(clock.today(), question.period),
        "ways": ways_offered(question.indicator),
        "is_late": fold_lag(now=clock.now()) > FRESH_SECONDS,
        "may_export": actor.may("rollup.export"),
        "may_see_files": actor.may("file.view"),
    }
    return render(request, "rollup/board.html", context)


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Answer the page as a workbook, and note who took it."""
    actor = actor_of(request)
    now = clock.now()
    question = _question(request)
    record_export(
        indicator=question.indicator,
        station=question.station,
        period=question.period,
        by=question.by,
        actor=actor,
        now=now,
    )
    data = sheet_of(dashboard(question), who=actor.name, now=now)
    name = f"{question.indicator.code}-{question.station.code}-{question.period.text}.xlsx"
    return as_file(data, name=name, media_type=WORKBOOK)


@require_GET
def files(request: HttpRequest) -> HttpResponse:
    """List the files of the own station behind one number."""
    actor = actor_of(request)
    actor.require("rollup.view")
    actor.require("file.view")
    asked = indicator(request.GET.get("indicator", ""))
    period = Period.parse(request.GET.get("period", ""))
    dimension, key = request.GET.get("dimension", ""), request.GET.get("key", "")
    listed = files_behind(asked.code, period=period, dimension=dimension, key=key)
    context = {
        "name": name_of(asked),
        "period": period,
        "page": page_of(request, listed),
        "cell": _("%(dimension)s：%(value)s")
        % {"dimension": title_of(dimension), "value": label_of(dimension, key)}
        if dimension
        else "",
    }
    return render(request, "rollup/files.html", context)


def _question(request: HttpRequest) -> Question:
    return ask(
        station=station_in_sight(request.GET.get("station")),
        code=request.GET.get("indicator", ""),
        period=request.GET.get("period", ""),
        by=request.GET.get("by", ""),
        today=clock.today(),
    )
