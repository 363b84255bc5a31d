"""Pages of reviews: the desk, one file as it was sent up, and the steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, NotFound, Problem
from bangfu.ui.acts import act_and_tell
from bangfu.ui.templatetags.ui import PAGE_SIZES
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.casework.selectors import timeline_of
from tenant_apps.households.dossiers import draft_in, opinions_in
from tenant_apps.households.drafts import MEMBER_FIELDS
from tenant_apps.households.presenting import sections_of, sum_of, values_of
from tenant_apps.households.rules import five_clears
from tenant_apps.notices.selectors import notice_about, objections_to
from tenant_apps.reviews import services
from tenant_apps.reviews.flow import REVIEW_FLOW, actions_on
from tenant_apps.reviews.forms import (
    AnswerForm,
    MeansForm,
    NoticeForm,
    OpinionForm,
    ReviewSearchForm,
)
from tenant_apps.reviews.home import files_in_first_review
from tenant_apps.reviews.models import Review
from tenant_apps.reviews.selectors import TABS, ReviewSearch, deadlines_of, reviews_matching
from tenant_apps.reviews.wording import action_label

_SIZES = frozenset(str(size) for size in PAGE_SIZES)


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Show what was sent up, by tab, with its deadlines; own files in first review lead."""
    actor = _actor(request)
    form = ReviewSearchForm(request.GET)
    form.is_valid()
    tab = request.GET.get("tab", "todo")
    search = ReviewSearch(
        tab=tab if tab in TABS else "todo",
        words=form.cleaned_data.get("words", ""),
        state=form.cleaned_data.get("state", ""),
        home_code=form.cleaned_data.get("home_code", ""),
    )
    size = request.GET.get("per_page", "")
    pages = Paginator(
        reviews_matching(search, actor=actor), int(size) if size in _SIZES else PAGE_SIZES[0]
    )
    page = pages.get_page(request.GET.get("page"))
    rows = list(page.object_list)
    due = deadlines_of(rows)
    context = {
        "form": form,
        "tab": search.tab,
        "tabs": [
            ("todo", _("待办")),
            ("going", _("办理中")),
            ("done", _("已办")),
            ("all", _("全部")),
        ],
        "page": page,
        "rows": [
            {
                "review": review,
                "tier": CODE_LISTS["tier"].label(review.tier) if review.tier else "—",
                "cause": CODE_LISTS["cause"].label(review.main_cause),
                "due_on": due.get(review.pk),
            }
            for review in rows
        ],
        "own": files_in_first_review(actor) if search.tab == "todo" else [],
        "today": clock.today(),
        "is_searched": any(form.cleaned_data.values()),
    }
    return render(request, "reviews/list.html", context)


@require_GET
def detail(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Show one file as it was sent up, laid out like a file; that somebody looked is noted."""
    actor, now = _actor(request), clock.now()
    review, dossier = services.look_at(review_id, actor=actor, now=now)
    draft = draft_in(dossier["snapshot"])
    actions = actions_on(review, actor=actor)
    context = {
        "review": review,
        "tier": CODE_LISTS["tier"].label(review.tier) if review.tier else "—",
        "sections": sections_of(draft),
        "members": [values_of(one, MEMBER_FIELDS) for one in draft.members],
        "meter": five_clears(draft),
        "sum": sum_of(dossier["computation"]),
        "papers": [
            {**paper, "label": CODE_LISTS["paper"].label(paper["kind"])}
            for paper in dossier["papers"]
        ],
        "visits": dossier["visits"],
        "seen_elsewhere": dossier["seen_elsewhere"],
        "opinions": opinions_in(review.opinions),
        "timeline": timeline_of(("review", review.pk), flow=REVIEW_FLOW, label=action_label),
        "due_on": deadlines_of([review]).get(review.pk),
        "today": clock.today(),
        "notice": notice_about(review.pk),
        "objections": objections_to(review.pk),
        "actions": actions,
        "steps": [(action, REVIEW_FLOW.steps[action]) for action in actions],
        "may_reveal": actor.may("file.reveal"),
        "opinion_form": OpinionForm(),
        "means_form": MeansForm(initial={"checked_on": clock.today()}),
        "notice_form": NoticeForm(),
        "answer_form": AnswerForm(),
    }
    return render(request, "reviews/detail.html", context)


@require_POST
def step(request: HttpRequest, review_id: UUID, action: str) -> HttpResponse:
    """Take one step and go back to the page of the review; a refusal is shown there."""
    if action not in _STEPS:
        raise NotFound
    label = REVIEW_FLOW.steps[action].label
    act_and_tell(request, lambda: _STEPS[action](request, review_id), label=label)
    return redirect("reviews:detail", review_id)


@require_POST
def reveal(request: HttpRequest, review_id: UUID, field: str) -> HttpResponse:
    """Answer one masked value in the open, for the reason that was given."""
    position = request.POST.get("member") or request.GET.get("member", "")
    try:
        value = services.reveal(
            review_id,
            field=field,
            reason=request.POST.get("reason", ""),
            actor=_actor(request),
            now=clock.now(),
            member=int(position) if position.isdecimal() else None,
        )
    except InvalidInput as refusal:
        message = "；".join(str(problem.message) for problem in refusal.problems)
        return HttpResponse(format_html('<span class="masked error">{}</span>', message))
    return HttpResponse(format_html('<span class="mono">{}</span>', value or _("未填写")))


def _actor(request: HttpRequest) -> Actor:
    return cast("Actor", request.actor)  # type: ignore[attr-defined]


def _edge(request: HttpRequest) -> dict[str, Any]:
    return {"actor": _actor(request), "now": clock.now()}


def _with_opinion(service: Callable[..., Review]) -> Callable[[HttpRequest, UUID], object]:
    return lambda request, key: service(
        key, opinion=request.POST.get("opinion", ""), **_edge(request)
    )


def _with_reason(service: Callable[..., object]) -> Callable[[HttpRequest, UUID], object]:
    return lambda request, key: service(
        key, reason=request.POST.get("reason", ""), **_edge(request)
    )


def _confirm_means(request: HttpRequest, review_id: UUID) -> object:
    form = MeansForm(request.POST)
    if not form.is_valid():
        message = _("请填写核对结果和核对日期。")
        raise InvalidInput([Problem(code="V321", field="checked_on", message=message)])
    return services.confirm_means(
        review_id,
        fits=form.cleaned_data["fits"] == "yes",
        checked_on=form.cleaned_data["checked_on"],
        comment=form.cleaned_data["comment"],
        **_edge(request),
    )


def _answer_objection(request: HttpRequest, review_id: UUID) -> object:
    return services.answer_objection(
        review_id, answer=request.POST.get("answer", ""), **_edge(request)
    )


_STEPS: dict[str, Callable[[HttpRequest, UUID], object]] = {
    "forward": _with_opinion(services.forward),
    "accept": _with_opinion(services.accept),
    "approve": _with_opinion(services.approve),
    "return": _with_reason(services.return_down),
    "refuse": _with_reason(services.refuse),
    "publish_notice": _with_reason(services.publish_notice),
    "confirm_means": _confirm_means,
    "answer_objection": _answer_objection,
}
