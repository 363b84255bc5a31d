"""What a worker sees of the own matter: how far it is, the own file, who looked into it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bangfu.kernel import clock
from bangfu.kernel.addresses import client_address
from bangfu.kernel.errors import DomainError, InvalidInput, NotFound
from tenant_apps.applications import rights
from tenant_apps.applications.codes import grouped
from tenant_apps.applications.entry import Entry
from tenant_apps.applications.flow import FILLED_IN_STATES
from tenant_apps.applications.limits import SAVED_BY_ADDRESS, count_one
from tenant_apps.applications.links import public_address
from tenant_apps.applications.models import ApplicationState
from tenant_apps.applications.progress import file_behind, journey_of
from tenant_apps.applications.selectors import region_name
from tenant_apps.applications.services import sending
from tenant_apps.applications.services.keeping import applicant
from tenant_apps.applications.views.door import for_the_worker, seen_off, shown
from tenant_apps.households.models import FileState, HouseholdFile

_MAY_WITHDRAW = (ApplicationState.DRAFT, ApplicationState.SENT, ApplicationState.RETURNED)


@require_GET
@for_the_worker
def mine(request: HttpRequest, entry: Entry) -> HttpResponse:
    """Show how far an application has come, what happens next, and what the worker may do."""
    application = entry.application
    file = file_behind(application)
    context = {
        "application": application,
        "journey": journey_of(application, now=clock.now()),
        "code": grouped(entry.code),
        "may_fill_in": application.state in FILLED_IN_STATES,
        "may_withdraw": application.state in _MAY_WITHDRAW,
        "file": file,
        "may_ask_again": file is not None and file.state == FileState.REFUSED,
        "explanation": rights.explanation_for_worker(file),
        "went_to_url": public_address(application.went_to_code),
    }
    return shown(request, "mine.html", context)


@require_POST
@for_the_worker
def withdraw(request: HttpRequest, entry: Entry) -> HttpResponse:
    """Take the application back; a draft that nobody saw ends the visit with it."""
    was_draft = entry.application.state == ApplicationState.DRAFT
    try:
        sending.withdraw(entry.application.pk, actor=applicant(), now=clock.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("applications:mine")
    messages.success(request, _("申请已撤回，您填的内容和照片已经删除。"))
    return seen_off(redirect("applications:front")) if was_draft else redirect("applications:mine")


@require_GET
@for_the_worker
def my_file(request: HttpRequest, entry: Entry) -> HttpResponse:
    """Show the worker the own file, masked, and who has looked into it."""
    file = _file(entry)
    view = rights.file_for_worker(file)
    fields = [
        (value.spec.public_name, value.spec.label)
        for section in view.sections
        for value in section.values
    ]
    context = {
        "file": file,
        "view": view,
        "fields": fields,
        "residence": region_name(file.residence),
    }
    return shown(request, "my_file.html", context)


@require_POST
@for_the_worker
def ask(request: HttpRequest, entry: Entry, what: str) -> HttpResponse:
    """Ask something of the station about the own file, or give and take back a consent."""
    count_one(SAVED_BY_ADDRESS, address=client_address(request))
    act = _ASKED.get(what)
    if act is None:
        raise NotFound
    file = _file(entry)
    try:
        words = act(request, file)
    except InvalidInput as refusal:
        for problem in refusal.problems:
            messages.error(request, str(problem.message))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return redirect("applications:mine" if what in {"end", "again"} else "applications:my-file")


def _correction(request: HttpRequest, file: HouseholdFile) -> str:
    said = request.POST
    rights.ask_correction(
        file,
        field=said.get("field", ""),
        wish=said.get("wish", ""),
        reason=said.get("reason", ""),
        now=clock.now(),
    )
    return _("更正申请已经提交，工作人员核对后会在这里答复。")


def _copy(_request: HttpRequest, file: HouseholdFile) -> str:
    rights.ask_for_copy(file, now=clock.now())
    return _("已经告诉站点。请带身份证到窗口领取您的全部信息。")


def _end(_request: HttpRequest, file: HouseholdFile) -> str:
    rights.ask_to_withdraw(file, now=clock.now())
    return _("已经告诉站点，工作人员会与您联系。")


def _again(request: HttpRequest, file: HouseholdFile) -> str:
    rights.ask_again(file, reason=request.POST.get("reason", ""), now=clock.now())
    return _("复核的要求已经告诉站点，工作人员会与您联系。")


def _consent(request: HttpRequest, file: HouseholdFile) -> str:
    is_given = request.POST.get("given") == "yes"
    rights.say_consent(
        file, purpose=request.POST.get("purpose", ""), is_given=is_given, now=clock.now()
    )
    return _("已登记您的同意。") if is_given else _("已撤回同意，站点会停止相应的处理。")


_ASKED: dict[str, Callable[[HttpRequest, HouseholdFile], str]] = {
    "correction": _correction,
    "copy": _copy,
    "end": _end,
    "again": _again,
    "consent": _consent,
}


def _file(entry: Entry) -> HouseholdFile:
    file = file_behind(entry.application)
    if file is None:
        raise NotFound
    return file
