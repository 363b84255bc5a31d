"""Menu entry of payouts, with how many batches wait for the reader to sign."""

from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.ui import counters
from bangfu.ui.menu import MenuItem
from tenant_apps.payouts.selectors import count_to_sign

MENU = [
    MenuItem(
        _("发放批次"),
        "cash",
        "payouts:batches",
        group=_("救助发放"),
        capability="payout.view",
        order=310,
        count="payouts.waiting",
    ),
]


def _count_to_sign(request: HttpRequest) -> int:
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None or actor.station is None:
        return 0
    return count_to_sign(actor)


counters.register("payouts.waiting", _count_to_sign)
