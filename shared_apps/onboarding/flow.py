"""Every legal move of an application. Source: domain §3.1."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.flow import Flow, Step
from shared_apps.onboarding.models import ApplicationState as State

# Working days: what an invited unit has to apply, the parent to accept, the applicant to correct, the
# parent to decide.
CLOCKS = {"apply": 10, "accept": 3, "correct": 10, "decide": 5}

ONBOARDING_FLOW = Flow(
    "onboarding",
    {
        "submit": Step(
            sources=frozenset({State.DRAFT, State.CORRECTING}),
            target=State.APPLIED,
            capability="onboarding.apply",
            label=_("提交申请"),
            clock="accept",
        ),
        "accept": Step(
            sources=frozenset({State.APPLIED}),
            target=State.PARENT_REVIEW,
            capability="onboarding.view",
            label=_("受理"),
            clock="decide",
        ),
        "approve": Step(
            sources=frozenset({State.APPLIED, State.PARENT_REVIEW}),
            target=State.PROVISIONING,
            capability="onboarding.decide",
            label=_("批准开通"),
        ),
        "return": Step(
            sources=frozenset({State.APPLIED, State.PARENT_REVIEW}),
            target=State.CORRECTING,
            capability="onboarding.decide",
            label=_("退回补正"),
            clock="correct",
            tone="secondary",
        ),
        "reject": Step(
            sources=frozenset({State.APPLIED, State.PARENT_REVIEW}),
            target=State.REJECTED,
            capability="onboarding.decide",
            label=_("不予通过"),
            tone="danger",
        ),
        "open": Step(
            sources=frozenset({State.PROVISIONING}),
            target=State.TRIAL,
            capability="onboarding.open",
            label=_("开通完成"),
            by_system=True,
        ),
        "fail": Step(
            sources=frozenset({State.PROVISIONING}),
            target=State.PARENT_REVIEW,
            capability="onboarding.open",
            label=_("开通失败"),
            clock="decide",
            by_system=True,
        ),
    },
)
