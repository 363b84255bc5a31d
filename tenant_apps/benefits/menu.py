"""Menu entries of cards, purchases, partners and settlements."""

from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.ui import counters
from bangfu.ui.menu import MenuItem
from tenant_apps.benefits.selectors import count_waiting_settlements

MENU = [
    MenuItem(
        _("优待证与爱心卡"),
        "id-badge-2",
        "benefits:cards",
        group=_("物资与优惠"),
        capability="benefit.view",
        order=360,
    ),
    MenuItem(
        _("优待减免"),
        "rosette-discount-check",
        "benefits:reliefs",
        group=_("物资与优惠"),
        capability="benefit.view",
        order=365,
    ),
    MenuItem(
        _("合作单位"),
        "heart-handshake",
        "benefits:partners",
        group=_("物资与优惠"),
        capability="benefit.view",
        order=370,
    ),
    MenuItem(
        _("爱心卡结算"),
        "receipt",
        "benefits:settlements",
        group=_("物资与优惠"),
        capability="benefit.view",
        order=375,
        count="benefits.waiting",
    ),
]


def _count_waiting(request: HttpRequest) -> int:
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None or actor.station is None or not actor.may("fund.check"):
        return 0
    return count_waiting_settlements(actor)


counters.register("benefits.waiting", _count_waiting)
