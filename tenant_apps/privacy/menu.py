"""Menu entries of privacy."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.ui import counters
from bangfu.ui.menu import MenuItem
from tenant_apps.privacy.selectors import open_looks

MENU = [
    MenuItem(
        _("调阅申请"),
        "eye",
        "privacy:looks",
        group=_("协同"),
        capability="access.request",
        order=640,
        count="privacy.looks",
    ),
    MenuItem(
        _("个人信息保护"),
        "shield-check",
        "privacy:fields",
        group=_("管理"),
        capability="privacy.view",
        order=940,
    ),
    MenuItem(
        _("更正申请"),
        "edit",
        "privacy:corrections",
        group=_("管理"),
        capability="privacy.view",
        order=941,
    ),
    MenuItem(
        _("到期档案"),
        "archive",
        "privacy:retention",
        group=_("管理"),
        capability="privacy.view",
        order=942,
    ),
]


def _waiting(request: HttpRequest) -> int:
    actor: Actor | None = getattr(request, "actor", None)
    return open_looks(actor=actor) if actor is not None else 0


counters.register("privacy.looks", _waiting)
