"""Menu entry of imports."""

from django.utils.translation import gettext_lazy as _

from bangfu.ui.menu import MenuItem

MENU = [
    MenuItem(
        _("Excel 导入"),
        "file-import",
        "imports:upload",
        group=_("帮扶业务"),
        capability="import.run",
        order=220,
    ),
]
