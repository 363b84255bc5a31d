"""The flow of an application. Source: domain reference §3.3."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.flow import Flow, Step
from tenant_apps.aid.models import AidState

VIEWS = "aid.view"
ENTERS = "aid.edit"
REVIEWS = "aid.review"
APPROVES = "aid.approve"

_BEFORE_DECISION = frozenset({AidState.SUBMITTED, AidState.ELIGIBILITY, AidState.REVIEWING})
_UNDER_DECISION = frozenset({AidState.MEETING, AidState.PARTY_GROUP, AidState.ASKED_ABOVE})
_PUBLIC = frozenset({AidState.NOTICE, AidState.OBJECTION})

AID_FLOW = Flow(
    "aid",
    {
        "submit": Step(
            sources=frozenset({AidState.DRAFT, AidState.RETURNED, AidState.PROPOSED}),
            target=AidState.SUBMITTED,
            capability=ENTERS,
            label=_("提交申请"),
            clock="aid_accept",
        ),
        "leave_out": Step(
            sources=frozenset({AidState.PROPOSED}),
            target=AidState.LEFT_OUT,
            capability=ENTERS,
            label=_("不列入"),
            tone="light",
        ),
        "put_back": Step(
            sources=frozenset({AidState.LEFT_OUT}),
            target=AidState.PROPOSED,
            capability=ENTERS,
            label=_("重新列入"),
            tone="light",
        ),
        "accept": Step(
            sources=frozenset({AidState.SUBMITTED}),
            target=AidState.ELIGIBILITY,
            capability=ENTERS,
            label=_("受理"),
        ),
        "check": Step(
            sources=frozenset({AidState.ELIGIBILITY}),
            target=AidState.REVIEWING,
            capability=ENTERS,
            label=_("核验资格"),
            clock="aid_review",
        ),
        # Up to the sum that needs no meeting.
        "pass": Step(
            sources=frozenset({AidState.REVIEWING}),
            target=AidState.NOTICE,
            capability=REVIEWS,
            label=_("审核通过，发布公示"),
        ),
        "bring": Step(
            sources=frozenset({AidState.REVIEWING}),
            target=AidState.MEETING,
            capability=REVIEWS,
            label=_("提交会议研究"),
            clock="aid_meeting",
        ),
        "decide": Step(
            sources=frozenset({AidState.MEETING}),
            target=AidState.PARTY_GROUP,
            capability=APPROVES,
            label=_("登记主席办公会议定"),
        ),
        "ratify": Step(
            sources=frozenset({AidState.PARTY_GROUP}),
            target=AidState.NOTICE,
            capability=APPROVES,
            label=_("登记党组会审定"),
        ),
        # Above the limit of the station itself: the station above has the last word.
        "ask_above": Step(
            sources=frozenset({AidState.PARTY_GROUP}),
            target=AidState.ASKED_ABOVE,
            capability=APPROVES,
            label=_("审定并上报审批"),
            clock="aid_above",
        ),
        "agreed_above": Step(
            sources=frozenset({AidState.ASKED_ABOVE}),
            target=AidState.NOTICE,
            capability=VIEWS,
            label=_("上级同意"),
            by_system=True,
        ),
        "refused_above": Step(
            sources=frozenset({AidState.ASKED_ABOVE}),
            target=AidState.REFUSED,
            capability=VIEWS,
            label=_("上级不同意"),
            by_system=True,
        ),
        "approve": Step(
            sources=frozenset({AidState.NOTICE}),
            target=AidState.APPROVED,
            capability=APPROVES,
            label=_("批准"),
            clock="aid_pay",
        ),
        "help_at_once": Step(
            sources=_BEFORE_DECISION,
            target=AidState.APPROVED,
            capability=APPROVES,
            label=_("急救先行"),
            clock="aid_pay",
            tone="danger",
        ),
        "object": Step(
            sources=frozenset({AidState.NOTICE}),
            target=AidState.OBJECTION,
            capability=VIEWS,
            label=_("收到异议"),
            clock="objection",
            by_system=True,
        ),
        "answer": Step(
            sources=frozenset({AidState.OBJECTION}),
            target=AidState.NOTICE,
            capability=REVIEWS,
            label=_("异议不成立，继续公示"),
        ),
        "return": Step(
            sources=_BEFORE_DECISION,
            target=AidState.RETURNED,
            capability=REVIEWS,
            label=_("退回"),
            tone="light",
        ),
        "decline": Step(
            sources=_BEFORE_DECISION | {AidState.OBJECTION},
            target=AidState.REFUSED,
            capability=REVIEWS,
            label=_("不予帮扶"),
            tone="danger",
        ),
        "refuse": Step(
            sources=_UNDER_DECISION | {AidState.NOTICE, AidState.APPROVED},
            target=AidState.REFUSED,
            capability=APPROVES,
            label=_("不予批准"),
            tone="danger",
        ),
        "withdraw": Step(
            sources=_BEFORE_DECISION
            | _UNDER_DECISION
            | _PUBLIC
            | {AidState.DRAFT, AidState.RETURNED},
            target=AidState.WITHDRAWN,
            capability=ENTERS,
            label=_("撤回申请"),
            tone="light",
        ),
        # What payouts and the bank say.
        "batch": Step(
            sources=frozenset({AidState.APPROVED}),
            target=AidState.BATCHED,
            capability=VIEWS,
            label=_("列入发放"),
            by_system=True,
        ),
        "unbatch": Step(
            sources=frozenset({AidState.BATCHED}),
            target=AidState.APPROVED,
            capability=VIEWS,
            label=_("移出发放"),
            clock="aid_pay",
            by_system=True,
        ),
        "pay": Step(
            sources=frozenset({AidState.BATCHED}),
            target=AidState.PAID,
            capability=VIEWS,
            label=_("发放成功"),
            clock="aid_feedback",
            by_system=True,
        ),
        "fail": Step(
            sources=frozenset({AidState.BATCHED}),
            target=AidState.APPROVED,
            capability=VIEWS,
            label=_("发放失败"),
            clock="aid_pay",
            by_system=True,
        ),
        "take_back": Step(
            sources=frozenset({AidState.PAID, AidState.FED_BACK, AidState.CLOSED}),
            target=AidState.APPROVED,
            capability=VIEWS,
            label=_("银行退票"),
            clock="aid_pay",
            by_system=True,
        ),
        "feed_back": Step(
            sources=frozenset({AidState.PAID}),
            target=AidState.FED_BACK,
            capability=ENTERS,
            label=_("登记回访"),
        ),
        "close": Step(
            sources=frozenset({AidState.FED_BACK}),
            target=AidState.CLOSED,
            capability=ENTERS,
            label=_("办结"),
        ),
    },
)
