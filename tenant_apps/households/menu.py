"""Menu entry and counter of household files."""

from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.ui import counters
from bangfu.ui.menu import MenuItem
from tenant_apps.households.models import FileState
from tenant_apps.households.selectors import FileSearch, files_matching

MENU = [
    MenuItem(
        _("困难职工档案"),
        "users",
        "households:list",
        group=_("帮扶业务"),
        capability="file.view",
        order=210,
        count="files.returned",
    ),
]


def count_returned(request: HttpRequest) -> int:
    """Count the files that came back and wait for the clerk."""
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None or actor.station is None or not actor.may("file.edit"):
        return 0
    return files_matching(FileSearch(states=(FileState.RETURNED,))).count()


counters.register("files.returned", count_returned)
