"""Giving goods out, on a phone in three taps: the goods, the household, the quantity. And what was given."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import DomainError, InvalidInput, NotFound
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, edge, key_in, late_page_of
from tenant_apps.goods import services
from tenant_apps.goods.forms import GroupForm, HouseholdSearchForm, IssueForm, milli
from tenant_apps.goods.models import Lot
from tenant_apps.goods.presenting import bare, lot_row, movement_rows
from tenant_apps.goods.rules import Recipient
from tenant_apps.goods.selectors import get_lot, get_movement, had_in_season, issues
from tenant_apps.households.models import COUNTED_STATES, HouseholdFile
from tenant_apps.households.selectors import FileSearch, files_matching, get_file

_SHOWN = 20


@require_GET
def choose(request: HttpRequest, lot_id: UUID) -> HttpResponse:
    """Show the households on file that goods may be given to; a search narrows them."""
    actor = actor_of(request)
    actor.require("goods.keep")
    return _choose(request, get_lot(lot_id, actor=actor), GroupForm(initial={"quantity": 1}))


def _choose(request: HttpRequest, lot: Lot, form: GroupForm) -> HttpResponse:
    search = HouseholdSearchForm(request.GET)
    words = search.cleaned_data["words"] if search.is_valid() else ""
    states = tuple(state.value for state in COUNTED_STATES)
    files = files_matching(FileSearch(words=words, states=states))[:_SHOWN]
    context = {
        "lot": lot,
        "row": lot_row(lot, on=clock.today()),
        "files": files,
        "search": search,
        "form": form,
    }
    return render(request, "goods/choose.html", context)


@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, lot_id: UUID, file_id: UUID) -> HttpResponse:
    """Say how much one household is given, or have it kept back."""
    actor = actor_of(request)
    actor.require("goods.keep")
    lot = get_lot(lot_id, actor=actor)
    file = get_file(file_id, actor=actor)
    had = had_in_season(file.pk, lot, on=clock.today())
    form = IssueForm(request.POST or None, initial={"quantity": _usual(lot, had)})
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and _handed_out(request, lot, Recipient(file_id=file.pk), form):
        return redirect("goods:lot", lot.pk)
    context = {
        "lot": lot,
        "row": lot_row(lot, on=clock.today()),
        "file": file,
        "form": form,
        "had": bare(had, lot.unit),
        "limit": bare(lot.season_limit_milli, lot.unit) if lot.season_limit_milli else "",
        "before": movement_rows(list(issues(actor=actor, file_id=file.pk)[:5]), actor=actor),
    }
    return render(request, "goods/give.html", context)


@require_POST
def give_group(request: HttpRequest, lot_id: UUID) -> HttpResponse:
    """Give goods to people of a group outside the files; what is refused stays in its form."""
    actor = actor_of(request)
    actor.require("goods.keep")
    lot = get_lot(lot_id, actor=actor)
    form = GroupForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        to = Recipient(group=given["group"], name=given["name"], persons=given["persons"])
        if _handed_out(request, lot, to, form):
            return redirect("goods:lot", lot.pk)
    return _choose(request, lot, form)


@require_POST
def end(request: HttpRequest, movement_id: UUID, action: str) -> HttpResponse:
    """Note that what was kept back was fetched, or goes back on the shelf."""
    actor = actor_of(request)
    actor.require("goods.keep")
    movement = get_movement(movement_id, actor=actor)
    if action not in {"fetched", "release"}:
        raise NotFound
    act_and_tell(
        request,
        lambda: services.end_reservation(
            movement_id, is_fetched=action == "fetched", **edge(request)
        ),
        label=_("领取") if action == "fetched" else _("取消预留"),
    )
    return redirect("goods:lot", movement.lot_id)


@require_GET
def issue_list(request: HttpRequest) -> HttpResponse:
    """Show what was given out, newest first; to one household where it is asked for."""
    actor = actor_of(request)
    file_id = key_in(request.GET.get("file", ""))
    page = late_page_of(request, issues(actor=actor, file_id=file_id))
    file = HouseholdFile.objects.filter(pk=file_id).first() if file_id else None
    context = {
        "page": page,
        "rows": movement_rows(list(page.object_list), actor=actor),
        "file": file,
        "may_keep": actor.may("goods.keep"),
    }
    return render(request, "goods/issues.html", context)


def _usual(lot: Lot, had: int) -> str:
    """What a household is usually given: what is left of the limit of the quarter, or one."""
    if lot.season_limit_milli is None:
        return "1"
    return bare(max(min(lot.season_limit_milli - had, lot.sorted_milli), 0), lot.unit)


def _handed_out(request: HttpRequest, lot: Lot, to: Recipient, form: Any) -> bool:
    is_kept_back = "reserve" in request.POST
    step = services.reserve_goods if is_kept_back else services.issue_goods
    try:
        step(lot.pk, to=to, quantity_milli=milli(form.cleaned_data["quantity"]), **edge(request))
    except InvalidInput as refusal:
        for problem in refusal.problems:
            form.add_error(
                problem.field if problem.field in form.fields else None, str(problem.message)
            )
        return False
    except DomainError as refusal:
        if refusal.http_status == 404:
            raise
        form.add_error(None, str(refusal))
        return False
    done = _("已预留") if is_kept_back else _("已发放")
    messages.success(request, f"{done}：{lot.name}")
    return True
