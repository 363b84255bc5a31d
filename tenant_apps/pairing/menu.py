"""Menu entries of pairing: the board, and the visits that are owed with how many are overdue."""

from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.ui import counters
from bangfu.ui.menu import MenuItem
from tenant_apps.pairing.selectors import DutySearch, duties_matching

MENU = [
    MenuItem(
        _("结对帮扶"),
        "heart-handshake",
        "pairing:board",
        group=_("帮扶业务"),
        capability="pairing.view",
        order=240,
    ),
    MenuItem(
        _("走访联系"),
        "route",
        "pairing:duties",
        group=_("帮扶业务"),
        capability="pairing.view",
        order=245,
        count="pairing.overdue",
    ),
]


def _count_overdue(request: HttpRequest) -> int:
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None or actor.station is None or not actor.may("pairing.contact"):
        return 0
    return duties_matching(DutySearch(tab="overdue"), actor=actor, on=clock.today()).count()


counters.register("pairing.overdue", _count_overdue)
