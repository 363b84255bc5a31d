"""What is kept and why, and what one household may ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import InvalidInput, NotFound, Text
from bangfu.kernel.media_types import WORKBOOK
from bangfu.ui.acts import act_and_tell
from bangfu.ui.answers import as_file
from bangfu.ui.requests import actor_of, edge, page_of
from tenant_apps.households.drafts import FILE_FIELDS
from tenant_apps.households.selectors import get_file
from tenant_apps.privacy import services
from tenant_apps.privacy.forms import ConsentForm, CorrectionForm, ExportSubjectForm
from tenant_apps.privacy.models import CorrectionState
from tenant_apps.privacy.purposes import CONSENT_VERSION, PURPOSES, mapped_fields
from tenant_apps.privacy.selectors import (
    access_history,
    consent_history,
    consents_of,
    corrections_matching,
    corrections_of,
    files_named,
    get_correction,
    is_erased,
)
from tenant_apps.privacy.views.requests import cleaned

_LABELS = {spec.public_name: spec.label for spec in FILE_FIELDS}


@require_GET
def fields_map(request: HttpRequest) -> HttpResponse:
    """Show in plain words what is kept about a household, why, on what basis and how long."""
    actor_of(request).require("privacy.view")
    by_purpose: dict[str, list[Any]] = {code: [] for code in PURPOSES}
    for one in mapped_fields():
        label = (
            _("家庭成员：%(field)s") % {"field": one.spec.label}
            if one.of_member
            else one.spec.label
        )
        by_purpose[one.purpose.code].append({"label": label, "sealed": bool(one.spec.sensitive)})
    context = {
        "purposes": [
            {"purpose": purpose, "fields": by_purpose[purpose.code]}
            for purpose in PURPOSES.values()
        ],
        "version": CONSENT_VERSION,
    }
    return render(request, "privacy/fields.html", context)


@require_GET
def subject(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Show one household's consents, who looked into its file, and what it asked to be corrected."""
    actor = actor_of(request)
    file = get_file(file_id, actor=actor)
    context = {
        "file": file,
        "standings": consents_of(file.pk),
        "history": consent_history(file.pk),
        "looked": access_history(file.pk),
        "corrections": _worded(corrections_of(file.pk)),
        "give_form": ConsentForm(initial={"on": clock.today()}, auto_id="give-%s"),
        "withdraw_form": ConsentForm(initial={"on": clock.today()}, auto_id="withdraw-%s"),
        "correction_form": CorrectionForm(initial={"asked_by": file.name}, auto_id="correct-%s"),
        "export_form": ExportSubjectForm(auto_id="export-%s"),
        "may_record": actor.may("file.edit")
        or actor.may("file.review")
        or actor.may("privacy.manage"),
        "may_export": actor.may("privacy.manage") or actor.may("file.export"),
        "is_erased": is_erased(file.pk),
    }
    return render(request, "privacy/subject.html", context)


@require_POST
def word_of_consent(request: HttpRequest, file_id: UUID, word: str) -> HttpResponse:
    """Note that a consent was given, or taken back."""
    if word not in {"give", "withdraw"}:
        raise NotFound
    form = ConsentForm(request.POST)

    def act() -> None:
        said = cleaned(form)
        if word == "give":
            said.pop("reason")
            services.give_consent(file_id, **said, **edge(request))
        else:
            services.withdraw_consent(file_id, **said, **edge(request))

    label = _("登记同意") if word == "give" else _("登记撤回同意")
    act_and_tell(request, act, label=label)
    return redirect("privacy:subject", file_id)


@require_POST
def ask_correction(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Take down what a worker wants corrected."""
    get_file(file_id, actor=actor_of(request))
    form = CorrectionForm(request.POST)
    act_and_tell(
        request,
        lambda: services.request_correction(file_id, **cleaned(form), **edge(request)),
        label=_("登记更正申请"),
    )
    return redirect("privacy:subject", file_id)


@require_GET
def corrections(request: HttpRequest) -> HttpResponse:
    """Show what workers asked to be corrected, by state."""
    state = request.GET.get("state", CorrectionState.ASKED)
    rows = corrections_matching(
        actor=actor_of(request), state=state if state in CorrectionState.values else ""
    )
    page = page_of(request, rows)
    named = files_named(row.file_id for row in page.object_list)
    context = {
        "page": page,
        "rows": [
            {**one, "file": named.get(one["row"].file_id)} for one in _worded(page.object_list)
        ],
        "state": state,
        "states": CorrectionState.choices,
    }
    return render(request, "privacy/corrections.html", context)


@require_GET
def correction_detail(request: HttpRequest, correction_id: UUID) -> HttpResponse:
    """Show one request to correct, with what the worker wrote; that somebody read it is noted."""
    row, wish, reason = services.read_correction(correction_id, **edge(request))
    actor = actor_of(request)
    context = {
        "row": row,
        "label": _LABELS.get(row.field, _("其他")),
        "wish": wish,
        "reason": reason,
        "file": files_named([row.file_id]).get(row.file_id),
        "may_answer": row.state == CorrectionState.ASKED
        and (actor.may("file.review") or actor.may("privacy.manage")),
    }
    return render(request, "privacy/correction.html", context)


@require_POST
def act_on_correction(request: HttpRequest, correction_id: UUID, action: str) -> HttpResponse:
    """Accept or decline."""
    get_correction(correction_id, actor=actor_of(request))
    if action not in _ANSWERS:
        raise NotFound
    service, label = _ANSWERS[action]
    answer = request.POST.get("answer") or request.POST.get("reason", "")
    act_and_tell(
        request, lambda: service(correction_id, answer=answer, **edge(request)), label=label
    )
    return redirect("privacy:correction", correction_id)


@require_POST
def export(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Answer everything the station holds about a household, to be handed to the worker."""
    form = ExportSubjectForm(request.POST)
    actor = actor_of(request)
    get_file(file_id, actor=actor)
    try:
        said = cleaned(form)
        told = services.export_subject(file_id, reason=said["reason"], **edge(request))
    except InvalidInput:
        act_and_tell(request, lambda: cleaned(form), label="")
        return redirect("privacy:subject", file_id)
    as_json = said["shape"] == "json"
    return as_file(
        told.as_json() if as_json else told.as_workbook(),
        name=f"subject-{told.file_no or file_id}.{said['shape']}",
        media_type="application/json" if as_json else WORKBOOK,
    )


def _worded(rows: Any) -> list[dict[str, Any]]:
    return [{"row": row, "label": _LABELS.get(row.field, _("其他"))} for row in rows]


_ANSWERS: dict[str, tuple[Callable[..., object], Text]] = {
    "accept": (services.accept_correction, gettext_lazy("采纳更正申请")),
    "refuse": (services.refuse_correction, gettext_lazy("不采纳更正申请")),
}
