"""The members of a household on the form of its file: a part of that page, or the page around it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import InvalidInput, NotFound
from bangfu.ui.requests import actor_of, is_for_part, part_of
from bangfu.ui.templatetags.ui import who
from tenant_apps.households.drafts import MEMBER_FIELDS, MemberDraft
from tenant_apps.households.forms import MemberForm
from tenant_apps.households.mapping import draft_of
from tenant_apps.households.models import HouseholdFile
from tenant_apps.households.presenting import values_of
from tenant_apps.households.selectors import get_file, members_of
from tenant_apps.households.services import (
    FileChanged,
    Saved,
    add_member,
    change_member,
    remove_member,
)
from tenant_apps.households.views.editing import file_form, form_page
from tenant_apps.households.views.requests import version_in

SEEN = "seen"


@require_GET
@part_of("households:change", "file_id")
def members_panel(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Show the members of a household on the form of its file."""
    file = get_file(file_id, actor=actor_of(request))
    return _panel(request, file)


@require_http_methods(["GET", "POST"])
def change_member_page(
    request: HttpRequest, file_id: UUID, position: int | None = None
) -> HttpResponse:
    """Add a member, or change the one at `position`, counted from 0."""
    actor = actor_of(request)
    file = get_file(file_id, actor=actor)
    actor.require("file.edit")
    people = draft_of(file, members_of(file)).members
    if position is not None and position >= len(people):
        raise NotFound
    current = MemberDraft(living_together=True) if position is None else people[position]
    if request.method == "GET":
        return _shown(request, file, MemberForm(of=current), position, seen=file.lock_version)
    form = MemberForm(request.POST, of=current)
    # The member's form has a version of its own: opened later than the page, it may have seen more of the file.
    seen = version_in(request.POST, SEEN if SEEN in request.POST else "version")
    if not form.is_valid():
        return _shown(request, file, form, position, seen=seen, status=422)
    try:
        saved = _save(form, file.pk, position, seen=seen, request=request)
    except InvalidInput as refusal:
        form.show_member_refusal(refusal, len(people) if position is None else position)
    except FileChanged as conflict:
        others = "、".join(dict.fromkeys(who(one["who"]) for one in conflict.changes))
        if position is None or not any("members" in one["fields"] for one in conflict.changes):
            said = _("%(who)s刚修改过这份档案。您填写的成员还在，核对后请再保存一次。")
            seen = file.lock_version
        else:
            # Another person may stand at this position now: only a look at the new list tells.
            said = _("%(who)s刚修改过家庭成员。请对照上面的最新名单，取消后重新填写。")
        form.add_error(None, said % {"who": others})
    else:
        return _after(request, saved, expected=seen)
    return _shown(request, file, form, position, seen=seen, status=422)


@require_POST
def remove_member_act(request: HttpRequest, file_id: UUID, position: int) -> HttpResponse:
    """Remove a member."""
    seen = version_in(request.POST)
    saved = remove_member(
        file_id,
        position=position,
        expected_version=seen,
        actor=actor_of(request),
        now=clock.now(),
    )
    return _after(request, saved, expected=seen)


def _save(
    form: MemberForm, file_id: UUID, position: int | None, *, seen: int, request: HttpRequest
) -> Saved:
    actor, now = actor_of(request), clock.now()
    if position is None:
        member = MemberDraft(**form.changes())
        return add_member(file_id, member=member, expected_version=seen, actor=actor, now=now)
    return change_member(
        file_id,
        position=position,
        changes=form.changes(),
        expected_version=seen,
        actor=actor,
        now=now,
    )


def _after(request: HttpRequest, saved: Saved, *, expected: int) -> HttpResponse:
    """Show the list anew. The page moves on to the new version only if it had seen everything before it."""
    if not is_for_part(request):
        messages.success(request, _("家庭成员已保存。"))
        return redirect("households:change", saved.file.pk)
    has_seen_all = version_in(request.POST) == expected
    return _panel(request, saved.file, version=saved.file.lock_version if has_seen_all else None)


def _shown(
    request: HttpRequest,
    file: HouseholdFile,
    form: MemberForm,
    position: int | None,
    *,
    seen: int,
    status: int = 200,
) -> HttpResponse:
    """Show the form of a member in its list, or where it was opened as a page, on the form of the file."""
    about = {"member_form": form, "position": position, "seen": seen}
    if is_for_part(request):
        return _panel(request, file, status=status, **about)
    page = file_form(request, of=draft_of(file, members_of(file)))
    return form_page(request, page, file=file, status=status, **about)


def _panel(
    request: HttpRequest, file: HouseholdFile, *, status: int = 200, **more: object
) -> HttpResponse:
    people = draft_of(file, members_of(file)).members
    context = {"file": file, "members": [values_of(one, MEMBER_FIELDS) for one in people], **more}
    context["is_reply"] = context.get("version") is not None
    return render(request, "households/members_panel.html", context, status=status)
