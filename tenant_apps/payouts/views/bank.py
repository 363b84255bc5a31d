"""What goes to the bank and comes back, and the summary by name."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import DomainError
from bangfu.kernel.media_types import BYTES, WORKBOOK
from bangfu.ui.acts import act_and_tell
from bangfu.ui.answers import as_file
from bangfu.ui.requests import actor_of, edge, part_of
from tenant_apps.payouts import services
from tenant_apps.payouts.bankfile import LARGEST_BYTES, FileRefused, layout_of
from tenant_apps.payouts.doorbell import ring_to_give_up, ring_to_prepare
from tenant_apps.payouts.flow import SENDS
from tenant_apps.payouts.forms import AnswerForm, NationalEntryForm
from tenant_apps.payouts.models import BatchState
from tenant_apps.payouts.presenting import given_up_of
from tenant_apps.payouts.selectors import get_batch, held_by, progress_of
from tenant_apps.payouts.views.batches import batch_context, given_back, percent_of

_QUIET = timedelta(seconds=30)


@require_POST
def enter_nationally(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Note on which day the payments of a batch were entered in the national system."""
    actor_of(request).require(SENDS)
    form = NationalEntryForm(request.POST)
    form.is_valid()
    act_and_tell(
        request,
        lambda: services.enter_nationally(
            batch_id, entered_on=form.cleaned_data.get("entered_on"), **edge(request)
        ),
        label=_("登记全国系统录入"),
    )
    return redirect("payouts:batch", batch_id)


@require_POST
def take_file(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Give the signed file for the bank; each time is noted."""
    actor_of(request).require(SENDS)
    batch, data = services.take_bank_file(batch_id, **edge(request))
    suffix = layout_of(batch.layout).suffix
    return as_file(data, name=f"{batch.number}.{suffix}", media_type=BYTES)


@require_POST
def answer(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Take a return file; one that is refused is told with line, field and remedy."""
    actor = actor_of(request)
    actor.require(SENDS)
    get_batch(batch_id, actor=actor)
    form = AnswerForm(request.POST, request.FILES)
    status = 422
    if form.is_valid():
        data = form.cleaned_data["file"].read(LARGEST_BYTES + 1)
        try:
            batch = services.receive_answer(batch_id, data, **edge(request))
        except FileRefused as refusal:
            form.add_error("file", f"{refusal.kind} {refusal}")
        except DomainError as refusal:
            form.add_error("file", str(refusal))
            status = refusal.http_status
        else:
            why = held_by(batch)
            if why:
                told = _("回盘文件已接收，暂时不能记账：%(why)s") % {"why": why}
            elif batch.waits:
                told = _("回盘文件已接收，等待入账后自动生效。")
            else:
                told = _("回盘结果已生效。")
            messages.add_message(request, messages.WARNING if why else messages.SUCCESS, told)
            return redirect("payouts:batch", batch_id)
    context = batch_context(request, batch_id) | {"answer_form": form}
    return render(request, "payouts/batch.html", context, status=status)


@require_POST
def drop_answer(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Take back a return file that waits: it was the wrong one."""
    actor = actor_of(request)
    actor.require(SENDS)
    get_batch(batch_id, actor=actor)
    reason = request.POST.get("reason", "")
    act_and_tell(
        request,
        lambda: services.drop_answer(batch_id, reason=reason, **edge(request)),
        label=_("撤下回盘文件"),
    )
    return redirect("payouts:batch", batch_id)


@require_GET
@part_of("payouts:batch", "batch_id")
def progress(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """How far a batch was prepared or given up, or a return file used; once it is through, the page loads anew."""
    batch = get_batch(batch_id, actor=actor_of(request))
    # Where nothing moved for a while its worker may be dead: whoever looks need not wait for the sweep.
    is_quiet = clock.now() - batch.changed_at > _QUIET
    if batch.state == BatchState.PREPARING:
        if is_quiet:
            ring_to_prepare(batch.pk)
        context = {"batch": batch, "percent": percent_of(batch)}
        return render(request, "payouts/making.html", context)
    if batch.state == BatchState.GIVING_UP:
        if is_quiet:
            ring_to_give_up(batch.pk)
        context = {
            "batch": batch,
            "percent": percent_of(batch),
            "given_up": given_up_of(batch),
            "given_back": given_back(batch),
        }
        return render(request, "payouts/giving_up.html", context)
    if not batch.waits:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"batch": batch, "percent": percent_of(batch), "done": progress_of(batch.pk)}
    return render(request, "payouts/progress.html", context)


@require_POST
def summary(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Give the summary by name as a workbook; that it was taken is noted."""
    batch, data = services.export_summary(batch_id, **edge(request))
    name = _("实名制汇总表-%(number)s.xlsx") % {"number": batch.number}
    return as_file(data, name=name, media_type=WORKBOOK)
