"""Menu entries of the store: what is in it, and what was given out."""

from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.ui import counters
from bangfu.ui.menu import MenuItem
from tenant_apps.goods.selectors import count_waiting_checks

MENU = [
    MenuItem(
        _("物资库"),
        "packages",
        "goods:store",
        group=_("物资与优惠"),
        capability="goods.view",
        order=350,
        count="goods.waiting",
    ),
    MenuItem(
        _("物资发放"),
        "gift",
        "goods:issues",
        group=_("物资与优惠"),
        capability="goods.view",
        order=355,
    ),
]


def _count_waiting(request: HttpRequest) -> int:
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None or actor.station is None or not actor.may("goods.check"):
        return 0
    return count_waiting_checks(actor)


counters.register("goods.waiting", _count_waiting)
