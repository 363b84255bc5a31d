"""The desk: what was sent up, by tab, and one step on many of them at once."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import NotFound
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, edge, key_in, page_of, ticked
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.reviews import services
from tenant_apps.reviews.flow import REVIEW_FLOW, actions_on
from tenant_apps.reviews.home import files_in_first_review
from tenant_apps.reviews.selectors import colleagues, deadlines_of, reviews_matching
from tenant_apps.reviews.views.requests import search_of


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Show what was sent up, by tab, with its deadlines; own files in first review lead."""
    actor = actor_of(request)
    form, search = search_of(request.GET, actor=actor)
    page = page_of(request, reviews_matching(search, actor=actor))
    rows = list(page.object_list)
    due = deadlines_of(rows)
    possible = {action for review in rows for action in actions_on(review, actor=actor)}
    many = [(one, REVIEW_FLOW.steps[one]) for one in services.MANY if one in possible]
    may_decide = actor.may("review.decide")
    may_assign = may_decide and any(not review.is_closed for review in rows)
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
        "many": many,
        "may_assign": may_assign,
        "colleagues": colleagues() if may_decide and rows else [],
        "may_choose": bool(many) or may_assign,
        "query": request.GET.urlencode(),
    }
    return render(request, "reviews/list.html", context)


@require_POST
def take_many(request: HttpRequest, action: str) -> HttpResponse:
    """Take one step on the chosen reviews, and say what became of each."""
    actor = actor_of(request)
    if action not in services.MANY:
        raise NotFound
    step = REVIEW_FLOW.steps[action]
    actor.require(step.capability)
    outcomes = services.take_step_on_many(
        action, _chosen(request), text=request.POST.get("reason", ""), **edge(request)
    )
    refused = [one for one in outcomes if one.refusals]
    if not outcomes:
        messages.error(request, _("请先选择要办理的记录。"))
        return redirect("reviews:list")
    if not refused:
        messages.success(
            request,
            _("%(step)s：已办理 %(count)d 件。") % {"step": step.label, "count": len(outcomes)},
        )
        return redirect("reviews:list")
    context = {"step": step, "done": len(outcomes) - len(refused), "refused": refused}
    return render(request, "reviews/many.html", context)


@require_POST
def assign_chosen(request: HttpRequest) -> HttpResponse:
    """Ask a colleague to see to the chosen reviews."""
    actor_of(request).require("review.decide")
    user = request.POST.get("user", "")
    act_and_tell(
        request,
        lambda: services.assign(
            _chosen(request), user_id=int(user) if user.isdecimal() else 0, **edge(request)
        ),
        label=_("转办"),
    )
    review = key_in(request.POST.get("back", ""))
    return redirect("reviews:detail", review) if review else redirect("reviews:list")


def _chosen(request: HttpRequest) -> list[UUID]:
    if not request.POST.get("every"):
        return ticked(request)
    actor = actor_of(request)
    _form, search = search_of(request.GET, actor=actor)
    return list(reviews_matching(search, actor=actor).values_list("pk", flat=True))
