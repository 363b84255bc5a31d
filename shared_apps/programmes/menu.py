"""Menu entries of the catalogue of programmes."""

from django.utils.translation import gettext_lazy as _

from bangfu.ui.menu import MenuItem

MENU = [
    MenuItem(_("帮扶项目标准"), "list-details", "programmes:list", _("管理"), "policy.view", 907),
    MenuItem(
        _("帮扶项目标准"),
        "list-details",
        "programmes:list",
        _("网络"),
        "policy.view",
        147,
        scope="network",
    ),
]
