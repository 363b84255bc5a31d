"""Pages of people: helpers, special groups, students, and the health record kept apart."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.crypto import mask_name, mask_phone
from bangfu.kernel.errors import InvalidInput, NotFound
from bangfu.kernel.tenancy import current_station
from bangfu.ui.acts import act_and_tell
from bangfu.ui.answers import as_revealed
from bangfu.ui.requests import actor_of, edge, late_page_of
from shared_apps.accounts.selectors import members_of as people_of
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.households.models import HouseholdFile
from tenant_apps.households.selectors import get_file, members_of
from tenant_apps.pairing import services
from tenant_apps.pairing.flow import MANAGES
from tenant_apps.pairing.forms import HealthForm, HelperForm, StudentSearchForm
from tenant_apps.pairing.models import Helper
from tenant_apps.pairing.people import files_in_groups, grade_of, groups_counted, students
from tenant_apps.pairing.rules import percent, suggested_score
from tenant_apps.pairing.selectors import get_helper, helpers_of
from tenant_apps.pairing.services import HealthDetails, HelperDetails
from tenant_apps.pairing.services.health import EDITS
from tenant_apps.pairing.services.health import VIEWS as VIEWS_HEALTH
from tenant_apps.pairing.views.requests import helper_choices, uuid_in

KEEPS = "-"


@require_GET
def helper_list(request: HttpRequest) -> HttpResponse:
    """Show the helpers with their load and how they kept what they owe."""
    actor = actor_of(request)
    page = late_page_of(request, helpers_of(actor))
    context = {
        "page": page,
        "rows": [_helper_row(one) for one in page.object_list],
        "may_manage": actor.may("pairing.manage"),
        "helpers": helper_choices(actor),
    }
    return render(request, "pairing/helpers.html", context)


@require_http_methods(["GET", "POST"])
def helper_form(request: HttpRequest, helper_id: UUID | None = None) -> HttpResponse:
    """Add a helper, or change one."""
    actor = actor_of(request)
    actor.require(MANAGES)
    helper = get_helper(helper_id, actor=actor) if helper_id else None
    people = [(one.user_id, one.user.name) for one in people_of(current_station())]
    form = HelperForm(request.POST or None, people=people, initial=_initial(helper))
    if request.method == "POST" and form.is_valid():
        details = _details(form)
        try:
            if helper is None:
                services.add_helper(details, actor=actor, now=clock.now())
            else:
                services.change_helper(helper.pk, details, actor=actor, now=clock.now())
        except InvalidInput as refusal:
            form.take_problems(refusal)
        else:
            messages.success(request, _("责任人已保存。"))
            return redirect("pairing:helpers")
    return render(request, "pairing/helper_form.html", {"form": form, "helper": helper})


@require_POST
def helper_step(request: HttpRequest, helper_id: UUID, action: str) -> HttpResponse:
    """Take a helper off the list, or put them back."""
    actor_of(request).require(MANAGES)
    steps = {
        "retire": (services.retire_helper, _("停用责任人")),
        "restore": (services.restore_helper, _("启用责任人")),
    }
    if action not in steps:
        raise NotFound
    step, label = steps[action]
    act_and_tell(
        request,
        lambda: step(helper_id, actor=actor_of(request), now=clock.now()),
        label=label,
    )
    return redirect("pairing:helpers")


@require_POST
def hand_over(request: HttpRequest, helper_id: UUID) -> HttpResponse:
    """Give every household of a helper to another."""
    actor_of(request).require(MANAGES)
    successor = uuid_in(request.POST.get("to_helper"))
    act_and_tell(
        request,
        lambda: services.hand_over(
            from_helper=helper_id,
            to_helper=successor or helper_id,
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            now=clock.now(),
        ),
        label=_("改派责任人"),
    )
    return redirect("pairing:helpers")


@require_POST
def helper_phone(request: HttpRequest, helper_id: UUID) -> HttpResponse:
    """Answer a helper's telephone in the open, for the reason that was given."""
    reason = request.POST.get("reason", "")
    return as_revealed(lambda: services.reveal_phone(helper_id, reason=reason, **edge(request)))


