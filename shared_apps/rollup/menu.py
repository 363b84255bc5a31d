"""Menu entries of the roll-up."""

from django.utils.translation import gettext_lazy as _

from bangfu.ui.menu import MenuItem

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
