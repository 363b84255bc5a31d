"""The flow of a re-check or an exit at the centre. Source: domain §3.2, from ``rechecking`` on."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.flow import Flow, Step
from tenant_apps.reviews.models import Review, ReviewKind, ReviewState

FOLLOW = "review.follow"

LIFE_FLOW = Flow(
    "life_review",
    {
        "continue": Step(
            sources=frozenset({ReviewState.OFFERED}),
            target=ReviewState.APPROVED,
            capability="review.decide",
            label=_("同意继续在档"),
        ),
        "agree_exit": Step(
            sources=frozenset({ReviewState.OFFERED}),
            target=ReviewState.NOTICE,
            capability="notice.publish",
            label=_("同意退出并公示"),
        ),
        "agree_exit_now": Step(
            sources=frozenset({ReviewState.OFFERED}),
            target=ReviewState.APPROVAL,
            capability="review.decide",
            label=_("同意退出（免公示）"),
            clock="exit_confirm",
        ),
        "return": Step(
            sources=frozenset({ReviewState.OFFERED}),
            target=ReviewState.RETURNED,
            capability="review.decide",
            label=_("退回补充"),
            tone="light",
        ),
        "answer_objection": Step(
            sources=frozenset({ReviewState.OBJECTION}),
            target=ReviewState.NOTICE,
            capability="review.decide",
            label=_("答复异议，继续公示"),
        ),
        "confirm_exit": Step(
            sources=frozenset({ReviewState.APPROVAL}),
            target=ReviewState.APPROVED,
            capability="review.approve",
            label=_("确认退出"),
        ),
        "stop_exit": Step(
            sources=frozenset({ReviewState.NOTICE, ReviewState.OBJECTION, ReviewState.APPROVAL}),
            target=ReviewState.REFUSED,
            capability="review.decide",
            label=_("不予退出"),
            tone="danger",
        ),
        "withdraw": Step(
            sources=frozenset(
                {
                    ReviewState.OFFERED,
                    ReviewState.NOTICE,
                    ReviewState.OBJECTION,
                    ReviewState.APPROVAL,
                }
            ),
            target=ReviewState.WITHDRAWN,
            capability=FOLLOW,
            label=_("下级撤回"),
            by_system=True,
        ),
        "raise_objection": Step(
            sources=frozenset({ReviewState.NOTICE}),
            target=ReviewState.OBJECTION,
            capability=FOLLOW,
            label=_("收到异议"),
            clock="objection",
            by_system=True,
        ),
        "end_notice": Step(
            sources=frozenset({ReviewState.NOTICE}),
            target=ReviewState.APPROVAL,
            capability=FOLLOW,
            label=_("公示期满"),
            clock="exit_confirm",
            by_system=True,
        ),
    },
)

ONLY_EXIT = frozenset({"agree_exit", "agree_exit_now"})


def life_actions_on(review: Review, *, actor: Actor) -> list[str]:
    """Return what the actor may do with a re-check or an exit now, in the order of the table.

    An exit is agreed with or without a notice, as its reason asks; a re-check is not.
    """
    actions = LIFE_FLOW.actions_from(review.state, actor=actor)
    return [
        action for action in actions if review.kind == ReviewKind.EXIT or action not in ONLY_EXIT
    ]
