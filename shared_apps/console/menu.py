"""Entries of the network's menu, and a station's settings."""

from django.utils.translation import gettext_lazy as _

from bangfu.ui.menu import MenuItem

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
