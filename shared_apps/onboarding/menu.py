"""Entries of the menu about onboarding."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bangfu.ui import counters
from bangfu.ui.menu import MenuItem
from shared_apps.onboarding import selectors

MENU = [
    MenuItem(
        _("站点入驻"),
        "building-community",
        "onboarding:board",
        _("管理"),
        "onboarding.view",
        order=905,
        count="onboarding.waiting",
    ),
]


def _count_waiting(_request: HttpRequest) -> int:
    return selectors.inbox().count()


counters.register("onboarding.waiting", _count_waiting)
