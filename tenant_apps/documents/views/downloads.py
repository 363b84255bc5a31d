"""The download centre, and the batch that fills it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import DomainError
from bangfu.ui.acts import tell_refusal
from bangfu.ui.requests import actor_of, page_of, part_of, ticked
from shared_apps.printing.models import PaperKind
from tenant_apps.documents.forms import BatchForm
from tenant_apps.documents.selectors import downloads_of, get_download
from tenant_apps.documents.services.downloads import fetch_download, remove_download
from tenant_apps.documents.services.making import ask_for_papers, go_on
from tenant_apps.documents.views.requests import as_download
from tenant_apps.households.forms import FileSearchForm
from tenant_apps.households.selectors import files_matching
from tenant_apps.households.views.requests import search_of


@require_GET
def downloads(request: HttpRequest) -> HttpResponse:
    """Show what the person asked for: how far it is, and until when it can be fetched."""
    page = page_of(request, downloads_of(actor_of(request)))
    return render(request, "documents/downloads.html", {"page": page})


@require_GET
@part_of("documents:downloads")
def progress(request: HttpRequest, download_id: UUID) -> HttpResponse:
    """Answer how far one download is; when it is made, the page is loaded anew."""
    download = get_download(download_id, actor=actor_of(request))
    if not download.is_working:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "documents/progress.html", {"download": download})


@require_GET
def content(request: HttpRequest, download_id: UUID) -> HttpResponseBase:
    """Answer the file; the audit chain notes it."""
    return as_download(*fetch_download(download_id, actor=actor_of(request), now=clock.now()))


@require_POST
def remove(request: HttpRequest, download_id: UUID) -> HttpResponse:
    """Remove a file before its time."""
    try:
        remove_download(download_id, actor=actor_of(request), now=clock.now())
    except DomainError as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, _("已删除。"))
    return redirect("documents:downloads")


@require_POST
def batch(request: HttpRequest) -> HttpResponse:
    """Have one paper of each chosen file printed; the download centre shows how far it is."""
    actor, now = actor_of(request), clock.now()
    form = BatchForm(request.POST)
    form.is_valid()
    actor.require("document.print")
    actor.require("file.view")
    keys = ticked(request)
    if request.POST.get("every"):
        search = search_of(FileSearchForm(request.GET))
        keys = list(files_matching(search).values_list("pk", flat=True))
    try:
        download = ask_for_papers(
            keys,
            kind=PaperKind(form.cleaned_data.get("kind") or PaperKind.APPROVAL),
            in_clear=bool(form.cleaned_data.get("in_clear")),
            reason=form.cleaned_data.get("reason", ""),
            actor=actor,
            now=now,
        )
    except DomainError as refusal:
        if refusal.http_status == 403:
            raise
        tell_refusal(request, refusal)
        return redirect("households:list")
    go_on(download, now=now)
    messages.success(request, _("已交下载中心生成，完成后在这里下载。"))
    return redirect("documents:downloads")
