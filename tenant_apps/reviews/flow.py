"""The flow of what was sent up. Source: domain reference §3.2."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.flow import Flow, Step
from tenant_apps.reviews.models import Review, ReviewState

FOLLOW = "review.follow"

REVIEW_FLOW = Flow(
    "review",
    {
        "forward": Step(
            sources=frozenset({ReviewState.OFFERED}),
            target=ReviewState.FORWARDED,
            capability="review.decide",
            label=_("同意上报"),
        ),
        "accept": Step(
            sources=frozenset({ReviewState.OFFERED}),
            target=ReviewState.CENTRE_REVIEW,
            capability="review.decide",
            label=_("受理"),
            clock="centre_review",
        ),
        "request_check": Step(
            sources=frozenset({ReviewState.CENTRE_REVIEW}),
            target=ReviewState.CHECKING,
            capability="review.decide",
            label=_("发起核对"),
            clock="means_check_send",
        ),
        "conclude_check": Step(
            sources=frozenset({ReviewState.CHECKING}),
            target=ReviewState.MEANS_CHECK,
            capability="review.decide",
            label=_("核对符合"),
            clock="publish_notice",
        ),
        "recall_check": Step(
            sources=frozenset({ReviewState.CHECKING}),
            target=ReviewState.CENTRE_REVIEW,
            capability="review.decide",
            label=_("撤回核对"),
            clock="centre_review",
            tone="light",
        ),
        "confirm_means": Step(
            sources=frozenset({ReviewState.CENTRE_REVIEW}),
            target=ReviewState.MEANS_CHECK,
            capability="review.decide",
            label=_("线下核对结果登记"),
            clock="publish_notice",
            tone="light",
        ),
        "publish_notice": Step(
            sources=frozenset({ReviewState.MEANS_CHECK}),
            target=ReviewState.NOTICE,
            capability="notice.publish",
            label=_("发布公示"),
        ),
        "answer_objection": Step(
            sources=frozenset({ReviewState.OBJECTION}),
            target=ReviewState.NOTICE,
            capability="review.decide",
            label=_("异议不成立，继续公示"),
        ),
        "renew_notice": Step(
            sources=frozenset({ReviewState.OBJECTION}),
            target=ReviewState.NOTICE,
            capability="review.decide",
            label=_("更正后重新公示"),
            tone="light",
        ),
        "approve": Step(
            sources=frozenset({ReviewState.APPROVAL}),
            target=ReviewState.APPROVED,
            capability="review.approve",
            label=_("审批通过"),
        ),
        "return": Step(
            sources=frozenset(
                {
                    ReviewState.OFFERED,
                    ReviewState.CENTRE_REVIEW,
                    ReviewState.CHECKING,
                    ReviewState.MEANS_CHECK,
                    ReviewState.OBJECTION,
                }
            ),
            target=ReviewState.RETURNED,
            capability="review.decide",
            label=_("退回"),
            tone="light",
        ),
        "refuse": Step(
            sources=frozenset(
                {
                    ReviewState.CENTRE_REVIEW,
                    ReviewState.CHECKING,
                    ReviewState.MEANS_CHECK,
                    ReviewState.OBJECTION,
                    ReviewState.APPROVAL,
                }
            ),
            target=ReviewState.REFUSED,
            capability="review.decide",
            label=_("不同意"),
            tone="danger",
        ),
        "withdraw": Step(
            sources=frozenset({ReviewState.OFFERED}),
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
            clock="approval",
            by_system=True,
        ),
    },
)

ONLY_BELOW = frozenset({"forward"})
ONLY_CENTRE = frozenset(REVIEW_FLOW.steps) - ONLY_BELOW - {"return", "withdraw"}

# What the home station calls the step, and what the stations between show of it.
SENT_DOWN = {
    "forward": "forwarded",
    "accept": "centre_accepted",
    "request_check": "means_requested",
    "recall_check": "means_recalled",
    "conclude_check": "means_confirmed",
    "confirm_means": "means_confirmed",
    "publish_notice": "notice_published",
    "raise_objection": "objection_raised",
    "answer_objection": "objection_answered",
    "renew_notice": "notice_renewed",
    "end_notice": "notice_ended",
    "approve": "approved",
    "return": "returned",
    "refuse": "refused",
    "withdraw": "withdrawn",
}
SECOND_LOOK = "second_look"
SHOWN_BETWEEN = {
    SENT_DOWN[action]: step.target
    for action, step in REVIEW_FLOW.steps.items()
    if action != "withdraw"
} | {SECOND_LOOK: ReviewState.CENTRE_REVIEW}


def actions_on(review: Review, *, actor: Actor) -> list[str]:
    """Return what the actor may do with a review now, in the order of the table."""
    elsewhere = ONLY_BELOW if review.is_centre else ONLY_CENTRE
    return [
        action
        for action in REVIEW_FLOW.actions_from(review.state, actor=actor)
        if action not in elsewhere
    ]
