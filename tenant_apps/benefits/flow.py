"""Every legal move of a card. Source: domain §3.17."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.flow import Flow, Step
from tenant_apps.benefits.models import CardState

KEEPS, CHECKS = "benefit.keep", "benefit.check"

CARD_FLOW = Flow(
    "benefit_card",
    {
        "issue": Step(
            sources=frozenset({CardState.APPLIED}),
            target=CardState.ISSUED,
            capability=CHECKS,
            label=_("审核发证"),
        ),
        "activate": Step(
            sources=frozenset({CardState.ISSUED}),
            target=CardState.ACTIVE,
            capability=KEEPS,
            label=_("启用"),
        ),
        "renew": Step(
            sources=frozenset({CardState.ACTIVE, CardState.SUSPENDED, CardState.EXPIRED}),
            target=CardState.ACTIVE,
            capability=CHECKS,
            label=_("年检合格"),
        ),
        "suspend": Step(
            sources=frozenset({CardState.ACTIVE}),
            target=CardState.SUSPENDED,
            capability=KEEPS,
            label=_("暂停（挂失）"),
            tone="light",
        ),
        "resume": Step(
            sources=frozenset({CardState.SUSPENDED}),
            target=CardState.ACTIVE,
            capability=KEEPS,
            label=_("恢复使用"),
        ),
        "expire": Step(
            sources=frozenset({CardState.ACTIVE, CardState.SUSPENDED}),
            target=CardState.EXPIRED,
            capability=CHECKS,
            label=_("到期"),
            by_system=True,
        ),
        "cancel": Step(
            sources=frozenset(
                {
                    CardState.APPLIED,
                    CardState.ISSUED,
                    CardState.ACTIVE,
                    CardState.SUSPENDED,
                    CardState.EXPIRED,
                }
            ),
            target=CardState.CANCELLED,
            capability=CHECKS,
            label=_("注销"),
            tone="danger",
        ),
    },
)
