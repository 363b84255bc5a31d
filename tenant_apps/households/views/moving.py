"""Move a file on: submit, delete, its papers."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import InvalidInput
from bangfu.ui.acts import tell_refusal
from bangfu.ui.requests import actor_of
from tenant_apps.households.forms import PaperForm
from tenant_apps.households.selectors import get_file
from tenant_apps.households.services import (
    delete_draft,
    mark_paper,
    mark_papers_seen,
    remove_paper,
    submit_file,
    submit_files,
)
from tenant_apps.households.views.requests import chosen_files


@require_POST
def submit_act(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Submit a file; what is missing is shown on its page."""
    try:
        submit_file(file_id, actor=actor_of(request), now=clock.now())
    except InvalidInput as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, _("已提交，等待受理。"))
    return redirect("households:detail", file_id)


@require_POST
def submit_batch(request: HttpRequest) -> HttpResponse:
    """Submit the chosen files and say what became of each."""
    outcome = submit_files(chosen_files(request), actor=actor_of(request), now=clock.now())
    done = [one for one in outcome if one.refusal is None]
    if len(done) == len(outcome):
        message = ngettext("已提交 %(count)d 户。", "已提交 %(count)d 户。", len(done))
        messages.success(request, message % {"count": len(done)})
        return redirect("households:list")
    context = {"done": done, "refused": [one for one in outcome if one.refusal is not None]}
    return render(request, "households/submitted.html", context)


@require_POST
def delete_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Delete a draft that was never submitted."""
    delete_draft(file_id, actor=actor_of(request), now=clock.now())
    messages.success(request, _("草稿已删除。"))
    return redirect("households:list")


@require_POST
def add_paper(request: HttpRequest, file_id: UUID, kind: str) -> HttpResponse:
    """Add the scan of a paper, or note that its original was seen."""
    actor = actor_of(request)
    actor.require("file.edit")
    get_file(file_id, actor=actor)
    form = PaperForm(request.POST, request.FILES)
    upload = form.cleaned_data["scan"] if form.is_valid() else None
    if upload is None and not request.POST.get("seen"):
        messages.error(request, _("请选择图片或 PDF,或者登记已看原件。"))
        return redirect("households:detail", file_id)
    try:
        mark_paper(file_id, kind=kind, upload=upload, actor=actor, now=clock.now())
    except InvalidInput as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, _("材料已登记。"))
    return _back_to_papers(file_id)


@require_POST
def mark_seen(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Note that the originals of the ticked papers were seen."""
    actor, kinds = actor_of(request), request.POST.getlist("kinds")
    get_file(file_id, actor=actor)
    actor.require("file.edit")
    try:
        mark_papers_seen(file_id, kinds=kinds, actor=actor, now=clock.now())
    except InvalidInput as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, _("已登记 %(count)d 种材料的原件。") % {"count": len(set(kinds))})
    return _back_to_papers(file_id)


@require_POST
def remove_paper_act(request: HttpRequest, file_id: UUID, paper_id: UUID) -> HttpResponse:
    """Take a paper off a file."""
    remove_paper(file_id, paper_id=paper_id, actor=actor_of(request), now=clock.now())
    messages.success(request, _("材料已移除。"))
    return _back_to_papers(file_id)


def _back_to_papers(file_id: UUID) -> HttpResponse:
    response = redirect("households:detail", file_id)
    response["Location"] += "#papers"
    return response
