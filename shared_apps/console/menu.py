"""Entries of the network's menu, a station's settings, and the first step: to say where the station is."""

from django.utils.translation import gettext_lazy as _

from bangfu.ui.beginnings import FirstStep
from bangfu.ui.menu import MenuItem
from shared_apps.console.selectors import can_be_reached

_NETWORK = _("网络")

MENU = [
    MenuItem(
        _("网络总览"),
        "dashboard",
        "console:network",
        _NETWORK,
        "network.view",
        100,
        scope="network",
    ),
    MenuItem(
        _("站点"), "sitemap", "console:stations", _NETWORK, "network.view", 110, scope="network"
    ),
    MenuItem(
        _("入驻看板"),
        "building-community",
        "console:applications",
        _NETWORK,
        "onboarding.view",
        120,
        scope="network",
    ),
    MenuItem(
        _("批量开通"),
        "cloud-upload",
        "console:import",
        _NETWORK,
        "network.manage",
        130,
        scope="network",
    ),
    MenuItem(_("下级站点"), "sitemap", "console:children", _("管理"), "onboarding.view", order=907),
    MenuItem(_("本站设置"), "settings", "console:profile", _("管理"), "settings.view", 920),
]
FIRST_STEPS = [
    FirstStep(
        _("填写本站的电话和地址"),
        _("对外服务页和打印的文书都用这里的内容。"),
        "building-community",
        "console:profile",
        "settings.manage",
        20,
        is_done=can_be_reached,
    ),
]
