"""The catalogue of programmes of a station or of the network: what holds, since when, on whose word."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import InvalidInput, NotFound
from bangfu.kernel.tenancy import station_in_force
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, edge
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.policies.selectors import names_of_scopes
from shared_apps.programmes import services
from shared_apps.programmes.forms import ProgrammeForm, initial_of
from shared_apps.programmes.models import Programme
from shared_apps.programmes.selectors import (
    programme_above,
    programmes_in_force,
    terms_of,
    versions_of,
)
from shared_apps.programmes.terms import read_terms, terms_problems
from shared_apps.programmes.wording import terms_in_words

LOOKS, MANAGES = "policy.view", "policy.manage"


@require_GET
def programme_list(request: HttpRequest) -> HttpResponse:
    """Show every programme that holds here, with the scope it comes from."""
    actor = actor_of(request)
    actor.require(LOOKS)
    held = programmes_in_force(station=station_in_force(), on=clock.today())
    names = names_of_scopes([row.scope_path for row in held.values()])
    context = {
        "rows": [
            {
                "row": row,
                "aid": CODE_LISTS["aid"].label(row.aid),
                "scope": names[row.scope_path],
                "words": terms_in_words(terms_of(row))[:3],
            }
            for row in held.values()
        ],
        "may_manage": actor.may(MANAGES),
    }
    return render(request, "programmes/list.html", context)


@require_GET
def programme(request: HttpRequest, key: str) -> HttpResponse:
    """Show one programme in words, and every version that held here."""
    actor = actor_of(request)
    actor.require(LOOKS)
    station, on = station_in_force(), clock.today()
    versions = list(versions_of(key, station=station))
    if not versions:
        raise NotFound
    held = programmes_in_force(station=station, on=on).get(key)
    names = names_of_scopes([row.scope_path for row in versions])
    own = station.path if station else ""
    context = {
        "key": key,
        "held": held,
        "name": (held or versions[0]).name,
        "aid": CODE_LISTS["aid"].label((held or versions[0]).aid),
        "scope": names[held.scope_path] if held else "",
        "words": terms_in_words(terms_of(held)) if held else [],
        "versions": [
            {
                "row": row,
                "scope": names[row.scope_path],
                "words": terms_in_words(terms_of(row)),
                "may_withdraw": actor.may(MANAGES)
                and row.scope_path == own
                and row.valid_from > on
                and not row.is_withdrawn,
            }
            for row in versions
        ],
        "may_manage": actor.may(MANAGES),
    }
    return render(request, "programmes/programme.html", context)


@require_http_methods(["GET", "POST"])
def new_version(request: HttpRequest, key: str = "") -> HttpResponse:
    """Lay down another version of a programme, or a new programme, after a look at what it says."""
    actor = actor_of(request)
    actor.require(MANAGES)
    station, on = station_in_force(), clock.today()
    held = programmes_in_force(station=station, on=on).get(key) if key else None
    if key and held is None:
        raise NotFound
    initial: dict[str, Any] = initial_of(held) if held else {}
    form = ProgrammeForm(request.POST or None, initial=initial | {"valid_from": on})
    preview: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            if "preview" in request.POST:
                preview = _looked_at(form, key)
            else:
                _lay_down(request, form, key)
                messages.success(request, _("已登记新的项目标准。"))
                return redirect("programmes:programme", key or form.cleaned_data["key"])
        except InvalidInput as refusal:
            form.take_problems(refusal)
    above = programme_above(key, station=station, on=on) if key else None
    context = {
        "form": form,
        "key": key,
        "held": held,
        "preview": preview,
        "now_words": terms_in_words(terms_of(held)) if held else [],
        "above": terms_in_words(terms_of(above)) if above else [],
    }
    return render(request, "programmes/new.html", context)


@require_POST
def withdraw(request: HttpRequest, programme_id: int) -> HttpResponse:
    """Take back a version that is not in force yet."""
    actor = actor_of(request)
    actor.require(MANAGES)
    row = Programme.objects.filter(pk=programme_id).first()
    if row is None:
        raise NotFound
    act_and_tell(
        request,
        lambda: services.withdraw_programme(
            programme_id, station=station_in_force(), **edge(request)
        ),
        label=_("撤回项目标准"),
    )
    return redirect("programmes:programme", row.key)


def _looked_at(form: ProgrammeForm, key: str) -> list[str]:
    given = form.cleaned_data
    problems = services.programme_problems(
        key=key or given["key"],
        name=given["name"],
        aid=given["aid"],
        terms=form.terms(),
        source=given["source"],
        valid_from=given["valid_from"],
        valid_to=given["valid_to"],
        station=station_in_force(),
    )
    if problems or terms_problems(form.terms()):
        raise InvalidInput(problems)
    return terms_in_words(read_terms(form.terms()))


def _lay_down(request: HttpRequest, form: ProgrammeForm, key: str) -> Programme:
    given = form.cleaned_data
    return services.lay_down_programme(
        key=key or given["key"],
        name=given["name"],
        english=given["english"],
        aid=given["aid"],
        terms=form.terms(),
        valid_from=given["valid_from"],
        valid_to=given["valid_to"],
        source=given["source"],
        document_no=given["document_no"],
        station=station_in_force(),
        **edge(request),
    )
