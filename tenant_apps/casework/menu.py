"""The menu entries of the workbench, and the bell."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bangfu.ui import counters
from bangfu.ui.menu import MenuItem
from tenant_apps.casework.selectors import todos_for

MENU = [
    MenuItem(
        _("首页"), "home", "casework:workbench", group=_("工作台"), capability=None, order=100
    ),
    MenuItem(
        _("我的待办"),
        "clipboard-check",
        "casework:todos",
        group=_("工作台"),
        capability=None,
        order=110,
        count="todo",
    ),
]


def _count_todos(request: HttpRequest) -> int:
    if getattr(request, "station", None) is None:
        return 0
    return todos_for(request.actor).count()  # type: ignore[attr-defined]


counters.register("todo", _count_todos, url_name="casework:todos")
