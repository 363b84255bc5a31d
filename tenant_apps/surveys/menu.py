"""Menu entry of the samples."""

from django.utils.translation import gettext_lazy as _

from bangfu.ui.menu import MenuItem

MENU = [
    MenuItem(
        _("满意度抽样回访"),
        "clipboard-list",
        "surveys:list",
        group=_("统计核对"),
        capability="file.view",
        order=527,
    ),
]
