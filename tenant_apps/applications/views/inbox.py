"""The station's side: the inbox, one application, the steps, the codes, and the desk."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import DomainError, InvalidInput, NotFound
from bangfu.ui.acts import act_and_tell
from bangfu.ui.answers import as_revealed
from bangfu.ui.requests import actor_of, edge, member_of, page_of
from tenant_apps.applications.flow import APPLICATION_FLOW
from tenant_apps.applications.forms import DeskForm, IdentityForm, InboxForm
from tenant_apps.applications.models import Application, ApplicationState
from tenant_apps.applications.selectors import (
    SUBJECT,
    TABS,
    answers_of,
    applications_in,
    deadlines_of,
    desk_of_station,
    destinations,
    get_application,
    papers_to_show,
    region_name,
    takes_applications,
    warnings_about,
)
from tenant_apps.applications.services import deciding, referring
from tenant_apps.applications.services.desk import change_desk
from tenant_apps.applications.steps import ASKED, MEMBER_ASKS
from tenant_apps.casework.selectors import clocks_of, timeline_of
from tenant_apps.households.drafts import MEMBER_FIELDS
from tenant_apps.households.presenting import ShownSection, sections_of, values_of
from tenant_apps.households.selectors import get_file


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """Show the applications of a tab, and the way to the desk and to a new one."""
    actor = actor_of(request)
    form = InboxForm(request.GET)
    form.is_valid()
    asked = request.GET.get("tab", "todo")
    tab = asked if asked in TABS else "todo"
    words = form.cleaned_data.get("words", "")
    page = page_of(request, applications_in(tab, words=words, actor=actor))
    rows = list(page.object_list)
    due = deadlines_of(rows)
    context = {
        "form": form,
        "tab": tab,
        "tabs": [
            ("todo", _("待处理")),
            ("going", _("填写或补正中")),
            ("done", _("已处理")),
            ("all", _("全部")),
        ],
        "page": page,
        "rows": [_row(one, due.get(one.pk)) for one in rows],
        "today": clock.today(),
        "words": words,
        "takes": takes_applications(request.station.state),  # type: ignore[attr-defined]
        "may_work": actor.may("application.work"),
    }
    return render(request, "applications/inbox.html", context)


@never_cache
@require_GET
def detail(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show one application, masked, with what is known of the people and what may be done."""
    actor = actor_of(request)
    application = get_application(application_id, actor=actor)
    answers = answers_of(application)
    is_open = application.state == ApplicationState.SENT
    context = {
        "application": application,
        "name": answers.draft.name,
        "sections": _answered(sections_of(answers.draft)),
        "residence": region_name(answers.draft.residence),
        "members": [values_of(one, MEMBER_FIELDS) for one in answers.draft.members],
        "member_asks": MEMBER_ASKS,
        "papers": papers_to_show(application, answers, on=clock.today()),
        "warned": warnings_about(application, answers) if is_open else [],
        "destinations": destinations() if is_open else [],
        "actions": APPLICATION_FLOW.actions_from(application.state, actor=actor),
        "flow": APPLICATION_FLOW.steps,
        "timeline": timeline_of((SUBJECT, application.pk), flow=APPLICATION_FLOW),
        "clock": clocks_of((SUBJECT, application.pk)).first(),
        "today": clock.today(),
        "identity_form": IdentityForm(),
        "may_work": actor.may("application.work"),
        "may_reveal": actor.may("file.reveal"),
        "may_see_file": actor.may("file.view"),
    }
    return render(request, "applications/detail.html", context)


