"""The workbench, the lists of work, and the papers."""

from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bangfu.kernel import clock
from bangfu.kernel.tenancy import current_station
from bangfu.ui.answers import as_handed_in
from bangfu.ui.beginnings import first_steps_for
from bangfu.ui.requests import actor_of, page_of
from shared_apps.notifications.selectors import announcements_on, notifications_for
from shared_apps.regions.selectors import calendar_in_force
from shared_apps.rollup.keeping import glance_of_late
from tenant_apps.casework.selectors import (
    amounts_of_work,
    deadlines_missed,
    deadlines_near,
    get_attachment,
    todos_done_by,
    todos_for,
)
from tenant_apps.casework.services import close_by_hand, show_attachment
from tenant_apps.casework.workbench import deadline_rows, is_waited_for, todo_rows

SHOWN_ON_WORKBENCH = 8
DEADLINE_TABS = {"deadlines": deadlines_near, "overdue": deadlines_missed}

M = TypeVar("M", bound=Model)


@require_GET
def workbench(request: HttpRequest) -> HttpResponse:
    actor, today = actor_of(request), clock.today()
    calendar = calendar_in_force()
    todos = todos_for(actor)[:SHOWN_ON_WORKBENCH]
    near = deadlines_near(today, actor=actor)[:SHOWN_ON_WORKBENCH]
    counts = amounts_of_work(actor, on=today)
    return render(
        request,
        "casework/workbench.html",
        {
            "counts": counts,
            "first_steps": [] if is_waited_for(counts) else first_steps_for(actor),
            "glance": glance_of_late(
                station=current_station(), today=today, with_money=actor.may("fund.view")
            )
            if actor.may("rollup.view")
            else [],
            "todos": todo_rows(todos, on=today, calendar=calendar),
            "deadlines": deadline_rows(near, actor=actor, on=today, calendar=calendar),
            "announcements": announcements_on(today)[:SHOWN_ON_WORKBENCH],
            "notifications": notifications_for(actor)[:SHOWN_ON_WORKBENCH],
        },
    )


@require_GET
def list_todos(request: HttpRequest) -> HttpResponse:
    actor, today = actor_of(request), clock.today()
    tab, calendar = request.GET.get("tab", ""), calendar_in_force()
    context: dict[str, Any]
    if tab in DEADLINE_TABS:
        clocks = page_of(request, DEADLINE_TABS[tab](today, actor=actor))
        rows = deadline_rows(clocks.object_list, actor=actor, on=today, calendar=calendar)
        context = {"tab": tab, "is_deadlines": True, "page": clocks, "rows": rows}
    else:
        done = tab == "done"
        todos = page_of(request, todos_done_by(actor) if done else todos_for(actor))
        context = {
            "tab": "done" if done else "todo",
            "page": todos,
            "rows": todo_rows(todos.object_list, on=today, calendar=calendar),
        }
    return render(request, "casework/todos.html", context)


@require_POST
def close_todo(request: HttpRequest, todo_id: UUID) -> HttpResponse:
    close_by_hand(todo_id, actor=actor_of(request), now=clock.now())
    messages.success(request, _("已标记为办结。"))
    return redirect("casework:todos")


@require_GET
def attachment(request: HttpRequest, attachment_id: UUID) -> HttpResponse:
    actor = actor_of(request)
    paper = get_attachment(attachment_id, actor=actor)
    content = show_attachment(paper, actor=actor, now=clock.now())
    return as_handed_in(content, name=paper.name, media_type=paper.content_type)
