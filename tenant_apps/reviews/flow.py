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
        "confirm_means": Step(
            sources=frozenset({ReviewState.CENTRE_REVIEW}),
            target=ReviewState.MEANS_CHECK,
            capability="review.decide",
            label=_("登记核对结果"),
            clock="publish_notice",
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
            label=_("答复异议"),
        ),
        "approve": Step(
            sources=frozenset({ReviewState.APPROVAL}),
            target=ReviewState.APPROVED,
            capability="review.approve",
            label=_("审批通过"),
        ),
        "return": Step(
            sources=frozenset(
                {ReviewState.OFFERED, ReviewState.CENTRE_REVIEW, ReviewState.MEANS_CHECK}
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

ONLY_CENTRE = frozenset(
    {"accept", "confirm_means", "publish_notice", "answer_objection", "approve", "refuse"}
)
ONLY_BELOW = frozenset({"forward"})

# What the home station calls the step, and what the stations between show of it.
SENT_DOWN = {
    "forward": "forwarded",
    "accept": "centre_accepted",
    "confirm_means": "means_confirmed",
    "publish_notice": "notice_published",
    "raise_objection": "objection_raised",
    "answer_objection": "objection_answered",
    "end_notice": "notice_ended",
    "approve": "approved",
    "return": "returned",
    "refuse": "refused",
    "withdraw": "withdrawn",
}
SHOWN_BETWEEN = {
    "centre_accepted": ReviewState.CENTRE_REVIEW,
    "means_confirmed": ReviewState.MEANS_CHECK,
    "notice_published": ReviewState.NOTICE,
    "objection_raised": ReviewState.OBJECTION,
    "objection_answered": ReviewState.NOTICE,
    "notice_ended": ReviewState.APPROVAL,
    "approved": ReviewState.APPROVED,
    "returned": ReviewState.RETURNED,
    "refused": ReviewState.REFUSED,
    "forwarded": ReviewState.FORWARDED,
}


def actions_on(review: Review, *, actor: Actor) -> list[str]:
    """Return what the actor may do with a review now, in the order of the table."""
    elsewhere = ONLY_BELOW if review.is_centre else ONLY_CENTRE
    return [
        action
        for action in REVIEW_FLOW.actions_from(review.state, actor=actor)
        if action not in elsewhere
    ]
