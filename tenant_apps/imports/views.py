"""Pages of imports: upload and history, preview, result, the two workbooks."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotPermitted
from bangfu.kernel.media_types import WORKBOOK
from bangfu.kernel.tenancy import current_station
from bangfu.ui.answers import as_file
from bangfu.ui.requests import page_of, part_of
from shared_apps.importing.models import Outcome, Run, RunState
from tenant_apps.imports import presenting, selectors, services
from tenant_apps.imports.forms import ConfirmForm, UploadForm
from tenant_apps.imports.refusals import WorkbookRefused

WARNINGS = "warning"


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """The page to upload a workbook, with the imports so far below."""
    actor = _actor(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        now = clock.now()
        try:
            run = services.start_import(
                file.read(services.MAX_UPLOAD_BYTES + 1),
                filename=file.name,
                actor=actor,
                now=now,
            )
        except WorkbookRefused as refusal:
            form.add_error("file", str(refusal))
            status = refusal.http_status
        else:
            services.go_on(run, now=now)
            return redirect("imports:detail", run.pk)
    context = {
        "form": form,
        "page": page_of(request, selectors.imports_of_station()),
        "tones": presenting.RUN_TONES,
        "limit_mb": services.MAX_UPLOAD_BYTES >> 20,
    }
    return render(request, "imports/upload.html", context, status=status)


@require_GET
def detail(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """One import: how far it is, the preview to confirm, or the result."""
    _actor(request)
    run = selectors.get_run(run_id)
    show = request.GET.get("show", "")
    rows = selectors.rows_of(
        run, verdict="" if show == WARNINGS else show, warnings=show == WARNINGS
    )
    page = page_of(request, rows.select_related("target"))
    outcomes = selectors.outcome_counts(run)
    context = {
        "run": run,
        "run_tone": presenting.RUN_TONES[RunState(run.state)],
        "stages": presenting.stages_of(run),
        "percent": presenting.percent_of(run),
        "expected": presenting.expected_rows(run),
        "tabs": presenting.tabs_of(run, show),
        "page": page,
        "rows": presenting.shown_rows(page.object_list, run),
        "is_confirmed": run.confirmed_at is not None,
        "can_confirm": run.state == RunState.CHECKED
        and not run.only_check
        and bool(run.new_rows + run.update_rows),
        "can_undo": run.state == RunState.DONE
        and bool(outcomes.get(Outcome.APPLIED, 0) + outcomes.get(Outcome.SENT, 0)),
        "good_rows": run.new_rows + run.update_rows,
        "outcomes": [
            (one.label, outcomes[one], presenting.OUTCOME_TONES[one])
            for one in Outcome
            if outcomes.get(one)
        ],
        "earlier": selectors.earlier_import_of(run) if run.state == RunState.CHECKED else None,
        "station_id": current_station().id,
        **_below(run),
    }
    return render(request, "imports/detail.html", context)


@require_GET
@part_of("imports:detail", "run_id")
def progress(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """How far the background job is; when it is through, the page is loaded anew."""
    _actor(request)
    run = selectors.get_run(run_id)
    if not run.is_working:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {
        "run": run,
        "percent": presenting.percent_of(run),
        "expected": presenting.expected_rows(run),
    }
    return render(request, "imports/progress.html", context)


@require_GET
@part_of("imports:detail", "run_id")
def stations(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """How the rows sent down fare at each station."""
    _actor(request)
    run = selectors.get_run(run_id)
    return render(request, "imports/stations.html", {"run": run, **_below(run)})


@require_POST
def confirm(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Import the good rows."""
    wish = ConfirmForm(request.POST)
    wish.is_valid()
    now = clock.now()
    try:
        run = services.confirm_import(
            run_id,
            update_existing=wish.cleaned_data["update_existing"],
            actor=_actor(request),
            now=now,
        )
    except (services.ImportNotReady, services.NothingToImport) as refusal:
        messages.error(request, str(refusal))
    else:
        services.go_on(run, now=now)
    return redirect("imports:detail", run_id)


@require_POST
def undo(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Take the import back."""
    now = clock.now()
    try:
        run = services.undo_import(run_id, actor=_actor(request), now=now)
    except services.ImportNotDone as refusal:
        messages.error(request, str(refusal))
    else:
        services.go_on(run, now=now)
    return redirect("imports:detail", run_id)


@require_GET
def errors(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The rows to correct, as a workbook."""
    content = services.export_errors(run_id, actor=_actor(request), now=clock.now())
    return as_file(content, name=_("导入错误行.xlsx"), media_type=WORKBOOK)


@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """The empty form of this station."""
    content = services.station_template(actor=_actor(request))
    name = _("困难职工家庭导入模板-%(station)s.xlsx") % {"station": current_station().code}
    return as_file(content, name=name, media_type=WORKBOOK)


def _below(run: Run) -> dict[str, object]:
    if run.confirmed_at is None:
        return {"below": [], "waits_below": False}
    below = selectors.destinations_of(run)
    return {
        "below": [
            {
                "station": one.station,
                "counts": [
                    (state.label, one.counts[state], presenting.OUTCOME_TONES[state])
                    for state in Outcome
                    if one.counts.get(state)
                ],
            }
            for one in below
        ],
        "waits_below": any(
            one.counts.get(Outcome.SENT) or one.counts.get(Outcome.UNDOING) for one in below
        ),
    }


def _actor(request: HttpRequest) -> Actor:
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None:
        raise NotPermitted
    actor.require("import.run")
    return actor
