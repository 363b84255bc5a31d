"""Pages of the entry of paper reports."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.kernel.errors import IllegalMove, InvalidInput
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, edge
from tenant_apps.reports import services
from tenant_apps.reports.declarations import get_form
from tenant_apps.reports.presenting import groups_of, lines_of
from tenant_apps.reports.selectors import get_received, get_report, report_above
from tenant_apps.reports.views.asking import numbers_in


@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Show the empty form of a unit that reports on paper, and take in what is typed."""
    actor = actor_of(request)
    report = get_report(report_id, actor=actor)
    actor.require("report.fill")
    if not report.is_editable:
        raise IllegalMove
    form = get_form(report.form)
    numbers, name, problems = (
        numbers_in(request, prefix="number:"),
        request.POST.get("name", ""),
        [],
    )
    if request.method == "POST":
        try:
            services.enter_paper(report_id, name=name, numbers=numbers, **edge(request))
        except InvalidInput as refusal:
            problems = list(refusal.problems)
        else:
            messages.success(request, _("已录入“%(unit)s”的纸质报表。") % {"unit": name.strip()})
            return redirect("reports:board", report_id)
    typed = {key: int(text) for key, text in numbers.items() if text.isdecimal()}
    context = {
        "report": report,
        "form": form,
        "period": report.months.label,
        "groups": groups_of(form),
        "lines": lines_of(form, {"total": typed}, named=[one.field for one in problems]),
        "name": name,
        "problems": problems,
    }
    return render(request, "reports/paper.html", context, status=422 if problems else 200)


@require_POST
def remove(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Take a paper report out of the sum."""
    actor_of(request).require("report.fill")
    report = report_above(get_received(unit_id, actor=actor_of(request)))
    act_and_tell(
        request, lambda: services.remove_paper(unit_id, **edge(request)), label=_("删除纸质报表")
    )
    return redirect("reports:board", report.pk)
