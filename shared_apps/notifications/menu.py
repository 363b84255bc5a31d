"""The menu entry of notifications and its red count."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bangfu.ui import counters
from bangfu.ui.menu import MenuItem
from shared_apps.notifications.selectors import unread_count

MENU = [
    MenuItem(
        _("消息通知"),
        "bell",
        "notifications:list",
        group=_("工作台"),
        capability=None,
        order=120,
        count="notifications",
    ),
    MenuItem(
        _("公告"),
        "speakerphone",
        "notifications:announcements",
        group=_("工作台"),
        capability=None,
        order=130,
    ),
]


def _count_unread(request: HttpRequest) -> int:
    if getattr(request, "station", None) is None:
        return 0
    return unread_count(request.actor)  # type: ignore[attr-defined]


counters.register("notifications", _count_unread, url_name="notifications:list")
