"""The network's menu entry of the calendar."""

from django.utils.translation import gettext_lazy as _

from bangfu.ui.menu import MenuItem

MENU = [
    MenuItem(
        _("工作日历"),
        "calendar-event",
        "regions:calendar",
        group=_("网络"),
        capability="network.view",
        order=140,
        scope="network",
    ),
]
