"""Entries of the menu about people and one's own account."""

from django.utils.translation import gettext_lazy as _

from bangfu.ui.menu import MenuItem, UserLink

_MANAGEMENT = _("管理")

MENU = [
    MenuItem(
        _("人员与岗位"), "users-group", "accounts:people", _MANAGEMENT, "people.view", order=910
    ),
    MenuItem(_("接口令牌"), "key", "accounts:tokens", _MANAGEMENT, "people.view", order=980),
    MenuItem(
        _("网络管理员"),
        "user-cog",
        "accounts:administrators",
        _MANAGEMENT,
        "people.view",
        order=910,
        scope="network",
    ),
    MenuItem(
        _("接口令牌"),
        "key",
        "accounts:network-tokens",
        _MANAGEMENT,
        "network.view",
        order=980,
        scope="network",
    ),
]
USER_MENU = [
    UserLink(_("切换站点"), "switch-horizontal", "accounts:home", order=10),
    UserLink(_("我的账号"), "user-circle", "accounts:account", order=20),
    UserLink(_("修改密码"), "lock", "accounts:password", order=30),
    UserLink(_("退出登录"), "logout", "accounts:sign-out", order=90, post=True),
]
