"""One file as it was sent up, with everything that was done about it here."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.ui.answers import as_revealed
from bangfu.ui.requests import actor_of, edge, member_of
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.casework.selectors import timeline_of
from tenant_apps.households.dossiers import draft_in, opinions_in
from tenant_apps.households.drafts import MEMBER_FIELDS
from tenant_apps.households.presenting import sections_of, sum_of, values_of
from tenant_apps.households.rules import five_clears
from tenant_apps.notices.selectors import notice_about, notices_about, objections_to
from tenant_apps.reviews import services
from tenant_apps.reviews.flow import REVIEW_FLOW, actions_on
from tenant_apps.reviews.forms import (
    AnswerForm,
    ItemsForm,
    MeansForm,
    NoticeForm,
    OpinionForm,
    RenewForm,
    SettleForm,
)
from tenant_apps.reviews.models import AWAITED_CHECKS, MeansState, Review, ReviewState
from tenant_apps.reviews.selectors import (
    check_of,
    colleagues,
    deadlines_of,
    deliberations_on,
    without_own_objections,
)
from tenant_apps.reviews.wording import action_label


@require_GET
def detail(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Show one file as it was sent up, laid out like a file; that somebody looked is noted."""
    actor, now = actor_of(request), clock.now()
    review, dossier = services.look_at(review_id, actor=actor, now=now)
    draft = draft_in(dossier["snapshot"])
    means = _means_of(review, actor=actor)
    actions = without_own_objections(actions_on(review, actor=actor), review, actor=actor)
    if means.get("is_ready") is False:
        actions = [action for action in actions if action != "conclude_check"]
    photos = services.photos_of(review)
    may_decide = actor.may("review.decide")
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
        "photos": photos,
        "photos_missing": sum(visit["photos"] for visit in dossier["visits"]) - len(photos),
        "seen_elsewhere": dossier["seen_elsewhere"],
        "opinions": opinions_in(review.opinions),
        "timeline": timeline_of(("review", review.pk), flow=REVIEW_FLOW, label=action_label),
        "due_on": deadlines_of([review]).get(review.pk),
        "today": clock.today(),
        "notice": notice_about(review.pk),
        "notices": notices_about(review.pk),
        "objections": objections_to(review.pk),
        "deliberations": deliberations_on(review.pk),
        "means": means,
        "actions": actions,
        "steps": [(action, REVIEW_FLOW.steps[action]) for action in actions],
        "may_reveal": actor.may("file.reveal"),
        "may_decide": may_decide,
        "may_ask_exit": may_decide and review.is_centre and review.state == ReviewState.APPROVED,
        "is_left_to_others": review.state == ReviewState.OBJECTION and may_decide and not actions,
        "colleagues": colleagues() if may_decide and not review.is_closed else [],
        "second_round": Review.objects.filter(former_id=review.pk).first(),
        "opinion_form": OpinionForm(),
        "means_form": MeansForm(initial={"checked_on": clock.today()}),
        "notice_form": NoticeForm(),
        "answer_form": AnswerForm(),
        "renew_form": RenewForm(),
    }
    return render(request, "reviews/detail.html", context)


@require_POST
def reveal(request: HttpRequest, review_id: UUID, field: str) -> HttpResponse:
    """Answer one masked value in the open, for the reason that was given."""
    return as_revealed(
        lambda: services.reveal(
            review_id,
            field=field,
            reason=request.POST.get("reason", ""),
            member=member_of(request),
            **edge(request),
        )
    )


def _means_of(review: Review, *, actor: Actor) -> dict[str, Any]:
    """What the page shows of the means check: opened only for those who decide."""
    check = check_of(review.pk)
    if check is None:
        return {}
    # A template takes ``items`` for the method of the dictionary where the key is missing.
    shown: dict[str, Any] = {"check": check, "items": []}
    if not actor.may("review.decide") or check.is_offline:
        return shown
    items = services.look_at_items(check, actor=actor, now=clock.now())
    is_awaited = check.state in AWAITED_CHECKS
    return shown | {
        "items": [
            {
                "row": one,
                "settle_form": SettleForm(auto_id=f"settle-{one.item.kind}-%s")
                if is_awaited and one.item.is_unsettled
                else None,
            }
            for one in items
        ],
        "items_form": ItemsForm.about(items) if is_awaited else None,
        "is_ready": check.state == MeansState.ANSWERED,
    }
