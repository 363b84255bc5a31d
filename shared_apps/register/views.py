"""Pages of suspected duplicates: the list, one case side by side, and what is said of it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bangfu.kernel import clock
from bangfu.kernel.tenancy import current_station
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, page_of
from shared_apps.register import services
from shared_apps.register.forms import AnswerForm, CaseSearchForm, VerdictForm
from shared_apps.register.history import acts_of, label_of
from shared_apps.register.models import CaseState, DuplicateCase
from shared_apps.register.presenting import roles_text, sides_of, stations_text
from shared_apps.register.selectors import cases_in_sight, get_case


@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    """Show the cases of the station, the open ones unless asked otherwise."""
    actor = actor_of(request)
    actor.require("duplicate.view")
    form = CaseSearchForm(request.GET or {"state": CaseState.OPEN})
    state = form.cleaned_data["state"] if form.is_valid() else ""
    page = page_of(request, cases_in_sight(state=state))
    rows = [
        {
            "case": case,
            "files": stations_text(case),
            "signals": roles_text(case.signals),
            "answered": sum(bool(part.answer) for part in case.parts.all()),
            "is_ours": case.overseer_id == current_station().id,
        }
        for case in page.object_list
    ]
    return render(
        request, "register/list.html", {"form": form, "page": page, "rows": rows, "state": state}
    )


@require_GET
def case_page(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show one case: the own file masked, of the others their station and number."""
    actor = actor_of(request)
    case = get_case(case_id, actor=actor)
    sides = sides_of(case)
    is_open = case.state == CaseState.OPEN
    context = {
        "case": case,
        "sides": sides,
        "signals": roles_text(case.signals),
        "history": [
            {
                "at": act.at,
                "who": f"{act.station} {act.who}".strip(),
                "what": label_of(act.what),
                "comment": act.text,
                "tone": "info",
            }
            for act in acts_of(case)
        ],
        "may_answer": is_open and actor.may("duplicate.decide"),
        "may_decide": actor.may("duplicate.decide") and case.overseer_id == current_station().id,
        "is_open": is_open,
        "answer_form": AnswerForm(),
        "verdict_form": VerdictForm(parts=_choices(case)),
    }
    return render(request, "register/case.html", context)


@require_POST
def answer(request: HttpRequest, case_id: UUID, subject: UUID) -> HttpResponse:
    """Say of an own file how it stands."""
    actor_of(request).require("duplicate.decide")
    act_and_tell(
        request,
        lambda: services.answer_case(
            case_id,
            subject=subject,
            answer=request.POST.get("answer", ""),
            text=request.POST.get("text", ""),
            actor=actor_of(request),
            now=clock.now(),
        ),
        label=_("答复"),
    )
    return redirect("register:case", case_id)


@require_POST
def ask(request: HttpRequest, case_id: UUID, subject: UUID) -> HttpResponse:
    """Ask the station of another file to look again."""
    actor_of(request).require("duplicate.decide")
    act_and_tell(
        request,
        lambda: services.ask_station(
            case_id,
            subject=subject,
            question=request.POST.get("reason", ""),
            actor=actor_of(request),
            now=clock.now(),
        ),
        label=_("请对方核对"),
    )
    return redirect("register:case", case_id)


@require_POST
def decide(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Settle a case."""
    actor_of(request).require("duplicate.decide")
    kept = request.POST.get("kept_subject", "")
    finding = services.Finding(
        verdict=request.POST.get("verdict", ""),
        reason=request.POST.get("reason", ""),
        kept_subject=_uuid(kept),
    )
    act_and_tell(
        request,
        lambda: services.decide_case(case_id, finding, actor=actor_of(request), now=clock.now()),
        label=_("认定"),
    )
    return redirect("register:case", case_id)


@require_POST
def undo(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take a verdict back."""
    actor_of(request).require("duplicate.decide")
    act_and_tell(
        request,
        lambda: services.undo_verdict(
            case_id,
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            now=clock.now(),
        ),
        label=_("撤销认定"),
    )
    return redirect("register:case", case_id)


def _choices(case: DuplicateCase) -> list[tuple[str, str]]:
    return [
        (str(part.subject), f"{part.station.name} {part.file_no}".strip())
        for part in case.parts.all()
    ]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
