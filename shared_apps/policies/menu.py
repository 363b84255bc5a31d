"""Menu entries of the rules."""

from django.utils.translation import gettext_lazy as _

from bangfu.ui.menu import MenuItem

MENU = [
    MenuItem(_("规则与标准"), "settings", "policies:list", _("管理"), "policy.view", 905),
    MenuItem(
        _("规则与标准"),
        "settings",
        "policies:list",
        _("网络"),
        "policy.view",
        145,
        scope="network",
    ),
]
