"""Pages of notices: what anybody may read and object to, and the station's own list."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.core.cache import cache
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.addresses import client_address
from bangfu.kernel.errors import DomainError, InvalidInput
from bangfu.ui.templatetags.ui import PAGE_SIZES
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.notices.forms import ObjectionForm
from tenant_apps.notices.models import Notice, NoticeState
from tenant_apps.notices.selectors import (
    get_notice,
    get_public_notice,
    notices_for_public,
    notices_of,
)
from tenant_apps.notices.services import raise_objection

_SIZES = frozenset(str(size) for size in PAGE_SIZES)
OBJECTIONS_AN_HOUR = 5


class TooManyObjections(DomainError):
    """One address objected too often within an hour."""

    code = "too-many-objections"
    http_status = 429
    message = gettext_lazy("提交过于频繁，请一小时后再试，或直接联系帮扶中心。")


@require_GET
def public_list(request: HttpRequest) -> HttpResponse:
    """Show everybody the notices that run, and those that ended lately."""
    page = _page(request, notices_for_public(on=clock.today()))
    return render(request, "notices/public_list.html", {"page": page, "rows": _rows(page)})


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
    """Show the station's notices by state."""
    state = request.GET.get("state", "")
    notices = notices_of(_actor(request), state=state if state in NoticeState.values else "")
    page = _page(request, notices)
    context = {"page": page, "rows": _rows(page), "state": state, "states": NoticeState.choices}
    return render(request, "notices/list.html", context)


@require_GET
def print_notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Show a notice on A4, to be put up."""
    notice = get_notice(notice_id, actor=_actor(request))
    return render(request, "notices/print.html", {"row": _row(notice), "today": clock.today()})


def _actor(request: HttpRequest) -> Actor:
    return cast("Actor", request.actor)  # type: ignore[attr-defined]


def _page(request: HttpRequest, notices: QuerySet[Notice]) -> Page[Notice]:
    size = request.GET.get("per_page", "")
    pages = Paginator(notices, int(size) if size in _SIZES else PAGE_SIZES[0])
    return pages.get_page(request.GET.get("page"))


def _rows(page: Page[Notice]) -> list[dict[str, object]]:
    return [_row(notice) for notice in page.object_list]


def _row(notice: Notice) -> dict[str, object]:
    return {
        "notice": notice,
        "tier": CODE_LISTS["tier"].label(notice.tier) if notice.tier else "",
        "is_open": notice.state in {NoticeState.RUNNING, NoticeState.PAUSED},
    }


def _refuse_too_many(request: HttpRequest) -> None:
    key = f"objections:{client_address(request)}"
    cache.add(key, 0, 3600)
    if cache.incr(key) > OBJECTIONS_AN_HOUR:
        raise TooManyObjections
