"""The page of the audit chain."""

from __future__ import annotations

from typing import cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import current_header
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import station_in_force
from bangfu.ui.paging import PAGE_SIZES
from bangfu.ui.requests import late_page_of
from shared_apps.audit.about import ABOUT
from shared_apps.audit.presenting import told_rows
from shared_apps.audit.selectors import AuditFilter, key_rounds, rows_here
from shared_apps.audit.services import verify


class AuditFilterForm(forms.Form):
    """What a person looks for."""

    event = forms.CharField(
        label=gettext_lazy("事项"),
        required=False,
        max_length=60,
        widget=forms.Select(
            choices=[
                ("", gettext_lazy("全部")),
                *((f"{about}.", words) for about, words in ABOUT.items()),
            ]
        ),
    )
    actor = forms.CharField(label=gettext_lazy("人员"), required=False, max_length=60)
    subject_id = forms.CharField(label=gettext_lazy("对象编号"), required=False, max_length=64)
    since = forms.DateField(
        label=gettext_lazy("从"), required=False, widget=forms.DateInput({"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("到"), required=False, widget=forms.DateInput({"type": "date"})
    )


@require_GET
def audit_list(request: HttpRequest) -> HttpResponse:
    """Show what was done here, newest first."""
    _actor(request).require("audit.view")
    form = AuditFilterForm(request.GET)
    form.is_valid()
    wanted = AuditFilter(**{name: value for name, value in form.cleaned_data.items() if value})
    page = late_page_of(request, rows_here(wanted))
    context = {"form": form, "page": page, "rows": told_rows(page.object_list)}
    return render(request, "audit/list.html", context)


@require_POST
def prove(request: HttpRequest) -> HttpResponse:
    """Prove the chain and say whether it holds."""
    _actor(request).require("audit.view")
    broken = verify(station_in_force())
    if broken is None:
        messages.success(request, _("审计链完整，没有被改动。"))
    else:
        messages.error(request, _("审计链从第 %(seq)s 条起不一致，请立即核查。") % {"seq": broken})
    return redirect("audit:list")


@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    """Show how far the network has come in sealing everything under the current key."""
    _actor(request).require("audit.view")
    rounds = key_rounds(current_header().hex())
    pages = Paginator([place for place in rounds.places if not place.is_done], PAGE_SIZES[0])
    context = {
        "ring": [
            {"key": key_id, "is_current": key_id == settings.BANGFU_KEYS["current"]}
            for key_id in settings.BANGFU_KEYS["keys"]
        ],
        "rounds": rounds,
        "page": pages.get_page(request.GET.get("page")),
    }
    return render(request, "audit/keys.html", context)


def _actor(request: HttpRequest) -> Actor:
    actor = cast("Actor | None", getattr(request, "actor", None))
    if actor is None:
        raise NotFound
    return actor
