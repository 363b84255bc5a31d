"""Menu entries of papers."""

from django.utils.translation import gettext_lazy as _

from bangfu.ui.menu import MenuItem

MENU = [
    MenuItem(
        _("文书打印登记"),
        "printer",
        "documents:register",
        group=_("帮扶业务"),
        capability="document.print",
        order=280,
    ),
    MenuItem(
        _("下载中心"),
        "download",
        "documents:downloads",
        group=_("帮扶业务"),
        capability="document.print",
        order=285,
    ),
    MenuItem(
        _("Word 模板"),
        "file-text",
        "documents:templates",
        group=_("管理"),
        capability="settings.view",
        order=940,
    ),
]
