"""Pages of what the units below report: the board, one report, the decisions."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import NotFound, Text
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, edge
from tenant_apps.casework.selectors import timeline_of
from tenant_apps.reports import services
from tenant_apps.reports.declarations import get_form
from tenant_apps.reports.flow import RECEIVED_FLOW
from tenant_apps.reports.models import OWING, ReceivedState
from tenant_apps.reports.presenting import groups_of, history_of, lines_of
from tenant_apps.reports.selectors import (
    board_of,
    get_received,
    get_report,
    report_above,
    versions_of,
)
from tenant_apps.reports.views.asking import numbers_in
from tenant_apps.reports.wording import action_label


@require_GET
def show(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Show who has reported, who is late, who waits for a decision."""
    actor = actor_of(request)
    board = board_of(get_report(report_id, actor=actor), on=clock.today())
    state = request.GET.get("state", "")
    units = [unit for unit in board.units if not state or unit.state == state]
    context = {
        "board": board,
        "report": board.report,
        "form": board.form,
        "period": board.report.months.label,
        "rows": [{"unit": unit, "is_late": unit.pk in board.late} for unit in units],
        "states": ReceivedState.choices,
        "state": state,
        "may_review": actor.may("report.review"),
        "may_enter": board.report.is_editable and actor.may("report.fill"),
        "owing_states": OWING,
    }
    return render(request, "reports/board.html", context)


@require_GET
def received(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Show what one unit reported, what differs from its last version and from the facts."""
    actor = actor_of(request)
    unit = get_received(unit_id, actor=actor)
    form = get_form(unit.form)
    known = versions_of(unit.pk)
    latest = unit.latest
    before = known[1].picture["total"] if len(known) > 1 else None
    differences = {one["cell"]: one["facts"] for one in unit.differences}
    actions = RECEIVED_FLOW.actions_from(unit.state, actor=actor)
    report = report_above(unit)
    context = {
        "unit": unit,
        "report": report,
        "form": form,
        "period": report.months.label,
        "groups": groups_of(form),
        "lines": lines_of(form, latest.picture, before=before, named=differences) if latest else [],
        "differences": [
            {"title": form.cells[one["cell"]].title, **one}
            for one in unit.differences
            if one["cell"] in form.cells
        ],
        "explained": latest.picture.get("explained", {}) if latest else {},
        "history": history_of(form, known),
        "actions": actions,
        "may_comment": "return" in actions,
        "may_chase": actor.may("report.review") and unit.state in OWING and not unit.is_paper,
        "may_remove": unit.is_paper and report.is_editable and actor.may("report.fill"),
        "timeline": timeline_of(
            ("received_report", unit.pk), flow=RECEIVED_FLOW, label=action_label
        ),
    }
    return render(request, "reports/received.html", context)


@require_POST
def return_down(request: HttpRequest, unit_id: UUID) -> HttpResponse:
    """Return a report with comments on its cells."""
    actor_of(request).require("report.review")
    comments = [
        {"cell": cell, "text": text}
        for cell, text in numbers_in(request, prefix="comment:").items()
    ]
    act_and_tell(
        request,
        lambda: services.return_down(
            unit_id, text=request.POST.get("reason", ""), comments=comments, **edge(request)
        ),
        label=_("退回"),
    )
    return redirect("reports:received", unit_id)


@require_POST
def decide(request: HttpRequest, unit_id: UUID, action: str) -> HttpResponse:
    """Take one decision and go back to where it was taken."""
    actor_of(request).require("report.review")
    if action not in _ACTS:
        raise NotFound
    label, act = _ACTS[action]
    act_and_tell(request, lambda: act(request, unit_id), label=label)
    if request.POST.get("from") == "board":
        unit = get_received(unit_id, actor=actor_of(request))
        return redirect("reports:board", report_above(unit).pk)
    return redirect("reports:received", unit_id)


@require_POST
def accept_all(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Accept everything that waits and agrees."""
    actor_of(request).require("report.review")

    def act() -> None:
        done = services.accept_all(report_id, **edge(request))
        messages.info(request, _("已接收 %(count)s 份。") % {"count": done.accepted})
        if done.left:
            names = "、".join(done.left)
            messages.warning(
                request,
                _("以下单位的报表与汇总库或校验规则不一致，请逐份审核：%(names)s")
                % {"names": names},
            )

    act_and_tell(request, act, label=_("批量接收"))
    return redirect("reports:board", report_id)


@require_POST
def chase_all(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Urge on everybody who has not reported."""
    actor_of(request).require("report.review")

    def act() -> None:
        chased = services.chase_all(report_id, text=request.POST.get("reason", ""), **edge(request))
        messages.info(
            request, _("已催报 %(count)s 个单位；今天已经催过的不重复催。") % {"count": chased}
        )

    act_and_tell(request, act, label=_("催报"))
    return redirect("reports:board", report_id)


def _reason(request: HttpRequest) -> str:
    return str(request.POST.get("reason", ""))


_ACTS: dict[str, tuple[Text, Callable[[HttpRequest, UUID], object]]] = {
    "accept": (
        gettext_lazy("接收"),
        lambda request, key: services.accept(key, reason=_reason(request), **edge(request)),
    ),
    "agree": (
        gettext_lazy("同意更正"),
        lambda request, key: services.agree_correction(key, text=_reason(request), **edge(request)),
    ),
    "decline": (
        gettext_lazy("不同意更正"),
        lambda request, key: services.decline_correction(
            key, text=_reason(request), **edge(request)
        ),
    ),
    "excuse": (
        gettext_lazy("准予免报"),
        lambda request, key: services.excuse(key, reason=_reason(request), **edge(request)),
    ),
    "demand": (
        gettext_lazy("撤销免报"),
        lambda request, key: services.demand(key, **edge(request)),
    ),
    "chase": (
        gettext_lazy("催报"),
        lambda request, key: services.chase(key, text=_reason(request), **edge(request)),
    ),
}
