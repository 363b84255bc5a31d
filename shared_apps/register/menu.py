"""Menu entry of suspected duplicates, with how many are open."""

from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.ui import counters
from bangfu.ui.menu import MenuItem
from shared_apps.register.selectors import count_open_cases

MENU = [
    MenuItem(
        _("重复核查"),
        "copy",
        "register:list",
        group=_("帮扶业务"),
        capability="duplicate.view",
        order=260,
        count="duplicates.open",
    ),
]


def _count(request: HttpRequest) -> int:
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None or actor.station is None or not actor.may("duplicate.view"):
        return 0
    return count_open_cases()


counters.register("duplicates.open", _count)
