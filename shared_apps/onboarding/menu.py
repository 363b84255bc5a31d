"""Entries of the menu about onboarding, and the first step: to bring in the stations below."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.tenancy import StationRef
from bangfu.ui import counters
from bangfu.ui.beginnings import FirstStep
from bangfu.ui.menu import MenuItem
from shared_apps.onboarding import selectors
from tenants.models import Level

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


def may_have_stations_below(station: StationRef) -> bool:
    """Say whether a station is of a level below which there is another."""
    return station.level < Level.ENTERPRISE


FIRST_STEPS = [
    FirstStep(
        _("邀请下级站点入驻"),
        _("发出邀请后，下级自己填写资料；没有下级站点的可以跳过。"),
        "sitemap",
        "onboarding:board",
        "onboarding.invite",
        40,
        at=may_have_stations_below,
    ),
]
