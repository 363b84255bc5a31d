"""Pages of the own reports: the list, one form, its history, its proof, its print."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bangfu.kernel import clock
from bangfu.kernel.media_types import WORKBOOK
from bangfu.ui.acts import act_and_tell
from bangfu.ui.answers import as_file
from bangfu.ui.requests import actor_of, edge, page_of
from tenant_apps.casework.selectors import timeline_of
from tenant_apps.reports import services
from tenant_apps.reports.declarations import FORMS, get_form
from tenant_apps.reports.flow import REPORT_FLOW
from tenant_apps.reports.models import Received, ReportState
from tenant_apps.reports.presenting import groups_of, history_of, lines_of
from tenant_apps.reports.selectors import (
    files_behind_cell,
    get_report,
    get_version,
    present_picture,
    reports_of,
    versions_of,
)
from tenant_apps.reports.services.sending import findings_now
from tenant_apps.reports.sheets import workbook_of
from tenant_apps.reports.views.asking import numbers_in
from tenant_apps.reports.wording import action_label


@require_GET
def report_list(request: HttpRequest) -> HttpResponse:
    """Show the own reports, newest period first, and how far those below are."""
    form, state = request.GET.get("form", ""), request.GET.get("state", "")
    reports = reports_of(
        actor_of(request),
        form=form if form in FORMS else "",
        state=state if state in ReportState.values else "",
    )
    page = page_of(request, reports)
    rows = list(page.object_list)
    below = {
        (one["form"], one["period"])
        for one in Received.objects.filter(period__in=[row.period for row in rows]).values(
            "form", "period"
        )
    }
    context = {
        "page": page,
        "rows": [
            {
                "report": row,
                "form": get_form(row.form),
                "period": row.months.label,
                "has_units": (row.form, row.period) in below,
            }
            for row in rows
        ],
        "today": clock.today(),
        "forms": FORMS.values(),
        "states": ReportState.choices,
        "form": form,
        "state": state,
        "given": (form, state),
    }
    return render(request, "reports/list.html", context)


@require_GET
def detail(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Show one form with its cells, what does not hold, and what can be done now."""
    actor = actor_of(request)
    report = get_report(report_id, actor=actor)
    form = get_form(report.form)
    findings = findings_now(report) if report.is_editable else []
    picture = present_picture(report)
    named = [key for finding in findings for key in finding.cells]
    may_fill = report.is_editable and actor.may("report.fill")
    context = {
        "report": report,
        "form": form,
        "period": report.months.label,
        "groups": groups_of(form),
        "lines": lines_of(form, picture, comments=report.comments, named=named),
        "comments": [
            {"title": form.cells[one["cell"]].title, "text": one["text"]}
            for one in report.comments
            if one["cell"] in form.cells
        ],
        "findings": [
            {"finding": one, "said": report.explained.get(one.rule, "")} for one in findings
        ],
        "has_units": Received.objects.filter(form=report.form, period=report.period).exists(),
        "entered": [
            {"cell": cell, "kept": report.entered.get(cell.key, {})} for cell in form.entered
        ],
        "may_fill": may_fill,
        "may_submit": report.is_editable and actor.may("report.submit"),
        "may_correct": "ask_correction" in REPORT_FLOW.actions_from(report.state, actor=actor),
        "may_see_files": actor.may("file.view"),
        "timeline": timeline_of(("report", report.pk), flow=REPORT_FLOW, label=action_label),
        "today": clock.today(),
    }
    return render(request, "reports/detail.html", context)


@require_GET
def files(request: HttpRequest, report_id: UUID, cell: str) -> HttpResponse:
    """List the files of the own station behind one cell."""
    actor = actor_of(request)
    actor.require("file.view")
    report = get_report(report_id, actor=actor)
    listed = files_behind_cell(report, cell)
    context = {
        "report": report,
        "name": get_form(report.form).cells[cell].title,
        "period": report.months.label,
        "page": page_of(request, listed),
        "sealed": report.version.picture["own"].get(cell) if report.version else None,
    }
    return render(request, "reports/files.html", context)


@require_GET
def versions(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Show every version and why there is it; two of them side by side, cell by cell."""
    report = get_report(report_id, actor=actor_of(request))
    form = get_form(report.form)
    known = versions_of(report.pk)
    chosen = request.GET.get("version", "")
    lines = []
    version = known[0] if known else None
    if chosen.isdecimal():
        version = get_version(report.pk, int(chosen))
    if version is not None:
        older = [one for one in known if one.number < version.number]
        before = older[0].picture["total"] if older else None
        lines = lines_of(form, version.picture, before=before)
    context = {
        "report": report,
        "form": form,
        "period": report.months.label,
        "history": history_of(form, known),
        "version": version,
        "groups": groups_of(form),
        "lines": lines,
    }
    return render(request, "reports/versions.html", context)


@require_GET
def check(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Show which cells of the sealed report are not what files and facts give today."""
    report = get_report(report_id, actor=actor_of(request))
    context = {
        "report": report,
        "form": get_form(report.form),
        "period": report.months.label,
        "differences": services.check_sealed(report),
        "at": clock.now(),
    }
    return render(request, "reports/check.html", context)


@require_GET
def print_report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Show the report as a sheet of paper, lying."""
    report = get_report(report_id, actor=actor_of(request))
    form = get_form(report.form)
    context = {
        "report": report,
        "form": form,
        "period": report.months.label,
        "groups": groups_of(form),
        "lines": lines_of(form, present_picture(report)),
        "digest": bytes(report.version.digest).hex() if report.version else "",
    }
    return render(request, "reports/print.html", context)


@require_POST
def workbook(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Answer the report as a workbook in the layout of the form, and note who took it."""
    actor, now = actor_of(request), clock.now()
    report = services.take_away(report_id, actor=actor, now=now)
    data = workbook_of(
        report, get_form(report.form), present_picture(report), who=actor.name, now=now
    )
    return as_file(data, name=f"{report.form}-{report.period}.xlsx", media_type=WORKBOOK)


@require_POST
def enter(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Enter the numbers that cannot be drawn."""
    actor_of(request).require("report.fill")
    act_and_tell(
        request,
        lambda: services.enter(
            report_id,
            numbers=numbers_in(request, prefix="number:"),
            sources=numbers_in(request, prefix="source:"),
            **edge(request),
        ),
        label=_("保存填报"),
    )
    return redirect("reports:detail", report_id)


@require_POST
def explain(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Say why a rule does not hold."""
    actor_of(request).require("report.fill")
    act_and_tell(
        request,
        lambda: services.explain(
            report_id,
            rule=request.POST.get("rule", ""),
            text=request.POST.get("reason", ""),
            **edge(request),
        ),
        label=_("说明"),
    )
    return redirect("reports:detail", report_id)


@require_POST
def redraw(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Draw the numbers anew."""
    actor_of(request).require("report.fill")
    act_and_tell(request, lambda: services.redraw(report_id, **edge(request)), label=_("重新取数"))
    return redirect("reports:detail", report_id)


@require_POST
def submit(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Send the report."""
    actor_of(request).require("report.submit")
    act_and_tell(
        request,
        lambda: services.submit(report_id, text=request.POST.get("reason", ""), **edge(request)),
        label=_("上报"),
    )
    return redirect("reports:detail", report_id)


@require_POST
def ask_correction(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Ask to correct an accepted report."""
    actor_of(request).require("report.submit")
    act_and_tell(
        request,
        lambda: services.ask_correction(
            report_id, reason=request.POST.get("reason", ""), **edge(request)
        ),
        label=_("申请更正"),
    )
    return redirect("reports:detail", report_id)
