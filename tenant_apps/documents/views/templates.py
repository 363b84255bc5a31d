"""The Word templates of a station."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import NotFound
from bangfu.ui.answers import as_file
from bangfu.ui.requests import actor_of
from shared_apps.printing.models import WordKind
from tenant_apps.documents.errors import TemplateRefused
from tenant_apps.documents.forms import TemplateForm
from tenant_apps.documents.selectors import own_templates
from tenant_apps.documents.services.wording import (
    reset_template,
    set_template,
    template_in_force,
)
from tenant_apps.documents.word import FORMS, LARGEST, WORD


@require_GET
def templates(request: HttpRequest) -> HttpResponse:
    """Show the kinds of Word documents and which template each is made from."""
    actor = actor_of(request)
    actor.require("settings.view")
    own = own_templates()
    rows = [
        {
            "kind": kind,
            "own": own.get(kind.value),
            "fields": FORMS[kind].fields,
            "lists": FORMS[kind].lists,
        }
        for kind in WordKind
    ]
    context = {"rows": rows, "form": TemplateForm(), "may_manage": actor.may("settings.manage")}
    return render(request, "documents/templates.html", context)


@require_http_methods(["GET", "POST"])
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """Answer the template in force, or put the station's own in its place."""
    actor = actor_of(request)
    word = _kind(kind)
    if request.method == "GET":
        actor.require("settings.view")
        return as_file(template_in_force(word), name=f"{word.value}.docx", media_type=WORD)
    actor.require("settings.manage")
    form = TemplateForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("请选择要上传的 Word 模板。"))
        return redirect("documents:templates")
    upload = form.cleaned_data["file"]
    try:
        set_template(
            word,
            data=upload.read(LARGEST + 1),
            file_name=upload.name,
            actor=actor,
            now=clock.now(),
        )
    except TemplateRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已换成本站模板。"))
    return redirect("documents:templates")


@require_POST
def template_reset(request: HttpRequest, kind: str) -> HttpResponse:
    """Go back to the shipped template."""
    reset_template(_kind(kind), actor=actor_of(request), now=clock.now())
    messages.success(request, _("已恢复出厂模板。"))
    return redirect("documents:templates")


def _kind(kind: str) -> WordKind:
    if kind not in WordKind.values:
        raise NotFound
    return WordKind(kind)
