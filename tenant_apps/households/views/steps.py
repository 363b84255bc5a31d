"""What the own station does with a file after its submission."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import InvalidInput, NotFound
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of
from tenant_apps.households import second_look, transitions
from tenant_apps.households.asking import questions_for
from tenant_apps.households.flow import FILE_FLOW
from tenant_apps.households.models import FileState
from tenant_apps.households.selectors import get_file
from tenant_apps.households.services import moving, rechecking
from tenant_apps.households.visiting import VisitForm


@require_POST
def take_step(request: HttpRequest, file_id: UUID, action: str) -> HttpResponse:
    """Take one step of the flow and go back to the file; a refusal is shown there."""
    if action not in _STEPS:
        raise NotFound
    label = FILE_FLOW.steps[action].label
    act_and_tell(request, lambda: _STEPS[action](request, file_id), label=label)
    return redirect("households:detail", file_id)


@require_http_methods(["GET", "POST"])
def visit_page(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Let visitors note what they found, with pictures taken on the spot."""
    actor = actor_of(request)
    file = get_file(file_id, actor=actor)
    actor.require("file.visit")
    if request.method == "POST":
        form = VisitForm(request.POST, request.FILES, questions=questions_for(file))
        if form.is_valid() and _recorded(form, file_id, request):
            messages.success(request, _("入户核查已登记。"))
            return redirect("households:detail", file_id)
    else:
        form = VisitForm(
            initial={"visited_on": clock.today(), "first_visitor": actor.name},
            questions=questions_for(file),
        )
    return render(request, "households/visit.html", {"file": file, "form": form})


def _recorded(form: VisitForm, file_id: UUID, request: HttpRequest) -> bool:
    file = get_file(file_id, actor=actor_of(request))
    again = file.state == FileState.RECHECKING
    try:
        (rechecking.visit_again if again else transitions.record_visit)(
            file_id,
            form.visit,
            photos=form.cleaned_data["photos"],
            actor=actor_of(request),
            now=clock.now(),
        )
    except InvalidInput as refusal:
        for problem in refusal.problems:
            field = problem.field if problem.field in form.fields else None
            form.add_error(field, str(problem.message))
        return False
    return True


_STEPS: dict[str, Callable[[HttpRequest, UUID], object]] = {
    "accept": lambda request, key: transitions.accept_for_review(
        key, actor=actor_of(request), now=clock.now()
    ),
    "arrange_visit": lambda request, key: transitions.arrange_visit(
        key, actor=actor_of(request), now=clock.now()
    ),
    "report": lambda request, key: transitions.report_upward(
        key, opinion=request.POST.get("opinion", ""), actor=actor_of(request), now=clock.now()
    ),
    "return_to_applicant": lambda request, key: transitions.return_to_applicant(
        key, reason=request.POST.get("reason", ""), actor=actor_of(request), now=clock.now()
    ),
    "recall": lambda request, key: transitions.recall(
        key, reason=request.POST.get("reason", ""), actor=actor_of(request), now=clock.now()
    ),
    "ask_second_look": lambda request, key: second_look.ask_second_look(
        key, reason=request.POST.get("reason", ""), actor=actor_of(request), now=clock.now()
    ),
    "start_recheck": lambda request, key: rechecking.start_recheck(
        key, actor=actor_of(request), now=clock.now()
    ),
    "drop_recheck": lambda request, key: rechecking.drop_recheck(
        key, reason=request.POST.get("reason", ""), actor=actor_of(request), now=clock.now()
    ),
    "withdraw_recheck": lambda request, key: rechecking.withdraw_recheck(
        key, reason=request.POST.get("reason", ""), actor=actor_of(request), now=clock.now()
    ),
    "cancel_transfer": lambda request, key: moving.cancel_transfer(
        key, reason=request.POST.get("reason", ""), actor=actor_of(request), now=clock.now()
    ),
}
