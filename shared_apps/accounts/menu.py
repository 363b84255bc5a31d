"""Entries of the menu about people and one's own account, and the first step: to name who works here."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.tenancy import StationRef
from bangfu.ui.beginnings import FirstStep
from bangfu.ui.menu import MenuItem, UserLink
from shared_apps.accounts.roles import Role
from shared_apps.accounts.selectors import members_of

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

# Without one of these no file gets past the station.
NEEDED_ROLES = frozenset({Role.CLERK, Role.REVIEWER, Role.HEAD})


def has_its_people(station: StationRef) -> bool:
    """Say whether somebody fills in files here, somebody checks them, and somebody heads the station."""
    return {role for member in members_of(station) for role in member.roles} >= NEEDED_ROLES


FIRST_STEPS = [
    FirstStep(
        _("邀请同事，分配岗位"),
        _("至少要有经办人、审核人和站长：填写档案的人不能审核自己填的档案。"),
        "users-plus",
        "accounts:people",
        "people.manage",
        10,
        is_done=has_its_people,
    ),
]
