"""Make drafts of households, or change the drafts they have: here, or where they were sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError, InvalidInput
from shared_apps.importing.models import Outcome
from tenant_apps.households.mapping import draft_of, number_hash
from tenant_apps.households.models import CLOSED_STATES, HouseholdFile, Origin
from tenant_apps.households.selectors import members_of
from tenant_apps.households.services import open_drafts, replace_draft
from tenant_apps.imports.judging import Reading
from tenant_apps.imports.payloads import draft_to_text


@dataclass(frozen=True)
class Applied:
    """What became of one household: the file made or changed, or the reason why neither."""

    outcome: Outcome
    reason: str = ""
    file_id: UUID | None = None
    file_version: int | None = None
    before: str = ""
    """What an update replaced, as text to seal."""


def apply_households(
    readings: Sequence[Reading], *, run_id: UUID, update_existing: bool, actor: Actor, now: datetime
) -> list[Applied]:
    """Open a draft for each household that has no open file here; the answer is in their order.

    A head with a draft has it changed when `update_existing`, and is skipped otherwise. A household
    this very import made already is answered as applied. One that is refused never stops the others.
    """
    hashes = [number_hash(reading.draft.id_no) for reading in readings]
    files = HouseholdFile.objects.filter(id_no_hash__in=hashes).exclude(state__in=CLOSED_STATES)
    existing = {bytes(file.id_no_hash or b""): file for file in files}
    fresh = [
        reading for reading, hashed in zip(readings, hashes, strict=True) if hashed not in existing
    ]
    opened = iter(_opened(fresh, run_id=run_id, actor=actor, now=now))
    return [
        next(opened)
        if hashed not in existing
        else _changed(
            existing[hashed],
            reading,
            run_id=run_id,
            update_existing=update_existing,
            actor=actor,
            now=now,
        )
        for reading, hashed in zip(readings, hashes, strict=True)
    ]


def _opened(
    readings: Sequence[Reading], *, run_id: UUID, actor: Actor, now: datetime
) -> list[Applied]:
    drafts = [reading.draft for reading in readings]
    try:
        files = open_drafts(drafts, actor=actor, now=now, origin=Origin.IMPORT, origin_id=run_id)
    except InvalidInput as refusal:
        if len(drafts) == 1:
            return [Applied(Outcome.REFUSED, reason=_sentence(refusal))]
        # One of them was opened by somebody else since: find it by trying each alone.
        return [
            applied
            for reading in readings
            for applied in _opened([reading], run_id=run_id, actor=actor, now=now)
        ]
    return [
        Applied(Outcome.APPLIED, file_id=file.pk, file_version=file.lock_version) for file in files
    ]


def _changed(
    file: HouseholdFile,
    reading: Reading,
    *,
    run_id: UUID,
    update_existing: bool,
    actor: Actor,
    now: datetime,
) -> Applied:
    if file.origin_id == run_id:
        return Applied(Outcome.APPLIED, file_id=file.pk, file_version=file.lock_version)
    if not update_existing:
        return Applied(Outcome.SKIPPED, reason=_("已有档案，未选择更新。"), file_id=file.pk)
    before = draft_of(file, members_of(file))
    try:
        saved = replace_draft(
            file.pk,
            reading.laid_over(before),
            expected_version=file.lock_version,
            actor=actor,
            now=now,
        )
    except DomainError as refusal:
        return Applied(Outcome.REFUSED, reason=_sentence(refusal), file_id=file.pk)
    return Applied(
        Outcome.APPLIED,
        file_id=saved.file.pk,
        file_version=saved.file.lock_version,
        before=draft_to_text(before),
    )


def _sentence(refusal: DomainError) -> str:
    if isinstance(refusal, InvalidInput):
        found = [str(one.message) for one in refusal.problems if one.severity == "error"]
        return " ".join(found)[:300]
    return str(refusal)[:300]