@require_POST
def step(request: HttpRequest, application_id: UUID, action: str) -> HttpResponse:
    """Take one step; taking over leads to the file it made."""
    edge: dict[str, Any] = {"actor": actor_of(request), "now": clock.now()}
    reason = request.POST.get("reason", "")
    if action == "take":
        try:
            file = deciding.take_over(application_id, **edge)
        except InvalidInput as refusal:
            for problem in refusal.problems:
                if problem.severity == "error":
                    messages.error(request, str(problem.message))
            return redirect("applications:detail", application_id)
        except DomainError as refusal:
            if refusal.http_status in {403, 404}:
                raise
            messages.error(request, str(refusal))
            return redirect("applications:detail", application_id)
        messages.success(request, _("已转入建档，请核对后补齐其余内容。"))
        return redirect("households:change", file.pk)
    acts = {
        "return": lambda: deciding.return_to_worker(application_id, reason=reason, **edge),
        "refuse": lambda: deciding.refuse(application_id, reason=reason, **edge),
        "refer": lambda: referring.refer(
            application_id, to_code=request.POST.get("to", ""), reason=reason, **edge
        ),
    }
    if action not in acts:
        raise NotFound
    edge["actor"].require("application.work")
    act_and_tell(request, acts[action], label=APPLICATION_FLOW.steps[action].label)
    return redirect("applications:detail", application_id)


@require_POST
def reveal(request: HttpRequest, application_id: UUID, field: str) -> HttpResponse:
    """Answer one masked answer in the open, for the reason that was given."""
    return as_revealed(
        lambda: deciding.reveal(
            application_id,
            field=field,
            reason=request.POST.get("reason", ""),
            member=member_of(request),
            **edge(request),
        )
    )


@never_cache
@require_POST
def begin_at_counter(request: HttpRequest) -> HttpResponse:
    """Begin an application for somebody at the counter and show the slip with the code, once."""
    application, code = deciding.begin_at_counter(actor=actor_of(request), now=clock.now())
    return _slip(request, application, code)


@never_cache
@require_POST
def new_code(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Give a new code against the identity card and show the slip, once."""
    actor = actor_of(request)
    actor.require("application.work")
    form = IdentityForm(request.POST)
    form.is_valid()
    try:
        application, code = deciding.give_new_code(
            application_id,
            id_no=form.cleaned_data.get("id_no", ""),
            actor=actor,
            now=clock.now(),
        )
    except InvalidInput as refusal:
        messages.error(request, str(refusal.problems[0].message))
        return redirect("applications:detail", application_id)
    return _slip(request, application, code)


@never_cache
@require_http_methods(["GET", "POST"])
def code_for_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Give a worker whose file was not applied for online a code to follow it by."""
    actor = actor_of(request)
    actor.require("application.work")
    file = get_file(file_id, actor=actor)
    form = IdentityForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            application, code = deciding.give_code_for_file(
                file, id_no=form.cleaned_data["id_no"], actor=actor, now=clock.now()
            )
        except InvalidInput as refusal:
            form.add_error("id_no", str(refusal.problems[0].message))
        else:
            return _slip(request, application, code)
    context = {"form": form, "file": file}
    return render(
        request, "applications/code_for_file.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """Show and change what the front page for the public says."""
    actor = actor_of(request)
    actor.require("settings.view")
    row = desk_of_station()
    initial = {
        "takes_applications": row is None or row.takes_applications,
        "pause_note": row.pause_note if row else "",
        "hours": row.hours if row else "",
        "welcome": row.welcome if row else "",
    }
    form = DeskForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        actor.require("settings.manage")
        if form.is_valid():
            change_desk(**form.cleaned_data, actor=actor, now=clock.now())
            messages.success(request, _("对外页面已更新。"))
            return redirect("applications:desk")
    context = {
        "form": form,
        "row": row,
        "may_manage": actor.may("settings.manage"),
        "address": request.build_absolute_uri(reverse("applications:front")),
    }
    return render(request, "applications/desk.html", context)


def _slip(request: HttpRequest, application: Application, code: str) -> HttpResponse:
    context = {
        "code": code,
        "application": application,
        "address": request.build_absolute_uri(reverse("applications:resume")),
        "is_at_counter": True,
    }
    return render(request, "applications/slip.html", context)


def _row(application: Application, due_on: date | None) -> dict[str, object]:
    name = answers_of(application).draft.name
    return {"application": application, "name": name or "—", "due_on": due_on}


def _answered(sections: list[ShownSection]) -> list[ShownSection]:
    found = []
    for section in sections:
        values = tuple(value for value in section.values if value.text or value.spec.name in ASKED)
        if values:
            found.append(ShownSection(name=section.name, title=section.title, values=values))
    return found
