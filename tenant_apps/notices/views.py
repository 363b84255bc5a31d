"""Pages of notices: what anybody may read and object to, and the station's own list."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.cache import cache
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.addresses import client_address
from bangfu.kernel.errors import DomainError, InvalidInput
from bangfu.ui.answers import as_revealed
from bangfu.ui.requests import actor_of, edge, page_of
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.notices.forms import ObjectionForm
from tenant_apps.notices.models import Notice, NoticeState, Purpose
from tenant_apps.notices.purposes import HEADINGS, handling_of
from tenant_apps.notices.selectors import (
    get_public_notice,
    notices_for_public,
    notices_of,
    objections_of,
)
from tenant_apps.notices.services import raise_objection, reveal_objector

OBJECTIONS_AN_HOUR = 5


class TooManyObjections(DomainError):
    """One address objected too often within an hour."""

    code = "too-many-objections"
    http_status = 429
    message = gettext_lazy("提交过于频繁，请一小时后再试，或直接联系帮扶中心。")


@require_GET
def public_list(request: HttpRequest) -> HttpResponse:
    """Show everybody the notices that run, and those that ended lately."""
    purpose = _purpose_in(request)
    page = page_of(request, notices_for_public(on=clock.today(), purpose=purpose))
    context = {
        "page": page,
        "rows": _rows(page),
        "purpose": purpose,
        "purposes": Purpose.choices,
        "heading": HEADINGS[purpose] if purpose else _("公示"),
    }
    return render(request, "notices/public_list.html", context)


@require_http_methods(["GET", "POST"])
def public_object(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Let anybody object to a notice that runs."""
    notice = get_public_notice(notice_id, on=clock.today())
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _refuse_too_many(request)
        try:
            raise_objection(notice.pk, **form.cleaned_data, now=clock.now())
        except InvalidInput as refusal:
            for problem in refusal.problems:
                form.add_error(problem.field, str(problem.message))
        else:
            messages.success(request, _("异议已提交，我们会核查；核查期间公示暂停计时。"))
            return redirect("notices:public-list")
    return render(request, "notices/public_object.html", {"form": form, "row": _row(notice)})


@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """Show the station's notices by purpose and state."""
    actor = actor_of(request)
    state = request.GET.get("state", "")
    state = state if state in NoticeState.values else ""
    purpose = _purpose_in(request)
    page = page_of(request, notices_of(actor, state=state, purpose=purpose))
    context = {
        "page": page,
        "rows": _rows(page),
        "state": state,
        "states": NoticeState.choices,
        "purpose": purpose,
        "purposes": Purpose.choices,
    }
    return render(request, "notices/list.html", context)


@require_GET
def objection_list(request: HttpRequest) -> HttpResponse:
    """Show what was objected, with its answers; who objected stays covered."""
    actor = actor_of(request)
    tab = request.GET.get("tab", "")
    page = page_of(request, objections_of(actor, tab=tab))
    context = {
        "page": page,
        "rows": [{"objection": one, **_row(one.notice)} for one in page.object_list],
        "tab": tab,
        "tabs": [("", _("全部")), ("waiting", _("待核查")), ("answered", _("已答复"))],
        "may_reveal": actor.may("file.reveal"),
    }
    return render(request, "notices/objections.html", context)


@require_POST
def reveal_objector_act(request: HttpRequest, objection_id: UUID) -> HttpResponse:
    """Answer who objected and how to reach them, for the reason that was given."""
    reason = request.POST.get("reason", "")
    return as_revealed(
        lambda: reveal_objector(objection_id, reason=reason, **edge(request)), is_code=False
    )


def _purpose_in(request: HttpRequest) -> str:
    purpose = request.GET.get("purpose", "")
    return purpose if purpose in Purpose.values else ""


def _rows(page: Page[Notice]) -> list[dict[str, object]]:
    return [_row(notice) for notice in page.object_list]


def _row(notice: Notice) -> dict[str, object]:
    page = handling_of(notice.purpose).page
    return {
        "notice": notice,
        "heading": HEADINGS[notice.purpose],
        "page": reverse(page, args=[notice.subject_id]) if page else "",
        "tier": CODE_LISTS["tier"].label(notice.tier) if notice.tier else "",
        "is_open": notice.state in {NoticeState.RUNNING, NoticeState.PAUSED},
    }


def _refuse_too_many(request: HttpRequest) -> None:
    key = f"objections:{client_address(request)}"
    cache.add(key, 0, 3600)
    if cache.incr(key) > OBJECTIONS_AN_HOUR:
        raise TooManyObjections
