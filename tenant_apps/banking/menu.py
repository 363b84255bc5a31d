"""Menu entries of the bank: statements, with how many wait for a check."""

from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.ui import counters
from bangfu.ui.menu import MenuItem
from tenant_apps.banking.selectors import count_waiting

MENU = [
    MenuItem(
        _("银行对账"),
        "building-bank",
        "banking:statements",
        group=_("资金管理"),
        capability="fund.view",
        order=420,
        count="banking.waiting",
    ),
]


def _count_waiting(request: HttpRequest) -> int:
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None or actor.station is None or not actor.may("fund.check"):
        return 0
    return count_waiting(actor)


counters.register("banking.waiting", _count_waiting)
