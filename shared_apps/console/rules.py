"""What a station on trial is accepted by, and what it is told of its own state."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text

# The ten standardisations. Source: domain I-B01.
STANDARDS: dict[str, Text] = {
    "network": _("帮扶网络健全"),
    "institution": _("帮扶机构规范"),
    "beneficiaries": _("帮扶对象清楚"),
    "functions": _("帮扶职能明确"),
    "rules": _("帮扶制度上墙"),
    "premises": _("帮扶场地固定"),
    "carriers": _("帮扶载体有效"),
    "funds": _("资金配套到位"),
    "ledgers": _("基础台账齐全"),
    "performance": _("作用发挥明显"),
}
PASS_MARK = 8
# What shows that a station on trial works: the message by which the one above accepted a report of it, and the number
# of payments whose money arrived. Both are named, not imported: the apps they come from stand above this one.
REPORT_ACCEPTED = "report.accepted"
PAYMENTS = "FUN-07.D"
# What a station is told when the one above lets it work again.
RESUMED = "station.resumed"
