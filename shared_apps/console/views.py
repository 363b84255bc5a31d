"""Pages over all stations."""

import secrets
from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, NotFound
from bangfu.kernel.tenancy import StationRef
from bangfu.ui.requests import part_of
from shared_apps.console import selectors, services
from shared_apps.console.forms import CorrectionForm, ProfileForm
from shared_apps.console.rules import PASS_MARK, STANDARDS
from shared_apps.onboarding import selectors as onboarding
from shared_apps.onboarding.forms import ImportForm
from shared_apps.onboarding.services import many
from shared_apps.onboarding.sheets import lines_of_upload
from shared_apps.policies.services import advance_clock
from tenants.lifecycle import STATION_FLOW
from tenants.models import Station
from tenants.selectors import station_with_code

# Seconds for which an uploaded list waits between preview and confirmation.
PREVIEW_KEPT_SECONDS = 3600
STEPS_OF_CLOCK = {"1": timedelta(days=1), "7": timedelta(days=7), "30": timedelta(days=30)}


def network(request: HttpRequest) -> HttpResponse:
    """Show the network at a glance: how many stations, what is being opened, who applies."""
    actor = _asker(request, "network.view")
    return render(
        request,
        "console/network.html",
        {
            "levels": selectors.counts_by_level(),
            "states": selectors.counts_by_state(),
            "pool": selectors.waiting_schemas(),
            "batches": onboarding.progress_of_batches(limit=5),
            "applications": onboarding.newest_sign_ups(),
            "counts": onboarding.counts_by_state(),
            "roots": [
                (root, selectors.branches(root.station)) for root in selectors.branches(None)
            ],
            "may_advance": settings.BANGFU_DEMO and actor.may("clock.advance"),
            "ahead": clock.offset(),
        },
    )


@part_of("console:network")
def progress(request: HttpRequest) -> HttpResponse:
    """Answer the network page with how far the opening of stations is."""
    _asker(request, "network.view")
    return render(
        request,
        "console/_progress.html",
        {
            "levels": selectors.counts_by_level(),
            "batches": onboarding.progress_of_batches(limit=5),
        },
    )


@part_of("console:station", "code")
def branch(request: HttpRequest, code: str) -> HttpResponse:
    """Answer the tree with what hangs below one station."""
    _asker(request, "network.view")
    return render(
        request, "console/_branches.html", {"branches": selectors.branches(_station(code))}
    )


def stations(request: HttpRequest) -> HttpResponse:
    """Find stations by name or code."""
    _asker(request, "network.view")
    words = request.GET.get("words", "").strip()
    return render(
        request,
        "console/stations.html",
        {"words": words, "branches": selectors.branches(None, words=words)},
    )


def children(request: HttpRequest) -> HttpResponse:
    """List the stations right below this one, to accept, suspend and resume them."""
    actor = _asker(request, "onboarding.view")
    here = Station.objects.get(pk=cast("StationRef", actor.station).id)
    return render(request, "console/children.html", {"children": selectors.branches_of(here)})


def station(request: HttpRequest, code: str) -> HttpResponse:
    """Show one station from above and what may be done with it."""
    actor = _asker(request, "onboarding.view")
    row = _station(code)
    if actor.station is not None and row.parent_id != actor.station.id:
        raise NotFound
    actions = STATION_FLOW.actions_from(row.state, actor=actor)
    return render(
        request,
        "console/station.html",
        {
            "row": row,
            "branches": selectors.branches_of(row),
            "actions": actions,
            "standards": STANDARDS,
            "pass_mark": PASS_MARK,
            "evidence": selectors.evidence_of(row) if "accept" in actions else None,
            "people": selectors.people_of(row),
            "correction": CorrectionForm(
                initial={name: getattr(row, name) for name in services.CORRECTED}
            )
            if actor.may("onboarding.decide")
            else None,
        },
    )


