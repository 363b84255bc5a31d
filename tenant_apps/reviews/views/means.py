"""Pages of means checks: the list, request lists going out, answers coming back, conflicts settled."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import DomainError, InvalidInput
from bangfu.kernel.media_types import WORKBOOK
from bangfu.ui.acts import act_and_tell, tell_refusal
from bangfu.ui.answers import as_file
from bangfu.ui.requests import actor_of, edge, page_of, ticked
from tenant_apps.imports.refusals import WorkbookRefused
from tenant_apps.reviews import services
from tenant_apps.reviews.forms import IntakeForm, ItemsForm, SendListForm
from tenant_apps.reviews.models import MeansState
from tenant_apps.reviews.selectors import (
    batches_of,
    checks_matching,
    checks_of,
    count_checks,
    get_batch,
    get_check,
)
from tenant_apps.reviews.views.requests import refuse_form


@require_GET
def checks(request: HttpRequest) -> HttpResponse:
    """Show the means checks by state, and the request lists that went out lately."""
    actor = actor_of(request)
    state = request.GET.get("state", "")
    state = state if state in MeansState.values else ""
    page = page_of(request, checks_matching(state=state, actor=actor))
    counts = count_checks()
    context = {
        "page": page,
        "state": state,
        "states": [(one.value, one.label, counts.get(one.value, 0)) for one in MeansState],
        "prepared": counts.get(MeansState.PREPARED, 0),
        "batches": list(batches_of(actor)[:10]),
        "today": clock.today(),
        "may_send": _may_send(request),
        "may_choose": _may_send(request)
        and any(check.state == MeansState.PREPARED for check in page.object_list),
        "may_decide": actor.may("review.decide"),
        "send_form": SendListForm(),
        "intake_form": IntakeForm(),
    }
    return render(request, "reviews/means.html", context)


@require_POST
def send_list(request: HttpRequest) -> HttpResponse:
    """Put the chosen requests, or all that wait, on one numbered list."""
    actor = actor_of(request)
    for capability in ("review.decide", "file.export", "file.reveal"):
        actor.require(capability)
    form = SendListForm(request.POST)
    try:
        refuse_form(form, code="V311")
        sent = services.send_checks(
            ticked(request) or None,
            unit=form.cleaned_data["unit"],
            reason=form.cleaned_data["reason"],
            **edge(request),
        )
    except DomainError as refusal:
        tell_refusal(request, refusal)
        return redirect("reviews:means")
    messages.success(
        request,
        _("已生成核对名单 %(number)s，共 %(count)d 户；请下载后送核对单位。")
        % {"number": sent.number, "count": sent.checks_sent},
    )
    return redirect("reviews:means-batch", sent.pk)


@require_GET
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Show one request list with how far its answers are."""
    found = get_batch(batch_id, actor=actor_of(request))
    context = {
        "batch": found,
        "page": page_of(request, checks_of(found)),
        "may_send": _may_send(request),
        "today": clock.today(),
    }
    return render(request, "reviews/means_batch.html", context)


@require_POST
def batch_list(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Answer a request list as a workbook, names and numbers in the clear, for a reason that is noted."""
    actor = actor_of(request)
    for capability in ("review.decide", "file.export", "file.reveal"):
        actor.require(capability)
    found = get_batch(batch_id, actor=actor)
    try:
        content = services.batch_workbook(
            batch_id, reason=request.POST.get("reason", ""), **edge(request)
        )
    except InvalidInput as refusal:
        tell_refusal(request, refusal)
        return redirect("reviews:means-batch", batch_id)
    return as_file(content, name=f"{found.number}.xlsx", media_type=WORKBOOK)


@require_POST
def take_in(request: HttpRequest) -> HttpResponse:
    """Take in a list that came back, and say what became of each row."""
    actor_of(request).require("review.decide")
    form = IntakeForm(request.POST, request.FILES)
    try:
        refuse_form(form, code="V330")
        upload = form.cleaned_data["file"]
        intake = services.take_in_answers(
            upload.read(), filename=upload.name or "", **edge(request)
        )
    except WorkbookRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("reviews:means")
    except InvalidInput as refusal:
        tell_refusal(request, refusal)
        return redirect("reviews:means")
    context = {
        "intake": intake,
        "counts": intake.counts,
        "taken": [one for one in intake.rows if not one.problems],
    }
    return render(request, "reviews/means_intake.html", context)


@require_POST
def note_answer(request: HttpRequest, check_id: UUID) -> HttpResponse:
    """Note by hand what the outside unit said."""
    actor = actor_of(request)
    actor.require("review.decide")
    check = get_check(check_id, actor=actor)

    def act() -> object:
        form = ItemsForm(request.POST)
        refuse_form(form, code="V322")
        return services.record_answer(
            check_id,
            form.answers,
            answered_on=form.cleaned_data["answered_on"],
            **edge(request),
        )

    return _back(request, check.review_id, act, _("登记核对反馈"))


@require_POST
def settle(request: HttpRequest, check_id: UUID, item_id: UUID) -> HttpResponse:
    """Say what follows from one conflict."""
    actor = actor_of(request)
    actor.require("review.decide")
    check = get_check(check_id, actor=actor)

    def act() -> object:
        return services.settle_item(
            check_id,
            item_id,
            verdict=request.POST.get("verdict", ""),
            reason=request.POST.get("reason", ""),
            **edge(request),
        )

    return _back(request, check.review_id, act, _("核实出入"))


def _back(
    request: HttpRequest, review_id: UUID, act: Callable[[], object], label: str
) -> HttpResponse:
    act_and_tell(request, act, label=label)
    response = redirect("reviews:detail", review_id)
    response["Location"] += "#means"
    return response


def _may_send(request: HttpRequest) -> bool:
    actor = actor_of(request)
    return all(actor.may(one) for one in ("review.decide", "file.export", "file.reveal"))
