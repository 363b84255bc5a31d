"""The front page of a station for the public, and the way in and out with a personal code."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.addresses import client_address
from bangfu.kernel.errors import DomainError
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.applications.codes import grouped
from tenant_apps.applications.entry import COOKIE, Entry, let_in, see_off, who_is_in
from tenant_apps.applications.errors import NotTakingApplications
from tenant_apps.applications.flow import FILLED_IN_STATES
from tenant_apps.applications.forms import ResumeForm
from tenant_apps.applications.limits import STARTED_BY_ADDRESS, count_one
from tenant_apps.applications.models import ApplicationState
from tenant_apps.applications.selectors import desk_of_station, takes_applications
from tenant_apps.applications.services import applying
from tenant_apps.applications.services.entering import come_in
from tenant_apps.applications.services.keeping import applicant
from tenant_apps.applications.steps import STEPS
from tenant_apps.notices.selectors import running_notices
from tenants.models import Station

View = Callable[..., HttpResponse]


def station_of(request: HttpRequest) -> Station:
    """Give the station the address names."""
    return cast("Station", request.station)  # type: ignore[attr-defined]


def shown(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Draw a page of the worker's side: the name above it leads to the station's front page."""
    values = {"home_url": reverse("applications:front"), "desk": desk_of_station()}
    return render(request, f"applications/{template}", values | (context or {}), status=status)


def for_the_worker(view: Callable[..., HttpResponse]) -> View:
    """Open a page only to who came in with a code, and let them stay while they are busy."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        now = clock.now()
        entry = who_is_in(request, now=now)
        if entry is None:
            messages.info(request, _("请先输入查询码。为了安全，半小时没有操作会自动退出。"))
            return redirect("applications:resume")
        response = view(request, entry, *args, **kwargs)
        if COOKIE not in response.cookies:
            let_in(response, code=entry.code, now=now)
        return response

    return guarded


def seen_off(response: HttpResponse) -> HttpResponse:
    """End the visit with this answer."""
    see_off(response)
    return response


@require_GET
def front(request: HttpRequest) -> HttpResponse:
    """Tell everybody who the station is, what help there is, and where to begin."""
    context = {
        "takes": takes_applications(station_of(request).state),
        "helps": [code.text for code in CODE_LISTS["need"] if code.on_form],
        "notices": running_notices()[:3],
        "is_in": who_is_in(request, now=clock.now()) is not None,
    }
    return shown(request, "front.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Say what applying takes, and begin."""
    takes = takes_applications(station_of(request).state)
    if request.method == "GET":
        return shown(request, "begin.html", {"takes": takes, "steps": STEPS})
    if not takes:
        raise NotTakingApplications
    count_one(STARTED_BY_ADDRESS, address=client_address(request))
    now = clock.now()
    _application, code = applying.begin(actor=applicant(), now=now)
    response = redirect("applications:code")
    let_in(response, code=code, now=now)
    return response


@require_GET
@for_the_worker
def show_code(request: HttpRequest, entry: Entry) -> HttpResponse:
    """Show the worker the own code, big, to be written down or photographed."""
    context = {"code": grouped(entry.code), "application": entry.application}
    return shown(request, "code.html", context)


@require_GET
@for_the_worker
def print_slip(request: HttpRequest, entry: Entry) -> HttpResponse:
    """Print the slip with the code."""
    context = {
        "code": grouped(entry.code),
        "application": entry.application,
        "address": request.build_absolute_uri(reverse("applications:resume")),
    }
    return shown(request, "slip.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest) -> HttpResponse:
    """Let a worker in with the code and the end of the identity number."""
    form = ResumeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                application = come_in(
                    code=form.cleaned_data["code"],
                    tail=form.cleaned_data["tail"],
                    address=client_address(request),
                    now=clock.now(),
                )
            except DomainError as refusal:
                form.add_error(None, str(refusal))
                status = refusal.http_status
            else:
                is_filling_in = application.state in FILLED_IN_STATES
                page = "applications:apply" if is_filling_in else "applications:mine"
                if application.state == ApplicationState.RETURNED:
                    page = "applications:mine"
                response = redirect(page)
                let_in(response, code=form.cleaned_data["code"], now=clock.now())
                return response
    return shown(request, "resume.html", {"form": form}, status=status)


@never_cache
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the visit on this browser."""
    messages.success(request, _("已退出。下次用查询码和身份证号后四位再进来。"))
    return seen_off(redirect("applications:front"))