@require_POST
def move(request: HttpRequest, code: str, action: str) -> HttpResponse:
    """Accept, suspend, resume or correct a station."""
    actor = _asker(request, "onboarding.view")
    now = clock.now()
    if action == "accept":
        services.accept_station(
            code=code,
            met=request.POST.getlist("met"),
            reason=request.POST.get("reason", ""),
            actor=actor,
            now=now,
        )
    elif action == "suspend":
        services.suspend_station(
            code=code, reason=request.POST.get("reason", ""), actor=actor, now=now
        )
    elif action == "resume":
        services.resume_station(code=code, actor=actor, now=now)
    elif action == "correct":
        services.correct_station(
            code=code,
            said=request.POST.dict(),
            reason=request.POST.get("reason", ""),
            actor=actor,
            now=now,
        )
        messages.success(request, _("站点资料已更正。"))
        return redirect("console:station", code=code)
    else:
        raise NotFound
    messages.success(request, _("已办理：%(step)s") % {"step": STATION_FLOW.steps[action].label})
    return redirect("console:station", code=code)


def import_stations(request: HttpRequest) -> HttpResponse:
    """Take a list of stations, show what it would do, and queue it when that is confirmed."""
    actor = _asker(request, "network.manage")
    if request.method == "POST" and "confirm" in request.POST:
        # By the list that was shown on this page: another tab may show another one.
        slot = _preview_slot(actor, request.POST["confirm"])
        kept = cache.get(slot)
        if kept is None:
            messages.warning(request, _("预览已过期，请重新上传。"))
            return redirect("console:import")
        title, lines = kept
        batch = many.import_stations(lines=lines, title=title, actor=actor, now=clock.now())
        cache.delete(slot)
        messages.success(request, _("已开始在后台开通 %(total)s 个站点。") % {"total": batch.total})
        return redirect("console:network")
    form = ImportForm(request.POST or None, request.FILES or None)
    preview: many.Preview | None = None
    problems: tuple[Any, ...] = ()
    shown = secrets.token_urlsafe(12)
    if request.method == "POST" and form.is_valid():
        try:
            preview = many.preview_import(lines_of_upload(form.cleaned_data["file"]))
        except InvalidInput as error:
            problems = error.problems
        else:
            slot = _preview_slot(actor, shown)
            cache.set(slot, (form.cleaned_data["title"], preview.good), PREVIEW_KEPT_SECONDS)
    return render(
        request,
        "console/import.html",
        {"form": form, "preview": preview, "problems": problems, "shown": shown},
    )


def _preview_slot(actor: Actor, shown: str) -> str:
    return f"import-preview:{actor.user_id}:{shown[:32]}"


@require_POST
def advance(request: HttpRequest) -> HttpResponse:
    """Let a demonstration run ahead."""
    actor = _asker(request, "clock.advance")
    by = STEPS_OF_CLOCK.get(request.POST.get("days", ""))
    if by is None:
        raise NotFound
    advance_clock(by=by, actor=actor, now=clock.now())
    clock.forget_offset()
    messages.success(
        request, _("业务时间已推进到 %(when)s。") % {"when": clock.now().strftime("%Y-%m-%d %H:%M")}
    )
    return redirect("console:network")


def profile(request: HttpRequest) -> HttpResponse:
    """Show and change what a station says of itself."""
    actor = _asker(request, "settings.view")
    here = Station.objects.select_related("parent").get(pk=cast("StationRef", actor.station).id)
    form = ProfileForm(
        request.POST or None, initial={name: getattr(here, name) for name in services.PROFILE}
    )
    if request.method == "POST" and form.is_valid():
        services.change_profile(
            station_id=here.pk, said=form.cleaned_data, actor=actor, now=clock.now()
        )
        messages.success(request, _("本站资料已保存。"))
        return redirect("console:profile")
    return render(
        request,
        "console/profile.html",
        {
            "form": form,
            "row": here,
            "may_manage": actor.may("settings.manage"),
        },
    )


def _station(code: str) -> Station:
    return Station.objects.select_related("parent").get(pk=station_with_code(code).pk)


def _asker(request: HttpRequest, capability: str) -> Actor:
    actor = cast("Actor | None", request.actor)  # type: ignore[attr-defined]
    if actor is None:
        raise NotFound
    actor.require(capability)
    return actor
