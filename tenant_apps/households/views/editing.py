"""Fill a file in: the form in sections, the look at an identity number."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import InvalidInput
from bangfu.kernel.identity import NumberRefused, age_on, parse_id_no
from bangfu.ui.requests import actor_of
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS, HouseholdDraft
from tenant_apps.households.forms import FileForm, check_url, sex_select
from tenant_apps.households.mapping import draft_of
from tenant_apps.households.models import HouseholdFile
from tenant_apps.households.presenting import values_of
from tenant_apps.households.selectors import (
    get_file,
    members_of,
    regions_to_offer,
    sightings_of,
)
from tenant_apps.households.services import (
    FileChanged,
    NotEditable,
    Saved,
    change_draft,
    open_draft,
    submit_file,
)
from tenant_apps.households.views.requests import region_code_of, version_in

SUBMIT = "submit"
TOWNSHIP_CODE_DIGITS = 9


@require_http_methods(["GET", "POST"])
def create_file(request: HttpRequest) -> HttpResponse:
    """Open a draft, or show the empty form."""
    actor = actor_of(request)
    actor.require("file.edit")
    if request.method == "GET":
        form = file_form(request, of=_most_likely(request))
        return form_page(request, form)
    form = file_form(request, request.POST)
    if form.is_valid():
        try:
            saved = open_draft(HouseholdDraft(**form.changes()), actor=actor, now=clock.now())
        except InvalidInput as refusal:
            form.show_refusal(refusal)
        else:
            return _after_saving(request, saved)
    return form_page(request, form, status=422)


@require_http_methods(["GET", "POST"])
def change_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Change a draft or returned file, or show its form."""
    actor = actor_of(request)
    file = get_file(file_id, actor=actor)
    actor.require("file.edit")
    draft = draft_of(file, members_of(file))
    if request.method == "GET":
        if not file.is_editable:
            messages.warning(request, str(NotEditable.message))
            return redirect("households:detail", file.pk)
        return form_page(request, file_form(request, of=draft), file=file)
    form = file_form(request, request.POST, of=draft)
    if not form.is_valid():
        return form_page(request, form, file=file, status=422)
    try:
        saved = change_draft(
            file.pk,
            changes=form.changes(),
            expected_version=version_in(request.POST),
            actor=actor,
            now=clock.now(),
        )
    except InvalidInput as refusal:
        form.show_refusal(refusal)
        return form_page(request, form, file=file, status=422)
    except FileChanged as conflict:
        return _merged_page(request, file.pk, form, conflict)
    return _after_saving(request, saved)


@require_POST
def check_number(request: HttpRequest) -> HttpResponse:
    """Say what an identity number tells and where it is on file already."""
    actor = actor_of(request)
    actor.require("file.edit")
    id_no = request.POST.get("id_no", "").strip()
    context: dict[str, object] = {}
    if id_no and request.POST.get("id_type", "resident") in {"", "resident"}:
        try:
            number = parse_id_no(id_no, on=clock.today())
        except NumberRefused as refusal:
            context["refusal"] = str(refusal)
        else:
            context |= {
                "number": number,
                "age": age_on(number.birth, clock.today()),
                "sex_select": sex_select(number.sex),
                "sighting": sightings_of([number.number]).get(number.number),
            }
    return render(request, "households/number_check.html", context)


def _most_likely(request: HttpRequest) -> HouseholdDraft:
    """Begin a file with what is true of most: applied for today, living where the station is."""
    region = region_code_of(request)
    residence = region if len(region) == TOWNSHIP_CODE_DIGITS else ""
    return HouseholdDraft(id_type="resident", applied_on=clock.today(), residence=residence)


def file_form(
    request: HttpRequest, data: QueryDict | None = None, *, of: HouseholdDraft | None = None
) -> FileForm:
    """Make the form of a file, with the regions around the station of the page."""
    offered = regions_to_offer(region_code_of(request), on=clock.today())
    return FileForm(data, of=of, check_url=check_url(), regions=offered)


def form_page(
    request: HttpRequest,
    form: FileForm,
    *,
    file: HouseholdFile | None = None,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    """Show the form of a file with its members; ``more`` says what else the page tells.

    A form that comes back with what was typed keeps the version its person saw: with a newer one, what somebody
    else saved meanwhile would be overwritten unseen.
    """
    context: dict[str, object] = {"form": form, "file": file, "sections": form.sections(), **more}
    if file is not None:
        people = draft_of(file, members_of(file)).members
        context["members"] = [values_of(one, MEMBER_FIELDS) for one in people]
        context["version"] = version_in(request.POST) if form.is_bound else file.lock_version
    return render(request, "households/form.html", context, status=status)


def _after_saving(request: HttpRequest, saved: Saved) -> HttpResponse:
    for warning in saved.warnings:
        messages.warning(request, str(warning.message))
    if SUBMIT not in request.POST:
        messages.success(request, _("草稿已保存。"))
        return redirect("households:change", saved.file.pk)
    try:
        submit_file(saved.file.pk, actor=actor_of(request), now=clock.now())
    except InvalidInput as refusal:
        messages.success(request, _("草稿已保存。"))
        messages.error(request, str(refusal))
        return redirect("households:detail", saved.file.pk)
    messages.success(request, _("已提交，等待受理。"))
    return redirect("households:detail", saved.file.pk)


def _merged_page(
    request: HttpRequest, file_id: UUID, form: FileForm, conflict: FileChanged
) -> HttpResponse:
    """Show the form with what was typed over what is saved now; what others changed stands as they left it.

    Saved once more, it keeps both: the fields others changed show their value, and beside it what was typed here.
    """
    file = get_file(file_id, actor=actor_of(request))
    current = draft_of(file, members_of(file))
    touched = {name for change in conflict.changes for name in change["fields"]}
    mine = form.changes()
    theirs = values_of(current, FILE_FIELDS)
    ours = values_of(replace(current, **mine), FILE_FIELDS)
    differing = [
        {"spec": spec, "current": theirs[spec.name].text, "mine": ours[spec.name].text}
        for spec in FILE_FIELDS
        if spec.public_name in touched
        and spec.name in mine
        and getattr(current, spec.name) != mine[spec.name]
    ]
    labels = {spec.public_name: spec.label for spec in FILE_FIELDS} | {"members": _("家庭成员")}
    changes = [
        {**one, "labels": [str(labels.get(name, name)) for name in one["fields"]]}
        for one in conflict.changes
    ]
    merged = file_form(request, of=current)
    merged.carry(request.POST, but=touched)
    return form_page(
        request,
        merged,
        file=file,
        status=conflict.http_status,
        differing=differing,
        changes=changes,
        message=str(conflict.message),
    )
