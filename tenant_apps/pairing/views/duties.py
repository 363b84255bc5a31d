"""Pages of visits: what is owed, a contact as it was, what follows from it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import DomainError, InvalidInput
from bangfu.ui.acts import act_and_tell
from bangfu.ui.requests import actor_of, late_page_of
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.casework.selectors import attachments_of, timeline_of
from tenant_apps.households.models import HouseholdFile
from tenant_apps.households.selectors import get_file
from tenant_apps.pairing import services
from tenant_apps.pairing.flow import DUTY_FLOW, MANAGES, VISITS
from tenant_apps.pairing.forms import ContactForm, DutySearchForm
from tenant_apps.pairing.models import Duty
from tenant_apps.pairing.selectors import (
    DutySearch,
    contacts_of,
    duties_matching,
    get_contact,
    get_duty,
    standing_pairings,
)
from tenant_apps.pairing.services import ContactDetails
from tenant_apps.pairing.views.requests import day_in, helper_choices, uuid_in, uuids_in
from tenant_apps.pairing.wording import action_label

TABS = ("open", "overdue", "coming", "done", "all")


@require_GET
def duty_list(request: HttpRequest) -> HttpResponse:
    """Show the visits that are owed, by the day they are due; those done under a tab of their own."""
    actor = actor_of(request)
    helpers = helper_choices(actor)
    form = DutySearchForm(request.GET, helpers=helpers)
    form.is_valid()
    said = form.cleaned_data
    tab = request.GET.get("tab", "open")
    search = DutySearch(
        tab=tab if tab in TABS else "open",
        kind=said.get("kind", ""),
        helper_id=uuid_in(said.get("helper")),
        file_id=uuid_in(request.GET.get("file")),
        user_id=actor.user_id if said.get("mine") else None,
    )
    on = clock.today()
    page = late_page_of(request, duties_matching(search, actor=actor, on=on))
    context = {
        "form": form,
        "page": page,
        "rows": [_row(duty) for duty in page.object_list],
        "tab": search.tab,
        "tabs": [
            ("open", _("应访")),
            ("overdue", _("逾期")),
            ("coming", _("未到期")),
            ("done", _("已走访")),
            ("all", _("全部")),
        ],
        "today": on,
        "helpers": helpers,
        "may_contact": actor.may("pairing.contact"),
        "may_manage": actor.may("pairing.manage"),
        "query": request.GET.urlencode(),
        "is_searched": any(said.values()),
    }
    return render(request, "pairing/duties.html", context)


@require_GET
def duty_page(request: HttpRequest, duty_id: UUID) -> HttpResponse:
    """Show one visit that is owed, with the household's last contacts."""
    actor = actor_of(request)
    duty = get_duty(duty_id, actor=actor)
    context = {
        "row": _row(duty),
        "duty": duty,
        "contacts": contacts_of(actor, file_id=duty.file_id)[:5],
        "timeline": timeline_of(("duty", duty.pk), flow=DUTY_FLOW, label=action_label),
        "today": clock.today(),
        "may_contact": actor.may("pairing.contact"),
        "may_manage": actor.may("pairing.manage"),
        "helpers": helper_choices(actor),
    }
    return render(request, "pairing/duty.html", context)


@require_http_methods(["GET", "POST"])
def record_duty(request: HttpRequest, duty_id: UUID) -> HttpResponse:
    """Let a helper note the visit that was owed, on a phone at the door."""
    duty = get_duty(duty_id, actor=actor_of(request))
    return _record(request, duty.file, duty)


