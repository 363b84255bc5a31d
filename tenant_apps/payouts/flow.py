"""The flow of a batch. Source: domain reference §3.4; a line has no flow of its own, the bank moves it."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.flow import Flow, Step
from tenant_apps.payouts.models import BEFORE_BANK, WITH_BANK, BatchState

VIEWS = "payout.view"
PREPARES = "payout.prepare"
CHECKS = "payout.check"
AUDITS = "payout.audit"
APPROVES = "payout.approve"
SENDS = "payout.send"
RECEIVES = "payout.receipt"

_SIGNING = frozenset({BatchState.FROZEN, BatchState.CHECKED, BatchState.AUDITED})

BATCH_FLOW = Flow(
    "payout",
    {
        # A large batch is put together by a worker: whole, or not at all.
        "prepared": Step(
            sources=frozenset({BatchState.PREPARING}),
            target=BatchState.DRAFT,
            capability=PREPARES,
            label=_("编制完成"),
            by_system=True,
        ),
        "not_prepared": Step(
            sources=frozenset({BatchState.PREPARING}),
            target=BatchState.VOID,
            capability=PREPARES,
            label=_("未能编成"),
            by_system=True,
        ),
        "freeze": Step(
            sources=frozenset({BatchState.DRAFT}),
            target=BatchState.FROZEN,
            capability=PREPARES,
            label=_("封存并提交复核"),
            clock="payout_check",
        ),
        "check": Step(
            sources=frozenset({BatchState.FROZEN}),
            target=BatchState.CHECKED,
            capability=CHECKS,
            label=_("财务复核通过"),
            clock="payout_audit",
        ),
        "audit": Step(
            sources=frozenset({BatchState.CHECKED}),
            target=BatchState.AUDITED,
            capability=AUDITS,
            label=_("经审确认"),
            clock="payout_approve",
        ),
        "approve": Step(
            sources=frozenset({BatchState.AUDITED}),
            target=BatchState.APPROVED,
            capability=APPROVES,
            label=_("主席签批"),
            clock="payout_send",
        ),
        "send": Step(
            sources=frozenset({BatchState.APPROVED}),
            target=BatchState.SENT,
            capability=SENDS,
            label=_("登记已提交银行"),
            clock="payout_answer",
        ),
        "return": Step(
            sources=_SIGNING,
            target=BatchState.RETURNED,
            capability=VIEWS,
            label=_("退回"),
            tone="light",
        ),
        "void": Step(
            sources=frozenset(BEFORE_BANK),
            target=BatchState.VOID,
            capability=PREPARES,
            label=_("作废"),
            tone="danger",
        ),
        # A large batch is given up by a worker, who gives its applications back step by step.
        "give_up": Step(
            sources=frozenset(BEFORE_BANK),
            target=BatchState.GIVING_UP,
            capability=VIEWS,
            label=_("开始撤销"),
            by_system=True,
        ),
        "voided": Step(
            sources=frozenset({BatchState.GIVING_UP}),
            target=BatchState.VOID,
            capability=VIEWS,
            label=_("作废完成"),
            by_system=True,
        ),
        "sent_back": Step(
            sources=frozenset({BatchState.GIVING_UP}),
            target=BatchState.RETURNED,
            capability=VIEWS,
            label=_("退回完成"),
            by_system=True,
        ),
        "pay": Step(
            sources=frozenset(WITH_BANK),
            target=BatchState.PAID,
            capability=SENDS,
            label=_("全部成功"),
            by_system=True,
        ),
        "pay_partly": Step(
            sources=frozenset(WITH_BANK),
            target=BatchState.PARTLY_PAID,
            capability=SENDS,
            label=_("部分成功"),
            by_system=True,
        ),
        "reconcile": Step(
            sources=frozenset({BatchState.PAID, BatchState.PARTLY_PAID}),
            target=BatchState.RECONCILED,
            capability=AUDITS,
            label=_("对账无误"),
        ),
        "close": Step(
            sources=frozenset({BatchState.RECONCILED}),
            target=BatchState.CLOSED,
            capability=SENDS,
            label=_("办结归档"),
        ),
        # Where a batch cannot be entered in the national system, two people say so before it is put away.
        "waive_ask": Step(
            sources=frozenset({BatchState.RECONCILED}),
            target=BatchState.RECONCILED,
            capability=SENDS,
            label=_("申请免于录入全国系统"),
            tone="light",
        ),
        "waive_agree": Step(
            sources=frozenset({BatchState.RECONCILED}),
            target=BatchState.RECONCILED,
            capability=APPROVES,
            label=_("同意免于录入"),
        ),
        "waive_refuse": Step(
            sources=frozenset({BatchState.RECONCILED}),
            target=BatchState.RECONCILED,
            capability=APPROVES,
            label=_("不同意免于录入"),
            tone="light",
        ),
        # Money that comes back after the books were compared opens the batch again.
        "reopen": Step(
            sources=frozenset({BatchState.RECONCILED, BatchState.CLOSED}),
            target=BatchState.PARTLY_PAID,
            capability=SENDS,
            label=_("银行退票，重新对账"),
            by_system=True,
        ),
    },
)
"""Who may return: whoever signs next. ``services.signing`` asks for that capability."""

SIGNS_NEXT = {
    BatchState.FROZEN: CHECKS,
    BatchState.CHECKED: AUDITS,
    BatchState.AUDITED: APPROVES,
}
