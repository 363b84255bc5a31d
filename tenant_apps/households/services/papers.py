"""Papers of a file: a scan handed in, or the original seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, NotFound, Problem
from shared_apps.audit.services import record
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.casework.services import attach, remove_attachment
from tenant_apps.households.models import CLOSED_STATES, HouseholdFile, HouseholdPaper
from tenant_apps.households.parsing import is_storable
from tenant_apps.households.services.drafting import NotEditable
from tenant_apps.households.services.stepping import locked_file


@transaction.atomic
def mark_paper(
    file_id: UUID,
    *,
    kind: str,
    actor: Actor,
    now: datetime,
    upload: File[bytes] | None = None,
    note: str = "",
) -> HouseholdPaper:
    """Note a paper of a file: with `upload` its scan, without it that the original was seen.

    Papers may be added until the file is closed; the day and the person are kept with each.

    Raises:
        NotPermitted, NotFound: as for any file.
        InvalidInput: there is no such kind of paper, or the scan is no picture and no PDF.
        NotEditable: the file is closed.
    """
    actor.require("file.edit")
    file = _locked(file_id)
    if kind not in CODE_LISTS["paper"]:
        message = _("没有这一种材料，请从材料清单中选择。")
        raise InvalidInput([Problem(code="E302", field="kind", message=message)])
    scan = None
    if upload is not None:
        scan = attach(subject=("file", file.pk), kind=kind, upload=upload, actor=actor, now=now)
    paper = HouseholdPaper(
        file=file,
        kind=kind,
        attachment_id=scan.pk if scan else None,
        seen_on=None if scan else clock.local_day(now),
        seen_by_id=actor.user_id,
        seen_by=actor.name,
        note=note.strip()[:200] if is_storable(note) else "",
        created_at=now,
    )
    paper.save(force_insert=True)
    record(
        event="file.paper_marked",
        actor=actor,
        subject=("file", file.pk),
        data={"kind": kind, "scan": scan is not None},
        now=now,
    )
    return paper


@transaction.atomic
def mark_papers_seen(
    file_id: UUID, *, kinds: Sequence[str], actor: Actor, now: datetime
) -> list[HouseholdPaper]:
    """Note that the originals of several papers were seen at once: all of them, or none.

    Raises:
        NotPermitted, NotFound, NotEditable: as ``mark_paper``.
        InvalidInput: nothing is chosen, or there is no such kind of paper.
    """
    if not kinds:
        message = _("请勾选已看过原件的材料。")
        raise InvalidInput([Problem(code="E001", field="kinds", message=message)])
    return [mark_paper(file_id, kind=kind, actor=actor, now=now) for kind in dict.fromkeys(kinds)]


@transaction.atomic
def remove_paper(file_id: UUID, *, paper_id: UUID, actor: Actor, now: datetime) -> None:
    """Take a paper off a file that its own clerks still fill in.

    Raises:
        NotPermitted, NotFound: as for any file.
        NotEditable: the file has been submitted: what reviewers saw is kept.
    """
    actor.require("file.edit")
    file = _locked(file_id)
    if not file.is_editable:
        raise NotEditable
    paper = HouseholdPaper.objects.filter(pk=paper_id, file_id=file.pk).first()
    if paper is None:
        raise NotFound
    record(
        event="file.paper_removed",
        actor=actor,
        subject=("file", file.pk),
        data={"kind": paper.kind},
        now=now,
    )
    if paper.attachment_id is not None:
        remove_attachment(paper.attachment_id, actor=actor, now=now)
    paper.delete()


def _locked(file_id: UUID) -> HouseholdFile:
    file = locked_file(file_id)
    if file.state in CLOSED_STATES:
        raise NotEditable
    return file
