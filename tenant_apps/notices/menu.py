"""Menu entry of notices."""

from django.utils.translation import gettext_lazy as _

from bangfu.ui.menu import MenuItem

MENU = [
    MenuItem(
        _("公示"),
        "speakerphone",
        "notices:list",
        group=_("帮扶业务"),
        capability="notice.view",
        order=230,
    ),
]
