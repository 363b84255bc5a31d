"""The flows of the two ends of a transfer, and of a donation. Source: domain §3.5, §3.6.

What the bank and the other end do has no button; it stands in ``rules``.
"""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text
from bangfu.kernel.flow import Flow, Step
from tenant_apps.sources.models import DonationState, Side, TransferState

PLANS = "transfer.plan"
CHECKS = "transfer.check"
APPROVES = "transfer.approve"
DONATIONS = "donation.keep"
RETURNS = "fund.check"

OUT_FLOW = Flow(
    "transfer",
    {
        "check": Step(
            sources=frozenset({TransferState.PLANNED}),
            target=TransferState.CHECKED,
            capability=CHECKS,
            label=_("复核"),
        ),
        "approve": Step(
            sources=frozenset({TransferState.CHECKED}),
            target=TransferState.APPROVED,
            capability=APPROVES,
            label=_("批准"),
        ),
        "instruct": Step(
            sources=frozenset({TransferState.APPROVED}),
            target=TransferState.INSTRUCTED,
            capability=PLANS,
            label=_("通知银行付款"),
        ),
        "agree": Step(
            sources=frozenset({TransferState.MISMATCH}),
            target=TransferState.CLOSED,
            capability=APPROVES,
            label=_("按对方实收确认"),
        ),
        "recall": Step(
            sources=frozenset({TransferState.CLOSED, TransferState.REPORTED}),
            target=TransferState.CLOSED,
            capability=APPROVES,
            label=_("收回余款"),
            tone="light",
        ),
        "settle": Step(
            sources=frozenset({TransferState.REPORTED}),
            target=TransferState.SETTLED,
            capability=APPROVES,
            label=_("结清"),
        ),
        "cancel": Step(
            sources=frozenset(
                {
                    TransferState.PLANNED,
                    TransferState.CHECKED,
                    TransferState.APPROVED,
                    TransferState.INSTRUCTED,
                }
            ),
            target=TransferState.CANCELLED,
            capability=PLANS,
            label=_("取消拨款"),
            tone="light",
        ),
    },
)

IN_FLOW = Flow(
    "transfer",
    {
        "report": Step(
            sources=frozenset({TransferState.RECEIVED, TransferState.REPORTED}),
            target=TransferState.REPORTED,
            capability=PLANS,
            label=_("上报决算"),
        ),
    },
)

DONATION_FLOW = Flow(
    "donation",
    {
        "receive_goods": Step(
            sources=frozenset({DonationState.PLEDGED}),
            target=DonationState.RECEIVED,
            capability=DONATIONS,
            label=_("登记到货"),
        ),
        "receipt": Step(
            sources=frozenset({DonationState.RECEIVED}),
            target=DonationState.RECEIPTED,
            capability=DONATIONS,
            label=_("开具收据"),
        ),
        "allocate": Step(
            sources=frozenset({DonationState.RECEIPTED}),
            target=DonationState.ALLOCATED,
            capability=DONATIONS,
            label=_("指定用途"),
        ),
        "use": Step(
            sources=frozenset({DonationState.ALLOCATED}),
            target=DonationState.USED,
            capability=DONATIONS,
            label=_("登记使用"),
        ),
        "feed_back": Step(
            sources=frozenset({DonationState.USED}),
            target=DonationState.FED_BACK,
            capability=DONATIONS,
            label=_("向捐赠人反馈"),
        ),
        "cancel": Step(
            sources=frozenset({DonationState.PLEDGED}),
            target=DonationState.CANCELLED,
            capability=DONATIONS,
            label=_("取消认捐"),
            tone="light",
        ),
        "ask_return": Step(
            sources=frozenset(
                {DonationState.RECEIVED, DonationState.RECEIPTED, DonationState.ALLOCATED}
            ),
            target=DonationState.TO_RETURN,
            capability=DONATIONS,
            label=_("退还捐赠人"),
            tone="light",
        ),
        "agree_return": Step(
            sources=frozenset({DonationState.TO_RETURN}),
            target=DonationState.RETURNING,
            capability=RETURNS,
            label=_("同意退还"),
        ),
        # Back to where it stood, which is kept with the return.
        "stop_return": Step(
            sources=frozenset({DonationState.TO_RETURN, DonationState.RETURNING}),
            target=DonationState.RECEIVED,
            capability=DONATIONS,
            label=_("不再退还"),
            tone="light",
        ),
        # Of goods: what the bank paid is taken back where it was paired.
        "undo_return": Step(
            sources=frozenset({DonationState.RECEIVED, DonationState.RETURNED}),
            target=DonationState.RECEIVED,
            capability=RETURNS,
            label=_("冲回退还"),
            tone="light",
        ),
    },
)

_BY_BANK_AND_STATION: dict[str, Text] = {
    "plan": _("编制计划"),
    "sent": _("银行已付款"),
    "received": _("银行已到账"),
    "closed": _("对方确认到账"),
    "announced": _("对方通知拨款"),
    "mismatch": _("发现差异"),
    "agreed": _("双方确认实收"),
    "bounced": _("银行退回"),
    "given_back": _("退还余款"),
    "recalled": _("要求退还余款"),
    "reported": _("对方上报决算"),
    "settled": _("对方结清"),
    "pledge": _("登记认捐"),
    "taken_back": _("撤销到账"),
    "returned": _("已退还捐赠人"),
    "unreturned": _("撤销退还"),
    "unsent": _("撤销付款配对"),
    "unreceived": _("撤销到账配对"),
    "unsent_there": _("对方撤销付款"),
    "unreceived_there": _("对方撤销到账"),
    "clock.warning": _("期限将到"),
    "clock.overdue": _("期限已过"),
    "clock.recounted": _("期限重新计算"),
}


def flow_of(side: str) -> Flow:
    """Return the flow of an end."""
    return OUT_FLOW if side == Side.OUT else IN_FLOW


def act_label(action: str) -> Text:
    """Name an act on a transfer or a donation."""
    for flow in (OUT_FLOW, IN_FLOW, DONATION_FLOW):
        if action in flow.steps:
            return flow.steps[action].label
    return _BY_BANK_AND_STATION[action]
