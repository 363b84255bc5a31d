"""Export the files of a search to Excel."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bangfu.kernel import clock
from bangfu.kernel.errors import DomainError
from bangfu.kernel.media_types import WORKBOOK
from bangfu.ui.acts import tell_refusal
from bangfu.ui.answers import as_file
from bangfu.ui.requests import actor_of
from tenant_apps.households.drafts import HouseholdDraft
from tenant_apps.households.forms import ExportForm, FileSearchForm
from tenant_apps.households.later import export_later
from tenant_apps.households.mapping import draft_of
from tenant_apps.households.selectors import FileSearch, files_matching
from tenant_apps.households.services import record_export
from tenant_apps.households.sheets import EXPORTED, sheet_of
from tenant_apps.households.views.requests import search_of

ANSWERED_AT_ONCE = 2_000


@require_POST
def export_files(request: HttpRequest) -> HttpResponse:
    """Answer the found files as a workbook; masked unless asked otherwise with a reason.

    Many files are written in the background, for the download centre.
    """
    actor = actor_of(request)
    form = ExportForm(request.POST)
    form.is_valid()
    search = search_of(FileSearchForm(request.GET))
    in_clear = bool(form.cleaned_data.get("in_clear"))
    reason = form.cleaned_data.get("reason", "")
    now = clock.now()
    try:
        if files_matching(search).count() > ANSWERED_AT_ONCE:
            page = export_later(search, in_clear=in_clear, reason=reason, actor=actor, now=now)
            messages.success(request, _("数据较多，已交后台生成，完成后在下载中心下载。"))
            return redirect(page)
        record_export(
            search=search,
            fields=[spec.public_name for spec in EXPORTED],
            in_clear=in_clear,
            reason=reason,
            actor=actor,
            now=now,
        )
    except DomainError as refusal:
        if refusal.http_status != 422:
            raise
        tell_refusal(request, refusal)
        return redirect("households:list")
    watermark = _("%(who)s 于 %(when)s 导出，仅供工会帮扶工作使用。") % {
        "who": actor.name,
        "when": f"{now:%Y-%m-%d %H:%M}",
    }
    data = sheet_of(_rows(search), in_clear=in_clear, watermark=f"{watermark} {reason}".strip())
    return as_file(data, name=f"files-{now:%Y%m%d-%H%M}.xlsx", media_type=WORKBOOK)


def _rows(search: FileSearch) -> Iterator[tuple[str, str, HouseholdDraft]]:
    for file in files_matching(search).iterator(chunk_size=500):
        yield file.file_no, file.get_state_display(), draft_of(file, [])
