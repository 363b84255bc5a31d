"""Menu entries of the audit chain."""

from django.utils.translation import gettext_lazy as _

from bangfu.ui.menu import MenuItem

MENU = [
    MenuItem(
        _("审计日志"),
        "shield-check",
        "audit:list",
        group=_("管理"),
        capability="audit.view",
        order=950,
    ),
    MenuItem(
        _("审计日志"),
        "shield-check",
        "audit:list",
        group=_("管理"),
        capability="audit.view",
        order=950,
        scope="network",
    ),
    MenuItem(
        _("密钥轮换"),
        "key",
        "audit:keys",
        group=_("管理"),
        capability="audit.view",
        order=951,
        scope="network",
    ),
]
