"""The work list of files whose tier a change of rules moves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bangfu.kernel import clock
from bangfu.ui.requests import actor_of, page_of, part_of, ticked
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.households.models import RetierItem, RetierState
from tenant_apps.households.services.retiering import (
    AT_ONCE,
    NothingToConfirm,
    ask_to_confirm,
    confirm_retiers,
    waiting_items,
)


@require_GET
def retiering_list(request: HttpRequest) -> HttpResponse:
    """List the files that wait for a reviewer to confirm their new tier."""
    actor = actor_of(request)
    actor.require("file.view")
    page = page_of(request, waiting_items().select_related("file"))
    context = {
        "page": page,
        "rows": [_row(item) for item in page.object_list],
        "may_confirm": actor.may("file.review"),
        **_progress(),
    }
    return render(request, "households/retiering.html", context)


@require_POST
def confirm_chosen(request: HttpRequest) -> HttpResponse:
    """Confirm the ticked files, or all: a few at once, many by a worker."""
    actor, now = actor_of(request), clock.now()
    ids = None if request.POST.get("every") else ticked(request)
    try:
        if ids is not None and len(ids) <= AT_ONCE:
            changed = confirm_retiers(ids, actor=actor, now=now)
            messages.success(
                request, _("已确认，%(count)d 户变更了困难类别。") % {"count": changed}
            )
        else:
            asked = ask_to_confirm(ids, actor=actor, now=now)
            messages.info(request, _("正在确认 %(count)d 户，进度显示在下面。") % {"count": asked})
    except NothingToConfirm as refusal:
        messages.warning(request, str(refusal))
    return redirect("households:retiering")


@require_GET
@part_of("households:retiering")
def confirming_progress(request: HttpRequest) -> HttpResponse:
    """Answer the list with how far the confirmation of many files is."""
    actor_of(request).require("file.view")
    return render(request, "households/_retiering_progress.html", _progress())


def _progress() -> dict[str, Any]:
    waiting = waiting_items()
    asked = waiting.filter(state=RetierState.ASKED)
    at_work = asked.first()
    done = (
        RetierItem.objects.filter(
            change_id=at_work.change_id, decided_by=at_work.asked_by, decided_at__isnull=False
        ).count()
        if at_work
        else 0
    )
    left = asked.count()
    return {
        "left": left,
        "done": done,
        "percent": 100 * done // (done + left) if left else None,
    }


def _row(item: RetierItem) -> dict[str, Any]:
    labels = CODE_LISTS["tier"]
    return {
        "item": item,
        "before": labels.label(item.tier_before) if item.tier_before else "—",
        "after": labels.label(item.tier_after) if item.tier_after else _("不再符合，须复核"),
        "is_leaving": not item.tier_after,
    }
