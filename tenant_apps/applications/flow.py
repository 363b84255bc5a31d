"""The flow of an application: from the worker's first page to a file, or to an honest end.

Source: domain §3.2 (申请登记, 提交, 受理, 退回) and NR09, NR10.
"""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.flow import Flow, Step
from tenant_apps.applications.models import ApplicationState as State

# Held by whoever came in with the personal code of the application, by nobody of the station.
OWNS = "application.own"
WORKS = "application.work"
FOLLOWS = "application.follow"

OPEN_STATES = (State.SENT, State.RETURNED)
FILLED_IN_STATES = (State.DRAFT, State.RETURNED)
"""In these the worker may change what was filled in."""

_WAITING = frozenset({State.SENT})

APPLICATION_FLOW = Flow(
    "application",
    {
        "send": Step(
            sources=frozenset(FILLED_IN_STATES),
            target=State.SENT,
            capability=OWNS,
            label=_("提交申请"),
            clock="first_review",
        ),
        "withdraw": Step(
            sources=frozenset({State.DRAFT, State.SENT, State.RETURNED}),
            target=State.WITHDRAWN,
            capability=OWNS,
            label=_("撤回申请"),
            tone="light",
        ),
        "take": Step(
            sources=_WAITING, target=State.TAKEN, capability=WORKS, label=_("受理，转入建档")
        ),
        "return": Step(
            sources=_WAITING,
            target=State.RETURNED,
            capability=WORKS,
            label=_("退回补正"),
            clock="returned",
            tone="light",
        ),
        "refer": Step(
            sources=_WAITING,
            target=State.REFERRED,
            capability=WORKS,
            label=_("转送其他站点"),
            tone="light",
        ),
        "refuse": Step(
            sources=_WAITING,
            target=State.REFUSED,
            capability=WORKS,
            label=_("不予受理"),
            tone="danger",
        ),
        "arrive": Step(
            sources=frozenset({State.REFERRED}),
            target=State.SENT,
            capability=FOLLOWS,
            label=_("转送到达"),
            by_system=True,
        ),
    },
)
