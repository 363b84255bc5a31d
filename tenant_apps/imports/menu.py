"""Menu entry of imports, and the first steps: to fill in the form and bring it."""

from django.utils.translation import gettext_lazy as _

from bangfu.ui.beginnings import FirstStep
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
FIRST_STEPS = [
    FirstStep(
        _("下载建档模板"),
        _("已有名册的，先下载 Excel 模板，一户一行填好。"),
        "download",
        "imports:template",
        "import.run",
        50,
    ),
    FirstStep(
        _("导入已有档案"),
        _("上传填好的模板，逐行校验后再确认，导入的都是草稿，可以整批撤销。"),
        "file-import",
        "imports:upload",
        "import.run",
        60,
    ),
]
