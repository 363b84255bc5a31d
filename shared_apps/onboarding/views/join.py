"""The public pages: choose where one stands, fill in, hand in, see how far it is."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from bangfu.kernel import clock
from bangfu.kernel.addresses import client_address
from bangfu.kernel.errors import DomainError, InvalidInput
from bangfu.ui.requests import part_of
from shared_apps.onboarding import selectors
from shared_apps.onboarding.forms import LEVELS, StationForm
from shared_apps.onboarding.models import Application, ApplicationState
from shared_apps.onboarding.rules import MISSING_ITEMS
from shared_apps.onboarding.selectors import DIRECT
from shared_apps.onboarding.services import applying
from shared_apps.onboarding.views.shown import stages_of, timeline_of
from shared_apps.regions.selectors import region_label
from tenants.models import Level, Station

EDITABLE = frozenset({ApplicationState.DRAFT, ApplicationState.CORRECTING})


@never_cache
def join(request: HttpRequest) -> HttpResponse:
    """Let a unit say where it stands; the station above follows from that."""
    return render(request, "onboarding/join.html", _choice(request))


@never_cache
@part_of("onboarding:join")
def picker(request: HttpRequest) -> HttpResponse:
    """Answer a change of level or region with the part of the page that depends on it."""
    return render(request, "onboarding/_picker.html", _choice(request))


@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Take the description of a unit whose place is known."""
    choice = _choice(request)
    parent: Station | None = choice["parent"]
    if parent is None or not choice["region"]:
        messages.warning(request, _("请先选择层级和所在区域。"))
        return redirect("onboarding:join")
    form = StationForm(
        request.POST or None,
        request.FILES or None,
        initial={"name": choice["suggested_name"], "kind": choice["suggested_kind"]},
    )
    if request.method == "POST" and form.is_valid():
        application = _started(request, form, parent, choice)
        if application is not None:
            return redirect(applying.path_of(application))
    return render(request, "onboarding/form.html", choice | {"form": form, "application": None})


@never_cache
def mine(request: HttpRequest, key: UUID, secret: str) -> HttpResponse:
    """Show one's own application: the form while it may be changed, then how far it is."""
    now = clock.now()
    application = applying.application_behind(key, secret, now=now)
    applying.note_seen(application, now=now)
    if application.state not in EDITABLE:
        return render(
            request,
            "onboarding/status.html",
            {
                "application": application,
                "stages": stages_of(application),
                "events": timeline_of(application),
                "link": request.build_absolute_uri(request.path),
            },
        )
    form = StationForm(
        request.POST or None, request.FILES or None, initial=StationForm.initial_of(application)
    )
    if request.method == "POST" and form.is_valid() and _saved(request, form, application):
        return redirect(request.path)
    return render(
        request,
        "onboarding/form.html",
        {
            "form": form,
            "application": application,
            "parent": application.parent,
            "region": region_label(application.region_code, on=clock.today()),
            "level_label": Level(application.level).label,
            "missing": [
                MISSING_ITEMS[item["item"]]
                for item in application.missing
                if item["item"] in MISSING_ITEMS
            ],
            "link": request.build_absolute_uri(request.path),
        },
    )


def _choice(request: HttpRequest) -> dict[str, Any]:
    asked = request.GET
    level = int(asked["level"]) if asked.get("level") in {"2", "3", "4"} else Level.TOWNSHIP
    today = clock.today()
    city = asked.get("city", "")
    cities = selectors.city_choices(on=today)
    if city not in {code for code, _name in cities}:
        city = cities[0][0] if cities else ""
    counties = selectors.region_choices(city, on=today, level=Level.COUNTY)
    is_unit = level == Level.ENTERPRISE
    above = (
        selectors.direct_parent(level=Level.CITY, region_code=city) if is_unit and city else None
    )
    county = asked.get("county", "")
    if county not in {choice.code for choice in counties} and not (above and county == DIRECT):
        county = ""
    townships = (
        selectors.region_choices(county, on=today, level=Level.TOWNSHIP)
        if county not in {"", DIRECT} and level > Level.COUNTY
        else []
    )
    beside = selectors.direct_parent(level=Level.COUNTY, region_code=county) if is_unit else None
    township = asked.get("township", "")
    if township not in {choice.code for choice in townships} and not (
        beside and township == DIRECT
    ):
        township = ""
    region = county if level == Level.COUNTY else township
    if county == DIRECT:
        region, parent = city, above
    elif township == DIRECT:
        region, parent = county, beside
    else:
        parent = selectors.parent_for(level=level, region_code=region) if region else None
    open_here = selectors.station_open_in(level=level, region_code=region) if region else None
    return {
        "level": level,
        "levels": LEVELS,
        "level_label": Level(level).label,
        "cities": cities,
        "city": city,
        "counties": counties,
        "city_takes_units": above,
        "county_takes_units": beside,
        "county": county,
        "townships": townships,
        "township": township,
        "region_code": region,
        "region": region_label(region, on=today) if region else "",
        "parent": parent,
        "open_here": open_here,
        "missing_parent": _missing_parent(level) if region and parent is None else "",
        "suggested_name": _suggested_name(level, region, [*counties, *townships]),
        "suggested_kind": "point" if level == Level.ENTERPRISE else "comprehensive",
    }


def _suggested_name(level: int, region: str, choices: Sequence[selectors.RegionChoice]) -> str:
    # A name is data, the same in every language of the page.
    name = next((choice.name for choice in choices if choice.code == region), "")
    if not name or level == Level.ENTERPRISE:
        return ""
    if level == Level.COUNTY:
        return f"{name}总工会困难职工帮扶中心"
    return f"{name}职工帮扶站"


def _missing_parent(level: int) -> str:
    if level == Level.COUNTY:
        return _("该市还没有开通市级帮扶中心，请联系市总工会。")
    if level == Level.TOWNSHIP:
        return _("该县区还没有入驻，请先由县区总工会申请入驻。")
    return _("该乡镇（街道）还没有入驻，请先由乡镇（街道）工会申请入驻。")


def _started(
    request: HttpRequest, form: StationForm, parent: Station, choice: dict[str, Any]
) -> Application | None:
    said = form.said() | {"region_code": choice["region_code"]}
    now = clock.now()
    try:
        applying.allow_one_more(
            address=client_address(request),
            contact=said["contact_email"] or said["contact_phone"],
        )
        application = applying.open_application(
            parent=parent, level=choice["level"], said=said, now=now
        )
    except DomainError as error:
        _show(form, error)
        return None
    return application if _saved(request, form, application) else None


def _saved(request: HttpRequest, form: StationForm, application: Application) -> bool:
    try:
        applying.allow_one_more_save(application)
        saved = applying.save_draft(
            application=application, said=form.said(), paper=form.cleaned_data["founding_paper"]
        )
        if "draft" in request.POST:
            messages.success(request, _("草稿已保存。请收藏本页网址，7 天内可继续填写。"))
        else:
            applying.submit_application(application=saved, now=clock.now())
            messages.success(request, _("申请已提交，请收藏本页网址，随时查看进度。"))
    except DomainError as error:
        _show(form, error)
        return False
    return True


def _show(form: StationForm, error: DomainError) -> None:
    if not isinstance(error, InvalidInput):
        form.add_error(None, str(error))
        return
    for problem in error.problems:
        name = problem.field if problem.field in form.fields else None
        form.add_error(name, str(problem.message))
