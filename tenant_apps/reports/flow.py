"""The flow of a report at the station that owes it, and at the parent that takes it in.

Source: domain §3.16.
"""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.flow import Flow, Step
from tenant_apps.reports.models import EDITABLE, ReceivedState, ReportState

FOLLOW = "report.follow"

REPORT_FLOW = Flow(
    "report",
    {
        "draw": Step(
            sources=frozenset({ReportState.OPEN}),
            target=ReportState.DRAFT,
            capability=FOLLOW,
            label=_("自动取数"),
            by_system=True,
        ),
        "submit": Step(
            sources=EDITABLE,
            target=ReportState.SUBMITTED,
            capability="report.submit",
            label=_("上报"),
        ),
        "conclude": Step(
            sources=EDITABLE,
            target=ReportState.LOCKED,
            capability="report.submit",
            label=_("审定"),
        ),
        "ask_correction": Step(
            sources=frozenset({ReportState.ACCEPTED, ReportState.LOCKED}),
            target=ReportState.CORRECTION,
            capability="report.submit",
            label=_("申请更正"),
            tone="light",
        ),
        "return": Step(
            sources=frozenset({ReportState.SUBMITTED}),
            target=ReportState.RETURNED,
            capability=FOLLOW,
            label=_("上级退回"),
            clock="report_correct",
            by_system=True,
        ),
        "accept": Step(
            sources=frozenset({ReportState.SUBMITTED}),
            target=ReportState.ACCEPTED,
            capability=FOLLOW,
            label=_("上级接收"),
            by_system=True,
        ),
        "lock": Step(
            sources=frozenset({ReportState.ACCEPTED}),
            target=ReportState.LOCKED,
            capability=FOLLOW,
            label=_("锁定"),
            by_system=True,
        ),
        "agree": Step(
            sources=frozenset({ReportState.CORRECTION}),
            target=ReportState.CORRECTING,
            capability=FOLLOW,
            label=_("上级同意更正"),
            clock="report_correct",
            by_system=True,
        ),
        "decline": Step(
            sources=frozenset({ReportState.CORRECTION}),
            target=ReportState.ACCEPTED,
            capability=FOLLOW,
            label=_("上级不同意更正"),
            by_system=True,
        ),
    },
)

RECEIVED_FLOW = Flow(
    "received",
    {
        "accept": Step(
            sources=frozenset({ReceivedState.SUBMITTED}),
            target=ReceivedState.ACCEPTED,
            capability="report.review",
            label=_("接收"),
        ),
        "return": Step(
            sources=frozenset({ReceivedState.SUBMITTED}),
            target=ReceivedState.RETURNED,
            capability="report.review",
            label=_("退回"),
            tone="light",
        ),
        "agree": Step(
            sources=frozenset({ReceivedState.CORRECTION}),
            target=ReceivedState.CORRECTING,
            capability="report.review",
            label=_("同意更正"),
        ),
        "decline": Step(
            sources=frozenset({ReceivedState.CORRECTION}),
            target=ReceivedState.ACCEPTED,
            capability="report.review",
            label=_("不同意更正"),
            tone="light",
        ),
        "excuse": Step(
            sources=frozenset({ReceivedState.AWAITED}),
            target=ReceivedState.EXCUSED,
            capability="report.review",
            label=_("准予免报"),
            tone="light",
        ),
        "demand": Step(
            sources=frozenset({ReceivedState.EXCUSED}),
            target=ReceivedState.AWAITED,
            capability="report.review",
            label=_("撤销免报"),
            tone="light",
        ),
        "receive": Step(
            sources=frozenset(
                {
                    ReceivedState.AWAITED,
                    ReceivedState.EXCUSED,
                    ReceivedState.RETURNED,
                    ReceivedState.CORRECTING,
                }
            ),
            target=ReceivedState.SUBMITTED,
            capability=FOLLOW,
            label=_("收到上报"),
            clock="report_decide",
            by_system=True,
        ),
        "hear_correction": Step(
            sources=frozenset({ReceivedState.ACCEPTED, ReceivedState.LOCKED}),
            target=ReceivedState.CORRECTION,
            capability=FOLLOW,
            label=_("收到更正申请"),
            clock="report_decide",
            by_system=True,
        ),
        "lock": Step(
            sources=frozenset({ReceivedState.ACCEPTED}),
            target=ReceivedState.LOCKED,
            capability=FOLLOW,
            label=_("锁定"),
            by_system=True,
        ),
    },
)
