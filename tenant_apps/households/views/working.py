"""The work lists of files, and the list of transfers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import NotFound
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, late_page_of, page_of, ticked
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.households.life_forms import ExitCheckForm, HeirForm
from tenant_apps.households.models import TransferRole, TransferState
from tenant_apps.households.services import moving, rechecking
from tenant_apps.households.services.findings import Findings
from tenant_apps.households.services.one_by_one import Outcome
from tenant_apps.households.work import (
    LISTS,
    MOST_COUNTED,
    WorkList,
    count_work,
    files_to_do,
    rechecks_to_do,
    stations_to_offer,
    transfers_to_show,
)

_SHOWN_REFUSALS = 10


def _told(count: int, one: WorkList, chosen: WorkList) -> str:
    is_whole = one.is_of_rechecks or one is chosen or count <= MOST_COUNTED
    return f"{count:,}" if is_whole else f"{MOST_COUNTED:,}+"


@require_GET
def work_page(request: HttpRequest, name: str = "due") -> HttpResponse:
    """Show one list of work, with how much is on each."""
    actor = actor_of(request)
    actor.require("file.view")
    if name not in LISTS:
        raise NotFound
    on = clock.today()
    chosen = LISTS[name]
    rows = (rechecks_to_do if chosen.is_of_rechecks else files_to_do)(name, on=on)
    counts = count_work(on=on, whole=name)
    page = late_page_of(request, rows, count=counts[name])
    context = {
        "chosen": chosen,
        "lists": [(one, _told(counts[one.name], one, chosen)) for one in LISTS.values()],
        "page": page,
        "tiers": {code.value: code.text for code in CODE_LISTS["tier"]},
        "today": on,
        "may_send": actor.may("file.recheck") and name in {"due", "overdue", "redeclare"},
        "may_verify": actor.may("file.recheck") and name == "exits",
        "check_form": ExitCheckForm(),
    }
    return render(request, "households/work.html", context)


@require_POST
def send_chosen(request: HttpRequest) -> HttpResponse:
    """Begin and send up the re-checks of the chosen files with the same findings."""
    actor = actor_of(request)
    actor.require("file.recheck")
    outcome = rechecking.send_rechecks(
        ticked(request),
        Findings(text=request.POST.get("reason", "")),
        actor=actor,
        now=clock.now(),
    )
    tell_outcome(request, outcome, said=_("已上报复核 %(done)s 户。"))
    return redirect("households:work")


@require_GET
def transfers_page(request: HttpRequest) -> HttpResponse:
    """Show the transfers of the station: given, taken, to confirm."""
    actor = actor_of(request)
    actor.require("file.view")
    waiting = request.GET.get("tab") != "all"
    page = page_of(request, transfers_to_show(waiting=waiting))
    context = {
        "page": page,
        "waiting": waiting,
        "may_act": actor.may("file.transfer"),
        "accepting": [_key(one) for one in page if _may_accept(one)],
        "confirming": [_key(one) for one in page if _may_confirm(one)],
        "rows": [
            {
                "transfer": one,
                "may_accept": actor.may("file.transfer") and _may_accept(one),
                "may_confirm": actor.may("file.transfer") and _may_confirm(one),
            }
            for one in page
        ],
        "today": clock.today(),
    }
    return render(request, "households/transfers.html", context)


@require_POST
def transfer_act(request: HttpRequest, transfer_id: UUID, action: str) -> HttpResponse:
    """Accept, decline, confirm or refuse one transfer."""
    actor = actor_of(request)
    if action not in _ACTS:
        raise NotFound
    service, label, says = _ACTS[action]
    said = {says: request.POST.get("reason", "")}
    act_and_tell(
        request,
        lambda: service(transfer_id, **said, actor=actor, now=clock.now()),
        label=label,
    )
    return redirect("households:transfers")


@require_POST
def transfers_act(request: HttpRequest, action: str) -> HttpResponse:
    """Accept or confirm the chosen transfers, each on its own."""
    actor = actor_of(request)
    actor.require("file.transfer")
    if action not in _MANY:
        raise NotFound
    outcome = _MANY[action](ticked(request), actor=actor, now=clock.now())
    tell_outcome(request, outcome, said=_("已办理 %(done)s 件。"))
    return redirect("households:transfers")


@require_http_methods(["GET", "POST"])
def transfer_all_page(request: HttpRequest) -> HttpResponse:
    """Let the unit that closes offer every open file to its heir."""
    actor = actor_of(request)
    actor.require("file.transfer")
    form = HeirForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome = moving.offer_all(**form.cleaned_data, actor=actor, now=clock.now())
        tell_outcome(request, outcome, said=_("已提出转移 %(done)s 户。"))
        return redirect("households:transfers")
    context = {
        "form": form,
        "title": _("单位撤销，整站移交"),
        "hint": _("在档的每一户逐户转给接收站点；正在复核、退出的先办结，原因会逐户列出。"),
        "stations": stations_to_offer(),
    }
    return render(request, "households/life_form.html", context)


def tell_outcome(request: HttpRequest, outcome: Sequence[Outcome], *, said: str) -> None:
    """Leave a message for the next page: how many were done, and why the others were not."""
    refused = [one for one in outcome if one.refusal is not None]
    messages.success(request, said % {"done": len(outcome) - len(refused)})
    for one in refused[:_SHOWN_REFUSALS]:
        problems = getattr(one.refusal, "problems", ())
        why = "；".join(str(problem.message) for problem in problems) or str(one.refusal)
        messages.warning(request, f"{one.label}：{why}")
    if len(refused) > _SHOWN_REFUSALS:
        more = _("另有 %(more)s 件未办理。") % {"more": len(refused) - _SHOWN_REFUSALS}
        messages.warning(request, more)


def _key(transfer: Any) -> UUID:
    key: UUID = transfer.transfer_id
    return key


def _may_accept(transfer: Any) -> bool:
    return bool(transfer.role == TransferRole.TAKING and transfer.state == TransferState.OFFERED)


def _may_confirm(transfer: Any) -> bool:
    return bool(
        transfer.role == TransferRole.CONFIRMING and transfer.state == TransferState.ACCEPTED
    )


_ACTS: dict[str, tuple[Callable[..., object], Any, str]] = {
    "accept": (moving.accept_transfer, gettext_lazy("同意接收"), "text"),
    "decline": (moving.decline_transfer, gettext_lazy("不予接收"), "reason"),
    "confirm": (moving.confirm_transfer, gettext_lazy("确认转移"), "text"),
    "refuse": (moving.refuse_transfer, gettext_lazy("不同意转移"), "reason"),
}
_MANY: dict[str, Callable[..., list[Outcome]]] = {
    "accept": moving.accept_transfers,
    "confirm": moving.confirm_transfers,
}
