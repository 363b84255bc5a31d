"""Menu entries of the ledger: vouchers with how many wait for a check, funds, and the books; the first step."""

from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.ui import counters
from bangfu.ui.beginnings import FirstStep
from bangfu.ui.menu import MenuItem
from tenant_apps.funds.selectors import count_waiting, has_fund

MENU = [
    MenuItem(
        _("记账凭证"),
        "receipt-2",
        "funds:journals",
        group=_("资金管理"),
        capability="fund.view",
        order=425,
        count="funds.waiting",
    ),
    MenuItem(
        _("专项资金"),
        "coins",
        "funds:funds",
        group=_("资金管理"),
        capability="fund.view",
        order=400,
    ),
    MenuItem(
        _("科目余额"),
        "scale",
        "funds:balance",
        group=_("资金管理"),
        capability="fund.view",
        order=430,
    ),
    MenuItem(
        _("资金预决算"),
        "report-money",
        "funds:final",
        group=_("资金管理"),
        capability="fund.view",
        order=435,
    ),
    MenuItem(
        _("结账"),
        "calendar-check",
        "funds:periods",
        group=_("资金管理"),
        capability="fund.view",
        order=440,
    ),
]


def _count_waiting(request: HttpRequest) -> int:
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None or actor.station is None or not actor.may("fund.check"):
        return 0
    return count_waiting(actor)


counters.register("funds.waiting", _count_waiting)

FIRST_STEPS = [
    FirstStep(
        _("建立专项资金"),
        _("一项资金对应一个来源，单独记账；本站不经手资金的可以跳过。"),
        "coins",
        "funds:funds",
        "fund.post",
        90,
        is_done=lambda _station: has_fund(),
    ),
]
