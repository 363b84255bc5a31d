"""The page on which the network overrules single days of the official calendar."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import InvalidInput
from bangfu.ui.requests import actor_of
from shared_apps.regions.forms import OverrideForm
from shared_apps.regions.selectors import YEARS, calendar_in_force, overrides_of_year
from shared_apps.regions.services import follow_calendar_again, overrule_day

MANAGES = "network.manage"


@require_http_methods(["GET", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    actor, this_year = actor_of(request), clock.today().year
    actor.require("network.view")
    year = _year(request, default=this_year)
    form = OverrideForm(request.POST or None)
    if form.is_valid():
        day = form.cleaned_data["day"]
        try:
            overrule_day(**form.cleaned_data, actor=actor, now=clock.now())
        except InvalidInput as refused:
            for problem in refused.problems:
                form.add_error(problem.field, str(problem.message))
        else:
            messages.success(request, _("已登记。受影响的办理期限会自动重新计算。"))
            return redirect(f"{reverse('regions:calendar')}?year={day.year}")
    return render(
        request,
        "regions/calendar.html",
        {
            "form": form,
            "year": year,
            "years": [this_year - 1, this_year, this_year + 1],
            "overrides": overrides_of_year(year),
            "is_provisional": calendar_in_force().is_provisional(year),
            "may_manage": actor.may(MANAGES),
        },
    )


@require_POST
def follow_again(request: HttpRequest, day: date) -> HttpResponse:
    follow_calendar_again(day=day, actor=actor_of(request), now=clock.now())
    messages.success(request, _("已恢复按官方日历计算。"))
    return redirect(f"{reverse('regions:calendar')}?year={day.year}")


def _year(request: HttpRequest, *, default: int) -> int:
    asked = request.GET.get("year", "")
    return next((year for year in YEARS if str(year) == asked), default)
