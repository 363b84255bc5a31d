"""Menu entry and counter of household files, and the first steps: to open a file and send it."""

from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.ui import counters
from bangfu.ui.beginnings import FirstStep
from bangfu.ui.menu import MenuItem
from tenant_apps.households.models import FileState
from tenant_apps.households.selectors import FileSearch, files_matching, has_file, has_sent_file
from tenant_apps.households.work import count_transfers_to_decide, rechecks_to_do

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
    MenuItem(
        _("复核与录入"),
        "refresh",
        "households:work",
        group=_("帮扶业务"),
        capability="file.view",
        order=212,
        count="files.due",
    ),
    MenuItem(
        _("档案转移"),
        "transfer",
        "households:transfers",
        group=_("帮扶业务"),
        capability="file.transfer",
        order=214,
        count="files.transfers",
    ),
]


def count_returned(request: HttpRequest) -> int:
    """Count the files that came back and wait for the clerk."""
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None or actor.station is None or not actor.may("file.edit"):
        return 0
    return files_matching(FileSearch(states=(FileState.RETURNED,))).count()


counters.register("files.returned", count_returned)


def count_due(request: HttpRequest) -> int:
    """Count the re-checks that are due or overdue."""
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None or actor.station is None or not actor.may("file.recheck"):
        return 0
    return rechecks_to_do("due", on=clock.today()).order_by().count()


def count_transfers(request: HttpRequest) -> int:
    """Count the transfers on which the station has to decide."""
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None or actor.station is None or not actor.may("file.transfer"):
        return 0
    return count_transfers_to_decide()


counters.register("files.due", count_due)
counters.register("files.transfers", count_transfers)

FIRST_STEPS = [
    FirstStep(
        _("新建第一份档案"),
        _("没有名册的，一户一户填写；填到一半可以存为草稿，下次接着填。"),
        "file-plus",
        "households:create",
        "file.edit",
        70,
        is_done=lambda _station: has_file(),
    ),
    FirstStep(
        _("补齐材料，检查提交"),
        _("申请书、授权书和同意书打印出来由本人签字，传上照片；系统逐项检查后提交给审核人。"),
        "signature",
        "households:list",
        "file.submit",
        80,
    ),
]
HAS_BEGUN = [lambda _station: has_sent_file()]
