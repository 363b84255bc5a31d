"""Menu entries of the roll-up; a station of which something was counted is at work."""

from django.utils.translation import gettext_lazy as _

from bangfu.ui.menu import MenuItem
from shared_apps.rollup.selectors import is_counted

_STATISTICS = _("统计核对")

MENU = [
    MenuItem(
        _("数据汇总"), "chart-bar", "rollup:board", _STATISTICS, capability="rollup.view", order=510
    ),
    MenuItem(
        _("数据汇总"),
        "chart-bar",
        "rollup:board",
        _STATISTICS,
        capability="rollup.view",
        order=510,
        scope="network",
    ),
]
HAS_BEGUN = [is_counted]
