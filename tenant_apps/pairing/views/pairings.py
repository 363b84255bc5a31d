"""Pages of pairings: the list, one of them, a new one, and its steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.crypto import mask_name
from bangfu.kernel.errors import DomainError, InvalidInput, NotFound
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, edge, late_page_of
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.casework.selectors import timeline_of
from tenant_apps.households.models import HouseholdMember
from tenant_apps.households.selectors import get_file
from tenant_apps.pairing import services
from tenant_apps.pairing.flow import MANAGES, PAIRING_FLOW
from tenant_apps.pairing.forms import PairingForm, PairingSearchForm
from tenant_apps.pairing.models import Pairing
from tenant_apps.pairing.people import STUDENT
from tenant_apps.pairing.selectors import contacts_of, get_pairing, pairings_of
from tenant_apps.pairing.services import PairingDetails
from tenant_apps.pairing.views.requests import helper_choices, uuid_in
from tenant_apps.pairing.wording import action_label

_STAGES = ("proposed", "agreed", "active", "reviewed", "ended")


@require_GET
def pairing_list(request: HttpRequest) -> HttpResponse:
    """Show the pairings by state and form."""
    form = PairingSearchForm(request.GET)
    form.is_valid()
    pairings = pairings_of(
        actor_of(request),
        state=form.cleaned_data.get("state", ""),
        form=form.cleaned_data.get("form", ""),
        helper_id=uuid_in(request.GET.get("helper")),
        file_id=uuid_in(request.GET.get("file")),
    )
    page = late_page_of(request, pairings)
    context = {
        "form": form,
        "page": page,
        "rows": [
            {"pairing": one, "form": CODE_LISTS["pairing_form"].label(one.form)}
            for one in page.object_list
        ],
    }
    return render(request, "pairing/pairings.html", context)


@require_GET
def pairing_page(request: HttpRequest, pairing_id: UUID) -> HttpResponse:
    """Show one pairing: who, how, what was done, and the next steps."""
    actor = actor_of(request)
    pairing = get_pairing(pairing_id, actor=actor)
    actions = PAIRING_FLOW.actions_from(pairing.state, actor=actor)
    context = {
        "pairing": pairing,
        "form_label": CODE_LISTS["pairing_form"].label(pairing.form),
        "kind_label": CODE_LISTS["helper_kind"].label(pairing.helper_kind),
        "helps": "、".join(CODE_LISTS["help_kind"].label(one) for one in pairing.help_kinds),
        "student": _student_of(pairing),
        "stages": _stages(pairing),
        "actions": actions,
        "labels": {action: PAIRING_FLOW.steps[action].label for action in actions},
        "contacts": contacts_of(actor, file_id=pairing.file_id)[:10],
        "timeline": timeline_of(("pairing", pairing.pk), flow=PAIRING_FLOW, label=action_label),
        "may_contact": actor.may("pairing.contact"),
    }
    return render(request, "pairing/pairing.html", context)


@require_http_methods(["GET", "POST"])
def new_pairing(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Let somebody pair a helper with a household."""
    actor = actor_of(request)
    actor.require(MANAGES)
    file = get_file(file_id, actor=actor)
    students = [
        (bytes(one.id_no_hash).hex(), mask_name(one.name))
        for one in HouseholdMember.objects.filter(file=file, identity=STUDENT)
        if one.id_no_hash
    ]
    helpers = helper_choices(actor)
    form = PairingForm(request.POST or None, helpers=helpers, students=students)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        student = said.pop("student")
        try:
            pairing = services.propose_pairing(
                file_id=file.pk,
                helper_id=UUID(said.pop("helper_id")),
                begins=said.pop("begins"),
                details=PairingDetails(
                    **said, student_hash=bytes.fromhex(student) if student else None
                ),
                actor=actor,
                now=clock.now(),
            )
        except InvalidInput as refusal:
            form.take_problems(refusal)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("结对已登记。"))
            return redirect("pairing:pairing", pairing.pk)
    return render(
        request, "pairing/new_pairing.html", {"file": file, "form": form, "helpers": helpers}
    )


@require_POST
def pairing_step(request: HttpRequest, pairing_id: UUID, action: str) -> HttpResponse:
    """Take one step and go back to the pairing; a refusal is shown there."""
    actor_of(request).require(MANAGES)
    if action not in _STEPS:
        raise NotFound
    label = PAIRING_FLOW.steps[action].label
    act_and_tell(request, lambda: _STEPS[action](request, pairing_id), label=label)
    return redirect("pairing:pairing", pairing_id)


def _student_of(pairing: Pairing) -> str:
    if not pairing.student_hash:
        return ""
    found = HouseholdMember.objects.filter(
        file_id=pairing.file_id, id_no_hash=bytes(pairing.student_hash)
    ).first()
    return mask_name(found.name) if found else ""


def _stages(pairing: Pairing) -> list[dict[str, Any]]:
    place = _STAGES.index(pairing.state)
    labels = dict(Pairing._meta.get_field("state").flatchoices)
    return [
        {
            "label": labels[state],
            "state": "done" if number < place else "current" if number == place else "todo",
            "note": "",
        }
        for number, state in enumerate(_STAGES)
    ]


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "")


def _review(request: HttpRequest, pairing_id: UUID) -> object:
    score = request.POST.get("score", "")
    return services.review_pairing(
        pairing_id,
        score=int(score) if score.isdecimal() else -1,
        note=request.POST.get("note", ""),
        **edge(request),
    )


_STEPS: dict[str, Callable[[HttpRequest, UUID], object]] = {
    "agree": lambda request, key: services.agree_pairing(key, **edge(request)),
    "start": lambda request, key: services.start_pairing(key, **edge(request)),
    "review": _review,
    "go_on": lambda request, key: services.go_on_with_pairing(key, **edge(request)),
    "end": lambda request, key: services.end_pairing(key, reason=_reason(request), **edge(request)),
    "resume": lambda request, key: services.resume_pairing(
        key, reason=_reason(request), **edge(request)
    ),
}
