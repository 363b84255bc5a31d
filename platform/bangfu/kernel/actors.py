"""Who is asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import NotPermitted, Text

if TYPE_CHECKING:
    from bangfu.kernel.tenancy import StationRef

EVERYTHING = "*"
# What acts by itself, as records keep it, and what readers call it.
_SYSTEM_NAMES: Mapping[str, Text] = {
    "applications": _("系统（在线申请）"),
    "audit": _("系统（审计校验）"),
    "banking": _("系统（银行对账）"),
    "calendar": _("系统（日历）"),
    "cards": _("系统（爱心卡）"),
    "clock": _("系统（定时）"),
    "command line": _("系统（命令行）"),
    "demo": _("演示数据"),
    "payouts": _("系统（发放）"),
    "privacy": _("系统（个人信息）"),
    "register": _("系统（查重）"),
    "relay": _("系统（站间收发）"),
    "report": _("系统（报表）"),
    "sign-in": _("系统（登录保护）"),
    "system": _("系统"),
    "系统": _("系统"),
    "公众": _("公众"),
    "工会帮扶服务平台": _("工会帮扶服务平台"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who is asking, where, and what they may do there.

    ``station`` is None on network pages. ``via`` says how they came: a page, an API token, or the
    system itself (a relay, a clock), which has no user.
    """

    user_id: int | None
    name: str
    station: StationRef | None = None
    roles: frozenset[str] = frozenset()
    capabilities: frozenset[str] = frozenset()
    via: Literal["page", "token", "system"] = "page"

    @classmethod
    def system(cls, name: str, *, station: StationRef | None = None) -> Actor:
        """Return the actor of a background job called ``name``; it may do everything there."""
        return cls(
            user_id=None,
            name=name,
            station=station,
            capabilities=frozenset({EVERYTHING}),
            via="system",
        )

    def may(self, capability: str) -> bool:
        """Say whether the actor holds ``capability``."""
        return capability in self.capabilities or EVERYTHING in self.capabilities

    def require(self, capability: str) -> None:
        """Raise ``NotPermitted`` unless the actor holds ``capability``."""
        if not self.may(capability):
            raise NotPermitted


def system_name(name: str) -> str:
    """Return what readers call what acts by itself under a kept name, in their language; empty for a person.

    A station's name may stand before it, as where a decision came from above.
    """
    if name in _SYSTEM_NAMES:
        return str(_SYSTEM_NAMES[name])
    place, _space, last = name.rpartition(" ")
    return f"{place} {_SYSTEM_NAMES[last]}" if place and last in _SYSTEM_NAMES else ""


def shown_name(name: str) -> str:
    """Return a kept name as pages show it: a person's as it is, the system's in the reader's language."""
    return system_name(name) or name
