"""Menu entries of aid: applications with how many wait, and campaigns."""

from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.ui import counters
from bangfu.ui.menu import MenuItem
from tenant_apps.aid.selectors import count_waiting

MENU = [
    MenuItem(
        _("帮扶申请"),
        "heart",
        "aid:applications",
        group=_("救助发放"),
        capability="aid.view",
        order=300,
        count="aid.waiting",
    ),
    MenuItem(
        _("集中帮扶活动"),
        "gift",
        "aid:campaigns",
        group=_("救助发放"),
        capability="aid.view",
        order=305,
    ),
]


def _count_waiting(request: HttpRequest) -> int:
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None or actor.station is None or not actor.may("aid.view"):
        return 0
    return count_waiting(actor)


counters.register("aid.waiting", _count_waiting)
