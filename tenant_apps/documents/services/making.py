"""What the download centre can make: many papers as one PDF, many files as a workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.media_types import PDF, WORKBOOK
from bangfu.kernel.text import SOURCE_LANGUAGE
from shared_apps.printing.models import Download, DownloadKind, PaperKind
from tenant_apps.documents.errors import (
    NothingToPrint,
    PaperNotOfThis,
    TooManyPapers,
    TooManyRows,
)
from tenant_apps.documents.selectors import OF_FILE
from tenant_apps.documents.services.downloads import (
    Made,
    Producer,
    Progress,
    ask_for,
    make_download,
)
from tenant_apps.documents.services.printing import (
    checked_reason,
    print_papers,
    sheets_of_files,
)
from tenant_apps.documents.services.printing_money import (
    decided_a_part,
    lines_a_list,
    make_minutes,
    make_roster,
)
from tenant_apps.documents.typesetting import AT_ONCE, forget
from tenant_apps.households.drafts import HouseholdDraft
from tenant_apps.households.mapping import draft_of
from tenant_apps.households.selectors import FileSearch, files_matching
from tenant_apps.households.services import record_export
from tenant_apps.households.sheets import EXPORTED, sheet_of

BATCHED = (*OF_FILE, PaperKind.ROSTER)
MOST_PAPERS = 5000
ROWS_A_LIST = 300
"""Households in one real-name list: a longer one becomes several, each printed by itself."""
MOST_ROWS = 50_000
ANSWERED_AT_ONCE = 30
_PAPERS = gettext_lazy("批量打印")
_FILES = gettext_lazy("档案导出")


def ask_for_papers(
    file_ids: Sequence[UUID],
    *,
    kind: PaperKind,
    in_clear: bool = False,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> Download:
    """Have one paper of each of many files printed, or a real-name list of all.

    Raises:
        NotPermitted: the actor may not print, see files, or see what is masked.
        NothingToPrint, TooManyPapers: none, or more than may be asked for at once.
        PaperNotOfThis: files have no such paper.
        InvalidInput: in the clear without a reason.
    """
    actor.require("document.print")
    actor.require("file.view")
    reason = checked_reason(in_clear, reason, actor=actor)
    if kind not in BATCHED:
        raise PaperNotOfThis
    if not file_ids:
        raise NothingToPrint
    if len(file_ids) > MOST_PAPERS:
        raise TooManyPapers(most=MOST_PAPERS)
    with override(SOURCE_LANGUAGE):
        title = f"{_PAPERS}：{PaperKind(kind).label} × {len(file_ids)}"
    return ask_for(
        DownloadKind.PAPERS,
        title=title,
        wish={"kind": str(kind), "files": [str(one) for one in file_ids], "in_clear": in_clear,
              "reason": reason},
        total=len(file_ids),
        in_clear=in_clear,
        reason=reason,
        actor=actor,
        now=now,
    )  # fmt: skip


def ask_for_files(
    search: FileSearch, *, in_clear: bool, reason: str, actor: Actor, now: datetime
) -> Download:
    """Have the files of a search written as a workbook; the export is audited when it is asked for.

    Raises:
        NotPermitted, InvalidInput: as ``record_export``.
        TooManyRows: more than one workbook may hold.
    """
    if files_matching(search).count() > MOST_ROWS:
        raise TooManyRows(most=MOST_ROWS)
    rows = record_export(
        search=search,
        fields=[spec.public_name for spec in EXPORTED],
        in_clear=in_clear,
        reason=reason,
        actor=actor,
        now=now,
    )
    wish = {**asdict(search), "origin_id": str(search.origin_id or "")}
    return ask_for(
        DownloadKind.FILES,
        title=_FILES,
        wish={"search": wish, "in_clear": in_clear, "reason": reason},
        total=rows,
        in_clear=in_clear,
        reason=reason,
        actor=actor,
        now=now,
    )


def _rows_a_step(wish: Mapping[str, Any]) -> int:
    return ROWS_A_LIST if wish["kind"] == PaperKind.ROSTER else AT_ONCE


def _make_papers(
    wish: Mapping[str, Any], actor: Actor, now: datetime, _progress: Progress, start: int
) -> Made | None:
    kind, in_clear = PaperKind(wish["kind"]), bool(wish["in_clear"])
    end = min(start + _rows_a_step(wish), len(wish["files"]))
    keys = [UUID(one) for one in wish["files"][start:end]]
    try:
        sheets = sheets_of_files(
            keys, kind=kind, in_clear=in_clear, on=now, first=start + 1, total=len(wish["files"])
        )
    except NotFound:
        # All of them were deleted since: the others are printed all the same.
        return None
    printed = print_papers(sheets, in_clear=in_clear, reason=wish["reason"], actor=actor, now=now)
    forget()
    day = f"{clock.local_day(now):%Y%m%d}"
    numbers = f"-{start + 1:04d}-{end:04d}" if len(wish["files"]) > end - start else ""
    return Made(data=printed.pdf, file_name=f"{kind.value}-{day}{numbers}.pdf", content_type=PDF)


def _make_files(
    wish: Mapping[str, Any], actor: Actor, now: datetime, progress: Progress, _start: int
) -> Made:
    actor.require("file.export")
    fields = {**wish["search"], "states": tuple(wish["search"]["states"])}
    fields["origin_id"] = UUID(fields["origin_id"]) if fields["origin_id"] else None
    when = f"{now.astimezone(clock.LOCAL):%Y-%m-%d %H:%M}"
    with override(SOURCE_LANGUAGE):
        watermark = _("%(who)s 于 %(when)s 导出，仅供工会帮扶工作使用。") % {
            "who": actor.name,
            "when": when,
        }
        data = sheet_of(
            _rows(FileSearch(**fields), progress),
            in_clear=bool(wish["in_clear"]),
            watermark=f"{watermark} {wish['reason']}".strip(),
        )
    day = f"{clock.local_day(now):%Y%m%d}"
    return Made(data=data, file_name=f"files-{day}.xlsx", content_type=WORKBOOK)


def _rows(search: FileSearch, progress: Progress) -> Iterator[tuple[str, str, HouseholdDraft]]:
    for done, file in enumerate(files_matching(search).iterator(chunk_size=500), 1):
        if done % 500 == 0:
            progress(done)
        yield file.file_no, file.get_state_display(), draft_of(file, [])


def export_files_later(
    search: FileSearch, *, in_clear: bool, reason: str, actor: Actor, now: datetime
) -> str:
    """Take a large export of files over; the page that shows how far it is is the download centre.

    Raises: as ``ask_for_files``.
    """
    ask_for_files(search, in_clear=in_clear, reason=reason, actor=actor, now=now)
    return "documents:downloads"


def go_on(download: Download, *, now: datetime) -> None:
    """Make a small download at once, so that who asked need not wait for a worker."""
    if download.total <= ANSWERED_AT_ONCE:
        make_download(download.pk, producers=PRODUCERS, now=now)


PRODUCERS: Mapping[str, Producer] = {
    DownloadKind.PAPERS: Producer(make=_make_papers, rows_a_step=_rows_a_step),
    DownloadKind.FILES: Producer(make=_make_files),
    DownloadKind.ROSTERS: Producer(make=make_roster, rows_a_step=lines_a_list),
    DownloadKind.MINUTES: Producer(make=make_minutes, rows_a_step=decided_a_part),
}
