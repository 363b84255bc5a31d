"""Menu entry and counter of reports."""

from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.ui import counters
from bangfu.ui.menu import MenuItem
from tenant_apps.reports.selectors import count_waiting

MENU = [
    MenuItem(
        _("统计报表"),
        "report-analytics",
        "reports:list",
        group=_("统计核对"),
        capability="report.view",
        order=520,
        count="reports.waiting",
    ),
]


def count_reports(request: HttpRequest) -> int:
    """Count the reports that wait for the person: to send, or to decide."""
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None or actor.station is None or not actor.may("report.view"):
        return 0
    return count_waiting(actor)


counters.register("reports.waiting", count_reports)
