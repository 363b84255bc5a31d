"""The store: what is in it, one lot, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import DomainError, InvalidInput, NotFound
from bangfu.kernel.media_types import WORKBOOK
from bangfu.ui.acts import act_and_tell
from bangfu.ui.answers import as_file
from bangfu.ui.requests import actor_of, edge, late_page_of, page_of
from tenant_apps.goods import services
from tenant_apps.goods.forms import (
    CheckForm,
    KeepForm,
    ListForm,
    LotForm,
    LotSearchForm,
    SendForm,
    milli,
)
from tenant_apps.goods.models import MoveKind
from tenant_apps.goods.presenting import bare, check_row, lot_row, movement_rows, stock_rows
from tenant_apps.goods.selectors import (
    LOT,
    LotSearch,
    get_lot,
    get_movement,
    lots,
    movements_of,
    stock,
    waiting_checks,
)
from tenant_apps.goods.sheets import template_workbook
from tenant_apps.imports.refusals import WorkbookRefused
from tenant_apps.privacy.services import may_forget

TABS = ("store", "shelf", "expiring", "uncounted", "all")


@require_GET
def store(request: HttpRequest) -> HttpResponse:
    """Show the stock by kind, what waits for a second person, and the lots."""
    actor = actor_of(request)
    form = LotSearchForm(request.GET)
    form.is_valid()
    tab = request.GET.get("tab", "store")
    said = {name: value for name, value in form.cleaned_data.items() if value}
    search = LotSearch(tab=tab if tab in TABS else "store", **said)
    today = clock.today()
    page = page_of(request, lots(search, actor=actor, on=today))
    context = {
        "form": form,
        "page": page,
        "rows": [lot_row(lot, on=today) for lot in page.object_list],
        "stock": stock_rows(stock(actor=actor)),
        "checks": [check_row(todo, actor=actor) for todo in waiting_checks()[:20]],
        "tab": search.tab,
        "tabs": [
            ("store", _("在库")),
            ("shelf", _("可发放")),
            ("expiring", _("临期过期")),
            ("uncounted", _("待盘点")),
            ("all", _("全部")),
        ],
        "is_searched": bool(said),
        "may_keep": actor.may("goods.keep"),
        "may_check": actor.may("goods.check"),
    }
    return render(request, "goods/store.html", context)


@require_http_methods(["GET", "POST"])
def new_lot(request: HttpRequest) -> HttpResponse:
    """Enter goods that came in, or were promised."""
    actor_of(request).require("goods.keep")
    form = LotForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            lot = services.take_in_goods(
                form.details,
                quantity_milli=milli(form.cleaned_data["quantity"]),
                is_announced=form.cleaned_data["is_announced"],
                **edge(request),
            )
        except InvalidInput as refusal:
            form.take_problems(refusal)
        else:
            messages.success(request, _("已登记：%(lot)s。") % {"lot": lot.name})
            return redirect("goods:lot", lot.pk)
    return render(request, "goods/new_lot.html", {"form": form})


@require_http_methods(["GET", "POST"])
def import_list(request: HttpRequest) -> HttpResponse:
    """Enter the goods of a workbook, all or none; what is wrong is told by row."""
    actor_of(request).require("goods.keep")
    form = ListForm(request.POST or None, request.FILES or None)
    problems: list[Any] = []
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            lots_made = services.import_goods(
                upload.read(), filename=upload.name or "", **edge(request)
            )
        except WorkbookRefused as refusal:
            form.add_error("file", str(refusal))
        except InvalidInput as refusal:
            problems = list(refusal.problems)
        else:
            messages.success(request, _("已导入 %(count)s 批物资。") % {"count": len(lots_made)})
            return redirect("goods:store")
    return render(request, "goods/import.html", {"form": form, "problems": problems[:200]})


@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """Give the empty workbook for a list of goods."""
    actor_of(request).require("goods.keep")
    return as_file(template_workbook(), name="goods.xlsx", media_type=WORKBOOK)


@require_GET
def lot_page(request: HttpRequest, lot_id: UUID) -> HttpResponse:
    """Show one lot: how much stands where, what may be done with it, and all its movements."""
    actor = actor_of(request)
    lot = get_lot(lot_id, actor=actor)
    page = late_page_of(request, movements_of(lot))
    may_keep, may_manage = actor.may("goods.keep"), actor.may("goods.manage")
    context = {
        "lot": lot,
        "row": lot_row(lot, on=clock.today()),
        "page": page,
        "movements": movement_rows(list(page.object_list), actor=actor, unit=lot.unit),
        "checks": [check_row(todo, actor=actor) for todo in waiting_checks(lot_id=lot.pk)],
        "stages": _stages(lot) if may_keep else [],
        "announced": bare(lot.announced_milli, lot.unit),
        "check_form": CheckForm(auto_id="check-%s"),
        "send_form": SendForm(auto_id="send-%s"),
        "keep_form": KeepForm(
            auto_id="keep-%s",
            initial={
                "shelf": lot.shelf,
                "note": lot.note,
                "season_limit": bare(lot.season_limit_milli, lot.unit)
                if lot.season_limit_milli
                else None,
            },
        ),
        "limit": bare(lot.season_limit_milli, lot.unit) if lot.season_limit_milli else "",
        "may_keep": may_keep,
        "may_check": actor.may("goods.check"),
        "may_manage": may_manage,
        "may_forget": may_forget(LOT, lot.pk, actor=actor),
        "is_donated": services.is_donated(lot),
    }
    return render(request, "goods/lot.html", context)


@require_POST
def act(request: HttpRequest, lot_id: UUID, step: str) -> HttpResponse:
    """Take a lot a step further: received, staged, counted, thrown away."""
    actor = actor_of(request)
    actor.require("goods.keep")
    lot = get_lot(lot_id, actor=actor)
    if step in {"quarantine", "disinfect", "sort"}:
        label = str(MoveKind(step).label)
        amount = _typed(request)
        act_and_tell(
            request,
            lambda: services.bring_on(lot.pk, kind=step, quantity_milli=amount, **edge(request)),
            label=label,
        )
        return redirect("goods:lot", lot.pk)
    known: dict[str, tuple[str, Callable[[], object]]] = {
        "receive": (_("入库登记"), lambda: _receive(request, lot)),
        "cancel": (
            _("取消拟捐"),
            lambda: services.cancel_announced(
                lot.pk, reason=request.POST.get("reason", ""), **edge(request)
            ),
        ),
        "count": (_("盘点登记，等待另一人确认"), lambda: _count(request, lot)),
        "scrap": (
            _("报废登记，等待另一人确认"),
            lambda: _leave(request, lot, services.propose_scrap),
        ),
        "give-back": (
            _("退还登记，等待另一人确认"),
            lambda: _leave(request, lot, services.propose_return),
        ),
        "keep": (_("保存货位"), lambda: _keep(request, lot)),
    }
    if step not in known:
        raise NotFound
    label, do = known[step]
    act_and_tell(request, do, label=label)
    return redirect("goods:lot", lot.pk)


@require_POST
def send(request: HttpRequest, lot_id: UUID) -> HttpResponse:
    """Send goods to another station."""
    actor = actor_of(request)
    actor.require("goods.manage")
    lot = get_lot(lot_id, actor=actor)

    def do() -> object:
        given = _read(SendForm(request.POST))
        return services.send_goods(
            lot.pk, to=given["to"], quantity_milli=milli(given["quantity"]),
            reason=given["reason"], **edge(request),
        )  # fmt: skip

    act_and_tell(request, do, label=_("调出"))
    return redirect("goods:lot", lot.pk)


@require_POST
def decide(request: HttpRequest, todo_id: UUID, action: str) -> HttpResponse:
    """Agree as the second person with a count or scrapping, or return it."""
    actor = actor_of(request)
    actor.require("goods.view")
    todo = waiting_checks().filter(pk=todo_id).first()
    if todo is None or action not in {"confirm", "return"}:
        raise NotFound
    if action == "confirm":
        act_and_tell(
            request, lambda: services.confirm_check(todo_id, **edge(request)), label=_("确认")
        )
    else:
        reason = request.POST.get("reason", "")
        act_and_tell(
            request,
            lambda: services.return_check(todo_id, reason=reason, **edge(request)),
            label=_("退回"),
        )
    return redirect("goods:lot", todo.subject_id)


@require_POST
def undo(request: HttpRequest, movement_id: UUID) -> HttpResponse:
    """Take a movement back."""
    actor = actor_of(request)
    actor.require("goods.manage")
    movement = get_movement(movement_id, actor=actor)
    reason = request.POST.get("reason", "")
    act_and_tell(
        request,
        lambda: services.undo_movement(movement_id, reason=reason, **edge(request)),
        label=_("冲回"),
    )
    return redirect("goods:lot", movement.lot_id)


@require_POST
def take_back(request: HttpRequest, movement_id: UUID) -> HttpResponse:
    """Put back on the shelf what another station did not take in."""
    actor = actor_of(request)
    actor.require("goods.manage")
    movement = get_movement(movement_id, actor=actor)
    reason = request.POST.get("reason", "")
    act_and_tell(
        request,
        lambda: services.take_back(movement_id, reason=reason, **edge(request)),
        label=_("调拨退回"),
    )
    return redirect("goods:lot", movement.lot_id)


def _stages(lot: Any) -> list[dict[str, Any]]:
    """Say which stages the goods may be taken to, and how much of them waits."""
    if lot.needs_disinfection:
        ways = [
            ("quarantine", lot.received_milli),
            ("disinfect", lot.quarantined_milli),
            ("sort", lot.disinfected_milli),
        ]
    else:
        ways = [("sort", lot.received_milli)]
    return [
        {"step": step, "label": MoveKind(step).label, "amount": bare(amount, lot.unit)}
        for step, amount in ways
        if amount
    ]


def _typed(request: HttpRequest) -> int:
    form = _Quantity(request.POST)
    return milli(form.cleaned_data["quantity"]) if form.is_valid() else 0


class _Quantity(forms.Form):
    quantity = forms.DecimalField(max_digits=12, decimal_places=3, min_value=0)


def _read(form: forms.Form) -> dict[str, Any]:
    if not form.is_valid():
        raise DomainError(_("请把内容填写完整。"))
    return form.cleaned_data


def _receive(request: HttpRequest, lot: Any) -> object:
    amount, reason = _typed(request), request.POST.get("reason", "")
    if lot.transfer_id is not None:
        return services.receive_transfer(
            lot.pk, quantity_milli=amount, reason=reason, **edge(request)
        )
    return services.receive_announced(lot.pk, quantity_milli=amount, **edge(request))


def _count(request: HttpRequest, lot: Any) -> object:
    given = _read(CheckForm(request.POST))
    return services.propose_count(
        lot.pk, place=given["place"], counted_milli=milli(given["quantity"]),
        reason=given["reason"], **edge(request),
    )  # fmt: skip


def _leave(request: HttpRequest, lot: Any, propose: Callable[..., object]) -> object:
    """Ask, by one service or another, that some of a lot leaves the store."""
    given = _read(CheckForm(request.POST))
    return propose(
        lot.pk, place=given["place"], quantity_milli=milli(given["quantity"]),
        reason=given["reason"], **edge(request),
    )  # fmt: skip


def _keep(request: HttpRequest, lot: Any) -> object:
    given = _read(KeepForm(request.POST))
    limit = given["season_limit"]
    return services.keep_lot(
        lot.pk, shelf=given["shelf"], note=given["note"],
        season_limit_milli=milli(limit) if limit is not None else None, **edge(request),
    )  # fmt: skip
