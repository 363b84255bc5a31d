"""Menu entry and counter of applications, and the first step: to tell workers the way."""

from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.ui import counters
from bangfu.ui.beginnings import FirstStep
from bangfu.ui.menu import MenuItem
from tenant_apps.applications.selectors import count_waiting, desk_of_station

MENU = [
    MenuItem(
        _("职工申请"),
        "inbox",
        "applications:inbox",
        group=_("帮扶业务"),
        capability="application.view",
        order=205,
        count="applications.todo",
    ),
    MenuItem(
        _("对外服务页"),
        "home",
        "applications:desk",
        group=_("管理"),
        capability="settings.view",
        order=915,
    ),
]


def count_applications(request: HttpRequest) -> int:
    """Count the applications that wait for the person."""
    actor = cast("Actor | None", getattr(request, "actor", None))
    return count_waiting(actor) if actor is not None and actor.station is not None else 0


counters.register("applications.todo", count_applications)

FIRST_STEPS = [
    FirstStep(
        _("设好对外服务页"),
        _("写明接待时间，把网址告诉职工：他们可以在手机上申请帮扶、查进度。"),
        "device-mobile",
        "applications:desk",
        "settings.manage",
        30,
        is_done=lambda _station: desk_of_station() is not None,
    ),
]
