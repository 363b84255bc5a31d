"""Fill a file in: the form in sections, its members, the look at an identity number."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import InvalidInput, NotFound
from bangfu.kernel.identity import NumberRefused, age_on, parse_id_no
from bangfu.ui.requests import actor_of
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS, HouseholdDraft, MemberDraft
from tenant_apps.households.forms import FileForm, MemberForm, check_url, sex_select
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
    Saved,
    add_member,
    change_draft,
    change_member,
    open_draft,
    remove_member,
    submit_file,
)
from tenant_apps.households.views.requests import region_code_of, version_in

SUBMIT = "submit"


@require_http_methods(["GET", "POST"])
def create_file(request: HttpRequest) -> HttpResponse:
    """Open a draft, or show the empty form."""
    actor = actor_of(request)
    actor.require("file.edit")
    if request.method == "GET":
        form = _form(request, of=HouseholdDraft(id_type="resident"))
        return _form_page(request, form)
    form = _form(request, request.POST)
    if form.is_valid():
        try:
            saved = open_draft(HouseholdDraft(**form.changes()), actor=actor, now=clock.now())
        except InvalidInput as refusal:
            form.show_refusal(refusal)
        else:
            return _after_saving(request, saved)
    return _form_page(request, form, status=422)


@require_http_methods(["GET", "POST"])
def change_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Change a draft or returned file, or show its form."""
    actor = actor_of(request)
    file = get_file(file_id, actor=actor)
    actor.require("file.edit")
    draft = draft_of(file, members_of(file))
    if request.method == "GET":
        return _form_page(request, _form(request, of=draft), file=file)
    form = _form(request, request.POST, of=draft)
    if not form.is_valid():
        return _form_page(request, form, file=file, status=422)
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
        return _form_page(request, form, file=file, status=422)
    except FileChanged as conflict:
        return _conflict_page(request, file, draft, form, conflict)
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


@require_GET
def members_panel(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Show the members of a household on the form of its file."""
    file = get_file(file_id, actor=actor_of(request))
    return _members(request, file)


@require_http_methods(["GET", "POST"])
def change_member_page(
    request: HttpRequest, file_id: UUID, position: int | None = None
) -> HttpResponse:
    """Add a member, or change the one at `position`; answers the panel of members."""
    actor = actor_of(request)
    file = get_file(file_id, actor=actor)
    actor.require("file.edit")
    people = draft_of(file, members_of(file)).members
    if position is not None and position >= len(people):
        raise NotFound
    current = MemberDraft(living_together=True) if position is None else people[position]
    if request.method == "GET":
        return _members(request, file, form=MemberForm(of=current), position=position)
    form = MemberForm(request.POST, of=current)
    if not form.is_valid():
        return _members(request, file, form=form, position=position, status=422)
    version = version_in(request.POST)
    try:
        if position is None:
            member = MemberDraft(**form.changes())
            saved = add_member(
                file.pk, member=member, expected_version=version, actor=actor, now=clock.now()
            )
        else:
            saved = change_member(
                file.pk,
                position=position,
                changes=form.changes(),
                expected_version=version,
                actor=actor,
                now=clock.now(),
            )
    except InvalidInput as refusal:
        form.show_member_refusal(refusal, len(people) if position is None else position)
        return _members(request, file, form=form, position=position, status=422)
    except FileChanged as conflict:
        form.add_error(None, str(conflict))
        return _members(request, file, form=form, position=position, status=422)
    return _members(request, saved.file)


@require_POST
def remove_member_act(request: HttpRequest, file_id: UUID, position: int) -> HttpResponse:
    """Remove a member; answers the panel of members."""
    saved = remove_member(
        file_id,
        position=position,
        expected_version=version_in(request.POST),
        actor=actor_of(request),
        now=clock.now(),
    )
    return _members(request, saved.file)


def _members(
    request: HttpRequest,
    file: HouseholdFile,
    *,
    form: MemberForm | None = None,
    position: int | None = None,
    status: int = 200,
) -> HttpResponse:
    people = draft_of(file, members_of(file)).members
    context = {
        "file": file,
        "members": [values_of(one, MEMBER_FIELDS) for one in people],
        "member_form": form,
        "position": position,
        "is_reply": True,
    }
    return render(request, "households/members_panel.html", context, status=status)


def _form(
    request: HttpRequest, data: QueryDict | None = None, *, of: HouseholdDraft | None = None
) -> FileForm:
    offered = regions_to_offer(region_code_of(request), on=clock.today())
    return FileForm(data, of=of, check_url=check_url(), regions=offered)


def _form_page(
    request: HttpRequest, form: FileForm, *, file: HouseholdFile | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, object] = {"form": form, "file": file, "sections": form.sections()}
    if file is not None:
        people = draft_of(file, members_of(file)).members
        context["members"] = [values_of(one, MEMBER_FIELDS) for one in people]
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


def _conflict_page(
    request: HttpRequest,
    file: HouseholdFile,
    current: HouseholdDraft,
    form: FileForm,
    conflict: FileChanged,
) -> HttpResponse:
    mine = HouseholdDraft(**form.changes())
    theirs, ours = values_of(current, FILE_FIELDS), values_of(mine, FILE_FIELDS)
    differing = [
        {"spec": spec, "current": theirs[spec.name].text, "mine": ours[spec.name].text}
        for spec in FILE_FIELDS
        if spec.name in form.changes() and getattr(current, spec.name) != getattr(mine, spec.name)
    ]
    labels = {spec.public_name: spec.label for spec in FILE_FIELDS} | {"members": _("家庭成员")}
    changes = [
        {**one, "labels": [str(labels.get(name, name)) for name in one["fields"]]}
        for one in conflict.changes
    ]
    context = {"file": file, "differing": differing, "changes": changes, "message": str(conflict)}
    return render(request, "households/conflict.html", context, status=conflict.http_status)
