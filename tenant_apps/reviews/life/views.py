"""Pages of re-checks and exits at the centre: the list, one of them, the steps, many at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import current_station
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, page_of, ticked
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.casework.selectors import timeline_of
from tenant_apps.households.dossiers import draft_in
from tenant_apps.households.drafts import FILE_FIELDS
from tenant_apps.households.models import RecheckKind
from tenant_apps.households.presenting import sections_of, sum_of, values_of
from tenant_apps.households.services.rechecking import EVENTS
from tenant_apps.households.views.working import tell_outcome
from tenant_apps.notices.models import Purpose
from tenant_apps.notices.selectors import notice_about, objections_to
from tenant_apps.reviews.life import services
from tenant_apps.reviews.life.flow import LIFE_FLOW, life_actions_on
from tenant_apps.reviews.life.forms import LifeSearchForm
from tenant_apps.reviews.life.models import ExitSource
from tenant_apps.reviews.life.selectors import TABS, LifeSearch, life_matching
from tenant_apps.reviews.selectors import deadlines_of, is_centre, without_own_objections
from tenant_apps.reviews.wording import action_label


@require_GET
def life_list(request: HttpRequest) -> HttpResponse:
    """Show the re-checks and exits that were sent up, by tab, with their deadlines."""
    actor = actor_of(request)
    form = LifeSearchForm(request.GET)
    form.is_valid()
    tab = request.GET.get("tab", "todo")
    search = LifeSearch(
        tab=tab if tab in TABS else "todo",
        words=form.cleaned_data.get("words", ""),
        kind=form.cleaned_data.get("kind", ""),
        home_code=form.cleaned_data.get("home_code", ""),
    )
    page = page_of(request, life_matching(search, actor=actor))
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
                "due_on": due.get(review.pk),
            }
            for review in rows
        ],
        "may_decide": actor.may("review.decide") and search.tab == "todo",
        "may_ask": actor.may("review.decide") and is_centre(current_station()),
        "today": clock.today(),
    }
    return render(request, "reviews/life_list.html", context)


@require_GET
def life_detail(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """Show what a re-check found and what changed since the file was last decided; a look is noted."""
    actor = actor_of(request)
    review, dossier = services.look_at_life(review_id, actor=actor, now=clock.now())
    draft = draft_in(dossier["snapshot"])
    recheck = dossier["recheck"]
    actions = without_own_objections(life_actions_on(review, actor=actor), review, actor=actor)
    context = {
        "review": review,
        "recheck": recheck,
        "kind": RecheckKind(recheck["kind"]).label,
        "event": EVENTS.get(recheck["event"], ""),
        "asked": recheck.get("asked") or {},
        "source": dict(ExitSource.choices).get((recheck.get("asked") or {}).get("source", ""), ""),
        "exit_kind": CODE_LISTS["exit_kind"].label(recheck["exit_kind"]),
        "exit_reason": CODE_LISTS["exit_reason"].label(recheck["exit_reason"]),
        "exit_measure": CODE_LISTS["exit_measure"].label(recheck.get("exit_measure", "")),
        "tier": CODE_LISTS["tier"].label(review.tier) if review.tier else "—",
        "changes": _changes(dossier),
        "visit": dossier["visit"],
        "sum": sum_of(dossier["computation"]),
        "sections": sections_of(draft),
        "timeline": timeline_of(("review", review.pk), flow=LIFE_FLOW, label=action_label),
        "due_on": deadlines_of([review]).get(review.pk),
        "notice": notice_about(review.pk, purpose=Purpose.EXIT),
        "objections": objections_to(review.pk),
        "today": clock.today(),
        "steps": [(action, LIFE_FLOW.steps[action]) for action in actions if action in _STEPS],
        "may_agree": "agree_exit" in actions,
    }
    return render(request, "reviews/life_detail.html", context)


@require_POST
def life_step(request: HttpRequest, review_id: UUID, action: str) -> HttpResponse:
    """Take one step and go back to the page; a refusal is shown there."""
    if action not in _STEPS:
        raise NotFound
    service, said = _STEPS[action]
    words = {said: request.POST.get("reason", "")}
    act_and_tell(
        request,
        lambda: service(review_id, **words, actor=actor_of(request), now=clock.now()),
        label=LIFE_FLOW.steps[action].label,
    )
    return redirect("reviews:life-detail", review_id)


@require_POST
def life_many(request: HttpRequest) -> HttpResponse:
    """Decide that the chosen households stay on file, each on its own."""
    actor = actor_of(request)
    actor.require("review.decide")
    chosen = ticked(request)
    outcome = services.continue_many(
        chosen, opinion=request.POST.get("reason", ""), actor=actor, now=clock.now()
    )
    tell_outcome(request, outcome, said=_("已决定继续在档 %(done)s 户。"))
    return redirect("reviews:life")


def _changes(dossier: Mapping[str, Any]) -> list[dict[str, Any]]:
    if not dossier["before"]:
        return []
    before = values_of(draft_in(dossier["before"]), FILE_FIELDS)
    after = values_of(draft_in(dossier["snapshot"]), FILE_FIELDS)
    changes = [
        {"label": shown.spec.label, "before": before[name].text, "after": shown.text}
        for name, shown in after.items()
        if before[name].text != shown.text
    ]
    counts = [len(one.get("members", ())) for one in (dossier["before"], dossier["snapshot"])]
    if counts[0] != counts[1]:
        before_count, after_count = map(str, counts)
        changes.append({"label": _("其他家庭成员"), "before": before_count, "after": after_count})
    return changes


_STEPS: dict[str, tuple[Callable[..., object], str]] = {
    "continue": (services.continue_on_file, "opinion"),
    "agree_exit": (services.agree_exit, "reason"),
    "return": (services.return_life, "reason"),
    "answer_objection": (services.answer_exit_objection, "answer"),
    "confirm_exit": (services.confirm_exit, "opinion"),
    "stop_exit": (services.stop_exit, "reason"),
}
