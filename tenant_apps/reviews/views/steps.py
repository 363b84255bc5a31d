"""The steps of one review, as its page takes them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from bangfu.kernel.errors import NotFound, Text
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, edge
from tenant_apps.reviews import services
from tenant_apps.reviews.flow import REVIEW_FLOW
from tenant_apps.reviews.forms import MeansForm
from tenant_apps.reviews.views.requests import refuse_form

Step = Callable[[HttpRequest, UUID], object]


@require_POST
def step(request: HttpRequest, review_id: UUID, action: str) -> HttpResponse:
    """Take one step and go back to the page of the review; a refusal is shown there."""
    if action not in _STEPS:
        raise NotFound
    flow_step = REVIEW_FLOW.steps.get(action)
    actor_of(request).require(flow_step.capability if flow_step else "review.decide")
    label = flow_step.label if flow_step else _LABELS[action]
    act_and_tell(request, lambda: _STEPS[action](request, review_id), label=label)
    return redirect("reviews:detail", review_id)


def _with_opinion(service: Callable[..., object]) -> Step:
    return lambda request, key: service(
        key, opinion=request.POST.get("opinion", ""), **edge(request)
    )


def _with_reason(service: Callable[..., object]) -> Step:
    return lambda request, key: service(key, reason=request.POST.get("reason", ""), **edge(request))


def _confirm_means(request: HttpRequest, review_id: UUID) -> object:
    form = MeansForm(request.POST, request.FILES)
    refuse_form(form, code="V321")
    given = form.cleaned_data
    return services.confirm_means(
        review_id,
        fits=given["fits"] == "yes",
        checked_on=given["checked_on"],
        comment=given["comment"],
        unit=given["unit"],
        document_no=given["document_no"],
        scan=given["scan"],
        **edge(request),
    )


def _answer_objection(request: HttpRequest, review_id: UUID) -> object:
    return services.answer_objection(
        review_id, answer=request.POST.get("answer", ""), **edge(request)
    )


def _renew_notice(request: HttpRequest, review_id: UUID) -> object:
    return services.renew_notice(
        review_id,
        answer=request.POST.get("answer", ""),
        reason=request.POST.get("reason", ""),
        **edge(request),
    )


_STEPS: dict[str, Step] = {
    "forward": _with_opinion(services.forward),
    "accept": _with_opinion(services.accept),
    "approve": _with_opinion(services.approve),
    "request_check": _with_opinion(services.request_check),
    "conclude_check": _with_opinion(services.conclude_check),
    "recall_check": _with_reason(services.recall_check),
    "return": _with_reason(services.return_down),
    "refuse": _with_reason(services.refuse),
    "publish_notice": _with_reason(services.publish_notice),
    "confirm_means": _confirm_means,
    "answer_objection": _answer_objection,
    "renew_notice": _renew_notice,
    "urge": _with_reason(services.urge),
    "photos": lambda request, key: services.ask_for_photos(key, **edge(request)),
}
_LABELS: dict[str, Text] = {"urge": _("催办"), "photos": _("调取走访照片")}
