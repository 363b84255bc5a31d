"""Menu entries of the rules, and the first step: to read those in force."""

from django.utils.translation import gettext_lazy as _

from bangfu.ui.beginnings import FirstStep
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
FIRST_STEPS = [
    FirstStep(
        _("核对本站适用的标准和期限"),
        _("收入标准、办理期限按上级规定执行，与文件不一致的请告诉上级。"),
        "scale",
        "policies:list",
        "policy.view",
        100,
    ),
]