@require_GET
def group_list(request: HttpRequest) -> HttpResponse:
    """Show the special groups with how many households, and the households of the chosen one."""
    actor = actor_of(request)
    counts = groups_counted(actor)
    chosen = request.GET.get("group", "")
    known = chosen in CODE_LISTS["group"]
    files = files_in_groups([chosen]) if known else HouseholdFile.objects.none()
    page = late_page_of(
        request, files, count=sum(one.households for one in counts if one.value == chosen)
    )
    context = {
        "counts": counts,
        "chosen": chosen if known else "",
        "label": CODE_LISTS["group"].label(chosen) if known else "",
        "page": page,
        "rows": [
            {
                "file": file,
                "name": file.name,
                "groups": "、".join(CODE_LISTS["group"].label(one) for one in file.groups),
                "tier": CODE_LISTS["tier"].label(file.tier) if file.tier else "—",
            }
            for file in page.object_list
        ],
        "may_manage": actor.may("pairing.manage"),
    }
    return render(request, "pairing/groups.html", context)


@require_GET
def student_list(request: HttpRequest) -> HttpResponse:
    """Show the students across the files, each under the file of the parent."""
    actor = actor_of(request)
    form = StudentSearchForm(request.GET)
    form.is_valid()
    on = clock.today()
    found = students(
        actor,
        stage=form.cleaned_data.get("stage", ""),
        year=form.cleaned_data.get("year", ""),
    )
    page = late_page_of(request, found)
    context = {
        "form": form,
        "page": page,
        "rows": [
            {
                "student": one,
                "name": mask_name(one.name),
                "stage": CODE_LISTS["education"].label(one.stage) if one.stage else "—",
                "grade": grade_of(one, on=on),
            }
            for one in page.object_list
        ],
        "is_searched": any(form.cleaned_data.values()),
    }
    return render(request, "pairing/students.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def health(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Ask why somebody wants to look, then show the health record of a household."""
    actor = actor_of(request)
    actor.require(VIEWS_HEALTH)
    file = get_file(file_id, actor=actor)
    context = {
        "file": file,
        "may_edit": actor.may(EDITS),
        "form": HealthForm(people=_people(file), initial={"checked_on": clock.today()}),
        "checks": None,
        "problem": "",
    }
    if request.method == "POST":
        try:
            context["checks"] = services.look_at_health(
                file.pk, reason=request.POST.get("reason", ""), actor=actor, now=clock.now()
            )
        except InvalidInput as refusal:
            context["problem"] = "；".join(str(one.message) for one in refusal.problems)
    return render(request, "pairing/health.html", context)


@require_POST
def add_health(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Add a check-up."""
    actor = actor_of(request)
    actor.require(EDITS)
    file = get_file(file_id, actor=actor)
    form = HealthForm(request.POST, people=_people(file))
    if form.is_valid():
        try:
            services.add_health_check(
                file.pk, HealthDetails(**form.cleaned_data), actor=actor, now=clock.now()
            )
        except InvalidInput as refusal:
            form.take_problems(refusal)
        else:
            messages.success(request, _("健康检查已登记。"))
            return redirect("pairing:health", file.pk)
    context = {"file": file, "may_edit": True, "form": form, "checks": None, "problem": ""}
    return render(request, "pairing/health.html", context, status=422)


@require_POST
def withdraw_health(request: HttpRequest, file_id: UUID, check_id: UUID) -> HttpResponse:
    """Take back an entry that was made by mistake."""
    actor_of(request).require(EDITS)
    act_and_tell(
        request,
        lambda: services.withdraw_health_check(
            check_id,
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            now=clock.now(),
        ),
        label=_("撤回健康记录"),
    )
    return redirect("pairing:health", file_id)


def _helper_row(helper: Helper) -> dict[str, object]:
    owed, in_time, late = (getattr(helper, name) for name in ("owed", "in_time", "late"))
    phone = helper.phone.reveal() if helper.phone is not None else ""
    return {
        "helper": helper,
        "kind": CODE_LISTS["helper_kind"].label(helper.kind),
        "phone": mask_phone(phone) if phone else "",
        "percent": percent(in_time, owed),
        "score": suggested_score(due=owed, in_time=in_time, late=late),
    }


def _initial(helper: Helper | None) -> dict[str, object]:
    if helper is None:
        return {}
    names = ("name", "kind", "unit", "duty", "user_id", "is_default", "note")
    return {name: getattr(helper, name) for name in names}


def _details(form: HelperForm) -> HelperDetails:
    said = dict(form.cleaned_data)
    phone = said.pop("phone")
    return HelperDetails(**said, phone=None if not phone else "" if phone == KEEPS else phone)


def _people(file: HouseholdFile) -> list[tuple[str, str]]:
    head = _("户主 %(name)s") % {"name": mask_name(file.name)}
    return [
        ("head", head),
        *((str(one.position), mask_name(one.name)) for one in members_of(file)),
    ]
