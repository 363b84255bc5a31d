"""Erase what a household's file said, wherever this network keeps it; what was counted stays counted.

Rows stay where numbers rest on them, and lose every word. Rows that only describe people, and papers on the disk,
are deleted. The dimensions with which a household was counted (``HouseholdVersion.counted``) stay, so
that a recount comes out equal; they hold codes and a keyed hash, never a value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import models, transaction

from bangfu.kernel.actors import Actor
from bangfu.kernel.canonical import canonical_json
from bangfu.kernel.crypto import sm3
from bangfu.kernel.tenancy import current_station, in_network
from shared_apps.audit.services import record
from shared_apps.evaluations.models import Drawn
from shared_apps.exchange.models import Message
from shared_apps.importing.models import Row
from shared_apps.register.services import forget_splits, unregister_household
from tenant_apps.casework.models import Attachment, Clock, Event, Todo
from tenant_apps.households.models import (
    FileState,
    HouseholdFile,
    HouseholdMember,
    HouseholdPaper,
    HouseholdTransfer,
    HouseholdVersion,
)
from tenant_apps.households.services.transfers import stream_of_transfer
from tenant_apps.privacy.models import Correction, Disposal, LookRequest
from tenant_apps.privacy.services.reaching import belonging_to
from tenant_apps.privacy.services.scrubbing import COUNTED, GONE, scrub
from tenant_apps.privacy.services.staying import counted_under, keyed_hashes

ERASED = "file.erased"
_KEPT_OF_FILE = frozenset(
    {
        "state", "file_no", "scheme", "opened_by", "changed_by",
        "exit_kind", "exit_reason", "exit_measure", "origin",
    }
)  # fmt: skip
_DELETED = (HouseholdMember, HouseholdPaper, Correction)
_WORDS_IN_MESSAGES = frozenset(
    {"dossier", "opinions", "text", "reason", "answer", "comment", "findings", "snapshot",
     "members", "papers", "visits", "note", "name", "head_name", "pairing", "sealed", COUNTED}
)  # fmt: skip


class Erasure(NamedTuple):
    """What an erasure took away, and in how many rows a keyed hash stays because of what was counted; by kind."""

    erased: dict[str, int]
    kept: dict[str, int]


def erase_file(file: HouseholdFile, *, now: datetime) -> Erasure:
    """Erase everything the station in force keeps of a file.

    Belongs to the transaction of the decision. Papers leave the disk when it commits.
    """
    erased: Counter[str] = Counter()
    hashes = keyed_hashes(file)
    scope = belonging_to(file.pk, home_id=None)
    erased.update(erase_papers({key for keys in scope.values() for key in keys} | {file.pk}))
    for model in _DELETED:
        count, _by = model._default_manager.filter(file_id=file.pk).delete()
        erased[model._meta.label_lower] += count
    erased.update(scrub(scope))
    # What is left of a file that moved says nothing of it: the household is on file elsewhere.
    if file.state != FileState.MOVED_OUT:
        erased["register.splitalias"] += forget_splits(file.pk)
    _blank(file)
    erased["households.householdfile"] += 1
    unregister_household(file.pk)
    erased.update(_erase_imported(file.pk))
    erased.update(_erase_remarks(file.pk))
    erased.update(_erase_messages(file.pk))
    return Erasure(
        erased={kind: count for kind, count in sorted(erased.items()) if count},
        kept=counted_under(hashes, scope),
    )


@transaction.atomic
def erase_copies(body: Mapping[str, Any], *, sender_id: int, now: datetime) -> dict[str, int]:
    """Erase what the station in force got of a file that its home station deleted. Safe to repeat."""
    file_id = UUID(body["file"])
    scope = belonging_to(file_id, home_id=sender_id)
    erased: Counter[str] = Counter()
    erased.update(erase_papers({key for keys in scope.values() for key in keys}))
    erased.update(scrub(scope))
    erased = +erased
    if erased:
        record(
            event="privacy.copies_erased",
            actor=Actor.system("relay", station=current_station()),
            subject=("file", file_id),
            data={"certificate": body["number"], "erased": dict(erased)},
            now=now,
        )
    return dict(erased)


def _blank(file: HouseholdFile) -> None:
    for field in HouseholdFile._meta.concrete_fields:
        if field.primary_key or field.name in _KEPT_OF_FILE:
            continue
        if isinstance(field, models.DateField | models.PositiveIntegerField) and not field.null:
            continue
        if isinstance(field, models.BooleanField) and not field.null:
            continue
        if field.name in {"closed_on", "keep_until", "on_file_on", "opened_level", "lock_version"}:
            continue
        if field.is_relation:
            continue
        setattr(file, field.attname, None if field.null else field.get_default())
    file.state = FileState.ARCHIVED
    file.lock_version += 1
    file.save(force_update=True)
    subject = {"subject_kind": "file", "subject_id": file.pk}
    Event.objects.filter(**subject).exclude(comment="").update(comment=GONE)
    Todo.objects.filter(**subject).delete()
    Clock.objects.filter(**subject).delete()


def erase_papers(subjects: set[UUID]) -> Counter[str]:
    """Delete the papers of these records; they leave the disk when the transaction commits."""
    papers = list(Attachment.objects.filter(subject_id__in=subjects))
    for paper in papers:
        path = Path(settings.MEDIA_ROOT) / paper.path
        transaction.on_commit(partial(path.unlink, missing_ok=True))
    Attachment.objects.filter(pk__in=[paper.pk for paper in papers]).delete()
    return Counter({"casework.attachment": len(papers)})


def _erase_imported(file_id: UUID) -> Counter[str]:
    rows = Row.objects.filter(file_id=file_id, station_id=current_station().id)
    count = 0
    for row in rows:
        row.payload, row.before = GONE, None
        row.id_hash, row.member_hashes, row.problems, row.reason = None, [], [], ""
        row.save()
        count += 1
    return Counter({"importing.row": count})


def _erase_remarks(file_id: UUID) -> Counter[str]:
    """Forget what was said beside an answer; the answer itself was counted and names nobody."""
    rows = Drawn.objects.filter(file_id=file_id, station_id=current_station().id)
    return Counter({"evaluations.drawn": rows.exclude(remark__isnull=True).update(remark=None)})


def _erase_messages(file_id: UUID) -> Counter[str]:
    count = 0
    looks = LookRequest.objects.filter(file_id=file_id).values_list("pk", flat=True)
    moves = HouseholdTransfer.objects.filter(file_id=file_id).values_list("transfer_id", flat=True)
    streams = [
        f"file:{file_id}",
        *(f"look:{key}" for key in looks),
        *map(stream_of_transfer, moves),
    ]
    with in_network():
        for message in Message.objects.select_for_update().filter(stream__in=streams):
            fresh = _without_words_in(message.body)
            if fresh != message.body:
                message.body = fresh
                message.digest = sm3(canonical_json(fresh))
                message.save(update_fields=["body", "digest"])
                count += 1
    return Counter({"exchange.message": count})


def _without_words_in(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _emptied(part) if name in _WORDS_IN_MESSAGES else _without_words_in(part)
            for name, part in value.items()
        }
    if isinstance(value, list):
        return [_without_words_in(part) for part in value]
    return value


def _emptied(value: Any) -> Any:
    if isinstance(value, dict):
        return {}
    return [] if isinstance(value, list) else GONE


def content_digest(file: HouseholdFile) -> bytes:
    """Return the SM3 of the last frozen version, as it lay sealed: it proves what was deleted, and says nothing."""
    version = HouseholdVersion.objects.filter(file_id=file.pk).order_by("-number").first()
    return sm3(canonical_json(version.snapshot if version else {}))


def certificate_digest(disposal: Disposal, content: bytes) -> bytes:
    """Return the SM3 over everything a certificate says, and over what was deleted."""
    said = {
        "number": disposal.number,
        "file_no": disposal.file_no,
        "keep_until": disposal.keep_until.isoformat(),
        "rule": [disposal.rule_id, disposal.rule_version],
        "reason": disposal.reason,
        "proposed": [disposal.proposed_by_id, disposal.proposed_by],
        "decided": [disposal.decided_by_id, disposal.decided_by],
        "erased": disposal.erased,
        "kept": disposal.kept,
        "content": content.hex(),
    }
    return sm3(canonical_json(said))
