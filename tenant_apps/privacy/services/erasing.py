"""Erase what a household's file said, wherever this network keeps it; what was counted stays counted.

Rows stay where numbers rest on them, and lose every word: texts read “（已删除）”, sealed values and
pictures are gone, keyed hashes are forgotten. Rows that only describe people, and papers on the disk,
are deleted. The dimensions with which a household was counted (``HouseholdVersion.counted``) stay, so
that a recount comes out equal; they hold codes and a keyed hash, never a value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.utils.translation import gettext_noop

from bangfu.kernel.actors import Actor
from bangfu.kernel.canonical import canonical_json
from bangfu.kernel.crypto import EncryptedTextField, Secret, Unsealable, sm3
from bangfu.kernel.tenancy import current_station, in_network
from bangfu.kernel.tenancy.models import StationModel
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
from tenant_apps.privacy.services.staying import counted_under, keyed_hashes

ERASED = "file.erased"
GONE = gettext_noop("（已删除）")
# A column of up to this many characters holds a code, never words.
_LONGEST_CODE = 16
# Numbers of records, stations and members of staff are not the household's.
_KEPT = frozenset(
    {
        "file_no",
        "batch_number",
        "home_code",
        "home_name",
        "other_code",
        "other_name",
        "giving_code",
        "giving_name",
        "taking_code",
        "taking_name",
        "above_name",
        "event",
        "custody",
        "place",
        "period",
        "first_visitor",
        "second_visitor",
        # What money and goods rest on: batches and their lines, programmes and campaigns, the bank's own
        # number, who handed out.
        "batch",
        "line",
        "bank_serial",
        "programme",
        "campaign",
        "group",
        "partner_name",
        "transfer_to",
        "by_name",
        "second_name",
        "standing_days",
    }
)
# Apps whose rows are themselves what was counted: the keyed hash stays, as it does in ``counted`` elsewhere.
_COUNT_THEMSELVES = frozenset({"goods", "benefits"})
_SUBJECTS = frozenset({"subject", "person_subject"})
_STAFF = ("_by", "_by_name")
_KEPT_OF_FILE = frozenset(
    {"state", "file_no", "scheme", "opened_by", "changed_by", "exit_kind", "exit_reason", "origin"}
)
_DELETED = (HouseholdMember, HouseholdPaper, Correction)
# What is never changed says nobody's name: the books of goods and of cards hold keys, kinds and quantities.
_UNTOUCHED = frozenset({"privacy.disposal", "goods.movement", "benefits.entry"})
_COUNTED, _AMOUNT = "counted", "_fen"
_WORDS_IN_MESSAGES = frozenset(
    {"dossier", "opinions", "text", "reason", "answer", "comment", "findings", "snapshot",
     "members", "papers", "visits", "note", "name", "head_name", "pairing", "sealed", _COUNTED}
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
    scope = _belonging(file.pk, home_id=None)
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
    scope = _belonging(file_id, home_id=sender_id)
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


def _belonging(file_id: UUID, *, home_id: int | None) -> dict[type[models.Model], set[UUID]]:
    """Find the rows of every station model that belong to a file, also by way of other such rows."""
    found: dict[type[models.Model], set[UUID]] = {}
    for model in _station_models():
        names = {field.name for field in model._meta.concrete_fields}
        rows = model._default_manager.none()
        if _points_to(model, HouseholdFile) and home_id is None:
            rows = model._default_manager.filter(file=file_id)
        elif "file_id" in names:
            rows = model._default_manager.filter(file_id=file_id)
            if "home_id" in names:
                rows = rows.filter(home_id=home_id or current_station().id)
        keys = set(rows.values_list("pk", flat=True))
        if keys:
            found[model] = keys
    return _with_what_hangs_on(found)


def hanging_on(row: models.Model) -> dict[type[models.Model], set[UUID]]:
    """Find the rows of every station model that hang on one row, also by way of other such rows; with the row."""
    return _with_what_hangs_on({type(row): {row.pk}})


def _with_what_hangs_on(
    found: dict[type[models.Model], set[UUID]],
) -> dict[type[models.Model], set[UUID]]:
    while more := list(_reached(found)):
        for model, keys in more:
            found.setdefault(model, set()).update(keys)
    return found


def _reached(
    found: Mapping[type[models.Model], set[UUID]],
) -> Iterator[tuple[type[models.Model], set[UUID]]]:
    everything = {key for keys in found.values() for key in keys}
    for model in _station_models():
        known = found.get(model, set())
        columns = [
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, models.ForeignKey) and field.related_model in found
        ]
        names = {field.name for field in model._meta.concrete_fields}
        if "subject_id" in names and "subject_kind" not in names:
            columns.append("subject_id")
        for column in columns:
            keys = set(
                model._default_manager.filter(**{f"{column}__in": everything})
                .exclude(pk__in=known)
                .values_list("pk", flat=True)
            )
            if keys:
                yield model, keys


def _station_models() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        if not issubclass(model, StationModel) or model is HouseholdFile:
            continue
        if model._meta.label_lower not in _UNTOUCHED and model._meta.app_label != "casework":
            yield model


def _points_to(model: type[models.Model], target: type[models.Model]) -> bool:
    return any(
        isinstance(field, models.ForeignKey)
        and field.name == "file"
        and field.related_model is target
        for field in model._meta.concrete_fields
    )


def scrub(scope: Mapping[type[models.Model], set[UUID]]) -> Counter[str]:
    """Take every word out of these rows; return how many said something, by kind."""
    erased: Counter[str] = Counter()
    for model, keys in scope.items():
        for row in model._default_manager.filter(pk__in=keys):
            changed = [
                field.name for field in model._meta.concrete_fields if _scrub_field(row, field)
            ]
            if changed:
                row.save(update_fields=changed)
                erased[model._meta.label_lower] += 1
    return erased


def _scrub_field(row: models.Model, field: models.Field[Any, Any]) -> bool:
    value = getattr(row, field.attname)
    fresh = _without_words(field, value)
    if fresh is value:
        return False
    setattr(row, field.attname, fresh)
    return True


def _without_words(field: models.Field[Any, Any], value: Any) -> Any:
    if value in (None, "", [], {}, GONE) or field.name in _KEPT or field.name.endswith(_STAFF):
        return value
    if field.name in _SUBJECTS and field.model._meta.app_label in _COUNT_THEMSELVES:
        return value
    if isinstance(field, models.JSONField | ArrayField):
        return value if field.name == _COUNTED else type(value)()
    if isinstance(field, EncryptedTextField):
        return None if field.null else _gone_instead_of(value)
    if isinstance(field, models.BinaryField) or field.name.endswith(_AMOUNT):
        return None if field.null else value
    return GONE if _holds_words(field) else value


def _gone_instead_of(secret: Secret) -> Any:
    try:
        return secret if secret.reveal() == GONE else GONE
    except Unsealable:
        return GONE


def _holds_words(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, models.TextField) or (
        isinstance(field, models.CharField)
        and not field.choices
        and not _tells_rows_apart(field)
        and (field.max_length or 0) > _LONGEST_CODE
    )


def _tells_rows_apart(field: models.Field[Any, Any]) -> bool:
    """Whether a column is a key, alone or with others: it names a record, and two erased ones may not be alike."""
    keys = field.model._meta.constraints
    return field.unique or any(
        field.name in key.fields for key in keys if isinstance(key, models.UniqueConstraint)
    )


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
