"""The flows of a pairing and of a visit that is owed. Source: domain reference §3.14."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.flow import Flow, Step
from tenant_apps.pairing.models import DutyState, PairingState

MANAGES = "pairing.manage"
VISITS = "pairing.contact"

PAIRING_FLOW = Flow(
    "pairing",
    {
        "agree": Step(
            sources=frozenset({PairingState.PROPOSED}),
            target=PairingState.AGREED,
            capability=MANAGES,
            label=_("双方同意"),
        ),
        "start": Step(
            sources=frozenset({PairingState.AGREED}),
            target=PairingState.ACTIVE,
            capability=MANAGES,
            label=_("开始帮扶"),
        ),
        "review": Step(
            sources=frozenset({PairingState.ACTIVE, PairingState.REVIEWED}),
            target=PairingState.REVIEWED,
            capability=MANAGES,
            label=_("年度考核"),
            tone="light",
        ),
        "go_on": Step(
            sources=frozenset({PairingState.REVIEWED}),
            target=PairingState.ACTIVE,
            capability=MANAGES,
            label=_("继续帮扶"),
        ),
        "end": Step(
            sources=frozenset(
                {
                    PairingState.PROPOSED,
                    PairingState.AGREED,
                    PairingState.ACTIVE,
                    PairingState.REVIEWED,
                }
            ),
            target=PairingState.ENDED,
            capability=MANAGES,
            label=_("结束帮扶"),
            tone="light",
        ),
        "resume": Step(
            sources=frozenset({PairingState.ENDED}),
            target=PairingState.ACTIVE,
            capability=MANAGES,
            label=_("恢复帮扶"),
            tone="light",
        ),
    },
)

DUTY_FLOW = Flow(
    "duty",
    {
        "plan": Step(
            sources=frozenset({DutyState.DUE, DutyState.PLANNED, DutyState.MISSED}),
            target=DutyState.PLANNED,
            capability=VISITS,
            label=_("安排走访"),
            tone="light",
        ),
        "record": Step(
            sources=frozenset({DutyState.DUE, DutyState.PLANNED, DutyState.MISSED}),
            target=DutyState.DONE,
            capability=VISITS,
            label=_("登记走访"),
        ),
        "follow_up": Step(
            sources=frozenset({DutyState.DONE}),
            target=DutyState.FOLLOWED_UP,
            capability=VISITS,
            label=_("登记跟进"),
        ),
        "miss": Step(
            sources=frozenset({DutyState.DUE, DutyState.PLANNED}),
            target=DutyState.MISSED,
            capability=VISITS,
            label=_("逾期未访"),
            by_system=True,
        ),
        "cancel": Step(
            sources=frozenset({DutyState.DUE, DutyState.PLANNED, DutyState.MISSED}),
            target=DutyState.CANCELLED,
            capability=MANAGES,
            label=_("不再需要"),
            tone="light",
        ),
        "take_back": Step(
            sources=frozenset({DutyState.DONE, DutyState.FOLLOWED_UP}),
            target=DutyState.DUE,
            capability=VISITS,
            label=_("撤回登记"),
            tone="light",
            by_system=True,
        ),
    },
)
