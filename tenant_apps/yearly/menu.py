"""Menu entries of the yearly report and of the books of the past."""

from django.utils.translation import gettext_lazy as _

from bangfu.ui.menu import MenuItem

MENU = [
    MenuItem(
        _("年度工作报告"),
        "file-text",
        "yearly:report",
        group=_("统计核对"),
        capability="rollup.view",
        order=525,
    ),
    MenuItem(
        _("年度目标"),
        "flag",
        "yearly:targets",
        group=_("统计核对"),
        capability="rollup.view",
        order=526,
    ),
    MenuItem(
        _("历史数据"),
        "history",
        "yearly:books",
        group=_("统计核对"),
        capability="import.run",
        order=528,
    ),
]
