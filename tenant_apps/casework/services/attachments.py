"""The papers of a record, sealed in the station's own folder."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import StoredFile, seal_bytes, sm3, unseal_bytes
from bangfu.kernel.errors import InvalidInput, NotFound, Problem
from bangfu.kernel.ids import uuid7
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from tenant_apps.casework.models import Attachment
from tenant_apps.casework.sniffing import content_type_of
from tenant_apps.casework.subjects import Subject

MAX_BYTES = 10 * 1024 * 1024
_LONGEST_NAME = 120


@transaction.atomic
def attach(
    *, subject: Subject, kind: str, upload: File[bytes], actor: Actor, now: datetime
) -> Attachment:
    """Keep a picture or PDF as a paper of a record. The calling service has checked who may.

    The name on disk is random; the type is what the content is found to be. A roll-back leaves
    a sealed file that no row names.

    Raises:
        InvalidInput: E701 another type, E702 incomplete, E703 empty or over 10 MB.
    """
    data = _content(upload)
    attachment = Attachment(
        id=uuid7(),
        subject_kind=subject[0],
        subject_id=subject[1],
        kind=kind,
        name=_display_name(upload.name or ""),
        content_type=content_type_of(data),
        size=len(data),
        digest=sm3(data),
        path=_fresh_path(),
        attached_by_id=actor.user_id,
        attached_by_name=actor.name,
        attached_at=now,
    )
    _write(attachment.path, seal_bytes(data, place=_place(attachment)))
    attachment.save(force_insert=True)
    record(
        event="paper.attached",
        actor=actor,
        subject=subject,
        data={"attachment": str(attachment.id), "kind": kind, "digest": attachment.digest.hex()},
        now=now,
    )
    return attachment


@transaction.atomic
def remove_attachment(attachment_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Take a paper off its record. The row stays; the calling service has checked who may.

    Raises:
        NotFound: it does not exist, or was removed before.
    """
    attachment = (
        Attachment.objects.select_for_update()
        .filter(pk=attachment_id, removed_at__isnull=True)
        .first()
    )
    if attachment is None:
        raise NotFound
    attachment.removed_at = now
    attachment.removed_by_name = actor.name
    attachment.save(update_fields=["removed_at", "removed_by_name"])
    record(
        event="paper.removed",
        actor=actor,
        subject=(attachment.subject_kind, attachment.subject_id),
        data={"attachment": str(attachment.id), "kind": attachment.kind},
        now=now,
    )


@transaction.atomic
def show_attachment(attachment: Attachment, *, actor: Actor, now: datetime) -> bytes:
    """Return the content of a paper to somebody who passed the door of its record; it is noted.

    Raises:
        Unsealable: the file was altered or exchanged for another.
    """
    record(
        event="paper.viewed",
        actor=actor,
        subject=(attachment.subject_kind, attachment.subject_id),
        data={"attachment": str(attachment.id), "kind": attachment.kind},
        now=now,
    )
    return content_of(attachment)


def content_of(attachment: Attachment) -> bytes:
    """Return the content of a paper for the system itself; people look by ``show_attachment``.

    Raises:
        Unsealable: the file was altered or exchanged for another.
    """
    sealed = (Path(settings.MEDIA_ROOT) / attachment.path).read_bytes()
    return unseal_bytes(sealed, place=_place(attachment))


def stored_attachments() -> Iterator[StoredFile]:
    """Every paper of the station in force as it lies on the disk, those taken off a record too."""
    for attachment in Attachment.objects.only("id", "path").iterator():
        yield StoredFile(path=attachment.path, place=_place(attachment))


def _content(upload: File[bytes]) -> bytes:
    if not 0 < (upload.size or 0) <= MAX_BYTES:
        raise InvalidInput(
            [
                Problem(
                    code="E703",
                    field="file",
                    message=_("文件为空或超过 10 MB，请压缩后重新上传。"),
                )
            ]
        )
    upload.seek(0)
    data: bytes = upload.read()
    return data


def _display_name(name: str) -> str:
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(character for character in base if character.isprintable()).strip()
    stem, dot, extension = shown.rpartition(".")
    return shown if len(shown) <= _LONGEST_NAME else f"{stem[:100]}{dot}{extension[:10]}"


def _fresh_path() -> str:
    name = secrets.token_hex(16)
    return f"{current_station().schema}/{name[:2]}/{name}"


def _place(attachment: Attachment) -> str:
    return f"casework.attachment.{attachment.id}"


def _write(path: str, sealed: bytes) -> None:
    target = Path(settings.MEDIA_ROOT) / path
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