@require_http_methods(["GET", "POST"])
def record_contact(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Let a helper note a contact that nobody asked for."""
    return _record(request, get_file(file_id, actor=actor_of(request)), None)


@require_GET
def contact_page(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Show one contact with its pictures and what followed."""
    actor = actor_of(request)
    contact = get_contact(contact_id, actor=actor)
    context = {
        "contact": contact,
        "kind": CODE_LISTS["visit_kind"].label(contact.kind),
        "needs": "、".join(CODE_LISTS["need"].label(one) for one in contact.needs),
        "photos": attachments_of(("contact", contact.pk)),
        "timeline": timeline_of(("contact", contact.pk), label=action_label),
        "may_contact": actor.may("pairing.contact"),
        "waits": bool(contact.follow_up)
        and contact.followed_up_on is None
        and contact.withdrawn_at is None,
    }
    return render(request, "pairing/contact.html", context)


@require_POST
def follow_up(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Note what came of what a visit promised."""
    actor_of(request).require(VISITS)
    act_and_tell(
        request,
        lambda: services.follow_up(
            contact_id,
            result=request.POST.get("reason", ""),
            actor=actor_of(request),
            now=clock.now(),
        ),
        label=_("登记跟进"),
    )
    return redirect("pairing:contact", contact_id)


@require_POST
def withdraw(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Take back a contact that was recorded by mistake."""
    actor_of(request).require(VISITS)
    act_and_tell(
        request,
        lambda: services.withdraw_contact(
            contact_id,
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            now=clock.now(),
        ),
        label=_("撤回记录"),
    )
    return redirect("pairing:contact", contact_id)


@require_POST
def plan(request: HttpRequest) -> HttpResponse:
    """Arrange for the ticked visits."""
    actor_of(request).require(VISITS)
    chosen = uuids_in(request.POST.getlist("ids"))
    planned_on = day_in(request.POST.get("planned_on"))

    def arrange() -> None:
        services.plan_visits(
            chosen,
            planned_on=planned_on or clock.today(),
            helper_id=uuid_in(request.POST.get("helper_id")),
            actor=actor_of(request),
            now=clock.now(),
        )

    act_and_tell(request, arrange, label=_("安排走访 %(number)s 户") % {"number": len(chosen)})
    return redirect(_back(request))


@require_POST
def cancel(request: HttpRequest) -> HttpResponse:
    """Take the ticked visits off the list, with a reason."""
    actor_of(request).require(MANAGES)
    chosen = uuids_in(request.POST.getlist("ids"))
    act_and_tell(
        request,
        lambda: services.cancel_duties(
            chosen,
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            now=clock.now(),
        ),
        label=_("移出应访 %(number)s 户") % {"number": len(chosen)},
    )
    return redirect(_back(request))


def _record(request: HttpRequest, file: HouseholdFile, duty: Duty | None) -> HttpResponse:
    actor = actor_of(request)
    actor.require(VISITS)
    if request.method == "POST":
        form = ContactForm(request.POST, request.FILES)
        if form.is_valid() and (contact_id := _saved(request, form, file, duty)) is not None:
            messages.success(request, _("走访已登记。"))
            return redirect("pairing:contact", contact_id)
    else:
        pairing = standing_pairings([file.pk]).first()
        helper = duty.helper if duty and duty.helper else pairing.helper if pairing else None
        form = ContactForm(
            initial={
                "visited_on": clock.today(),
                "way": "visit",
                "by_names": helper.name if helper else actor.name,
            }
        )
    context = {"file": file, "duty": duty, "form": form, "row": _row(duty) if duty else None}
    return render(request, "pairing/record.html", context)


def _saved(
    request: HttpRequest, form: ContactForm, file: HouseholdFile, duty: Duty | None
) -> UUID | None:
    said = dict(form.cleaned_data)
    photos = said.pop("photos")
    try:
        contact = services.record_contact(
            file.pk,
            ContactDetails(**said),
            duty_id=duty.pk if duty else None,
            photos=photos,
            actor=actor_of(request),
            now=clock.now(),
        )
    except InvalidInput as refusal:
        form.take_problems(refusal)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
    else:
        key: UUID = contact.pk
        return key
    return None


def _row(duty: Duty) -> dict[str, object]:
    return {"duty": duty, "kind": CODE_LISTS["visit_kind"].label(duty.kind)}


def _back(request: HttpRequest) -> str:
    return "pairing:duties" if not request.POST.get("round") else "pairing:rounds"
