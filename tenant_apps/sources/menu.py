"""Menu entries: transfers with how many are on their way or differ, donations, and plans."""

from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.ui import counters
from bangfu.ui.menu import MenuItem
from tenant_apps.sources.selectors import count_pending

MENU = [
    MenuItem(
        _("资金拨付"),
        "transfer",
        "sources:transfers",
        group=_("资金管理"),
        capability="fund.view",
        order=405,
        count="sources.pending",
    ),
    MenuItem(
        _("捐赠"),
        "gift",
        "sources:donations",
        group=_("资金管理"),
        capability="fund.view",
        order=410,
    ),
    MenuItem(
        _("配套与命名资金"),
        "chart-pie",
        "sources:plans",
        group=_("资金管理"),
        capability="fund.view",
        order=415,
    ),
]


def _count_pending(request: HttpRequest) -> int:
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None or actor.station is None or not actor.may("fund.view"):
        return 0
    return count_pending()


counters.register("sources.pending", _count_pending)
