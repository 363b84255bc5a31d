"""Orders to draw: given to every station of a subtree, followed in numbers, and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import DomainError, NotFound, Text
from bangfu.kernel.tenancy import current_station
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, edge, page_of
from shared_apps.evaluations.models import Outcome
from shared_apps.programmes.selectors import programme_names, programmes_of_year
from tenant_apps.surveys import services
from tenant_apps.surveys.forms import OrderForm
from tenant_apps.surveys.orders import (
    ORDERS,
    StationPart,
    get_order,
    is_anybody_below,
    parts_of,
    progress_of,
)
from tenant_apps.surveys.views.samples import named, take_refusal, year_asked

TONES = {
    Outcome.DRAWN: "ok",
    Outcome.STANDS: "info",
    Outcome.NOBODY: "mute",
    Outcome.NO_SHARE: "mute",
    Outcome.RECALLED: "mute",
}
_YEARS_BACK = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRow:
    """How far one station is, as the page shows it."""

    one: StationPart
    word: Text
    tone: str


@require_http_methods(["GET", "POST"])
def new_order(request: HttpRequest) -> HttpResponse:
    """Have every station of the subtree draw."""
    actor_of(request).require(ORDERS)
    station = current_station()
    if not is_anybody_below(station):
        raise NotFound
    this_year = clock.today().year
    years = list(range(this_year, this_year - _YEARS_BACK, -1))
    year = year_asked(request, years)
    held = programmes_of_year(year, station=station)
    form = OrderForm(
        request.POST or None,
        programmes={key: str(one.name) for key, one in held.items()},
        initial={"year": year},
    )
    if request.method == "POST" and form.is_valid():
        try:
            order = services.order_samples(**form.asked(), **edge(request))
        except DomainError as refusal:
            take_refusal(form, refusal)
        else:
            told = _("已要求 %(n)d 个站点抽取样本。") % {"n": len(order.sizes)}
            messages.success(request, told)
            return redirect("surveys:order", order.pk)
    return render(request, "surveys/new_order.html", {"form": form, "years": years, "year": year})


@require_GET
def order_page(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Show how far each station is with an order, in numbers alone."""
    actor = actor_of(request)
    order = get_order(order_id, actor=actor)
    parts = parts_of(order)
    page = page_of(request, parts)
    context = {
        "order": order,
        "programme": named(order, programme_names(station=current_station())),
        "progress": progress_of(parts),
        "page": page,
        "rows": [_row(one) for one in page.object_list],
        "may_take_back": order.back_at is None and actor.may(ORDERS),
    }
    return render(request, "surveys/order.html", context)


@require_POST
def take_back(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Take an order back."""
    actor_of(request).require(ORDERS)
    reason = request.POST.get("reason", "")
    act_and_tell(
        request,
        lambda: services.take_back_order(order_id, reason=reason, **edge(request)),
        label=_("收回统一抽样"),
    )
    return redirect("surveys:order", order_id)


def _row(one: StationPart) -> PartRow:
    if one.part is None:
        return PartRow(one=one, word=_("待送达"), tone="wait")
    if one.is_void:
        return PartRow(one=one, word=_("已作废"), tone="mute")
    outcome = Outcome(one.part.outcome)
    return PartRow(one=one, word=outcome.label, tone=TONES[outcome])
