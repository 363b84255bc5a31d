"""Menu entries and counter of the breaks."""

from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import station_in_force
from bangfu.ui import counters
from bangfu.ui.menu import MenuItem
from shared_apps.reconciliation.selectors import unsettled_count

_STATISTICS = _("统计核对")

MENU = [
    MenuItem(
        _("差异处理"),
        "scale",
        "reconciliation:list",
        _STATISTICS,
        capability="break.view",
        order=520,
        count="breaks",
    ),
    MenuItem(
        _("差异处理"),
        "scale",
        "reconciliation:list",
        _STATISTICS,
        capability="break.view",
        order=520,
        count="breaks",
        scope="network",
    ),
]


def count_unsettled(request: HttpRequest) -> int:
    """Count the breaks that wait for work in sight of the person."""
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None or not actor.may("break.view"):
        return 0
    return unsettled_count(station_in_force())


counters.register("breaks", count_unsettled, url_name="reconciliation:list")
