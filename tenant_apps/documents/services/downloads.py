"""The download centre: ask for something large, have it made, fetch it, let it expire."""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock, doorbell
from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import Digest, StoredFile, seal_bytes, sm3, unseal_bytes
from bangfu.kernel.errors import DomainError, Text
from bangfu.kernel.tenancy import current_station
from bangfu.kernel.text import kept
from shared_apps.accounts.models import Membership
from shared_apps.accounts.roles import capabilities_of
from shared_apps.audit.services import record
from shared_apps.notifications.services import notify
from shared_apps.printing.models import Download, DownloadKind, DownloadState
from tenant_apps.documents.errors import DownloadNotReady, DownloadWorking, NothingToPrint
from tenant_apps.documents.selectors import downloads_here, downloads_unfinished, get_download
from tenant_apps.documents.services.archives import archive

KEPT = timedelta(days=7)
LEFT_ALONE = timedelta(minutes=10)
"""A worker that has not been seen for so long is dead, and another begins anew."""
MOST_ATTEMPTS = 3
WAITED_FOR = timedelta(seconds=20)
"""Who waited longer than that for a file has gone on to other things, and is told."""
SITTING_SECONDS = 120.0
"""After so long a worker leaves the further steps of a download to the next one."""
TASK = "documents.make"
ARCHIVE = "application/zip"
_READY = gettext_lazy("“%(title)s”已生成，请在 %(days)s 天内下载。")
_NOT_MADE = gettext_lazy("多次尝试没有完成，请缩小范围重试，或联系管理员。")
_LEFT_STATION = gettext_lazy("申请人已不在本站任职，未生成。")


class _Overtaken(Exception):
    """Another worker took this one for dead and went on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a producer made: a whole file, or one step of it."""

    data: bytes
    file_name: str
    content_type: str


Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Producer:
    """Who makes downloads of a kind.

    ``make`` takes the wish, who asked, the time, where to tell how far it is, and how many rows are made
    already. Where it makes ``rows_a_step`` at a time, each step is kept as a part in its own
    transaction; None is a step that left nothing to keep.
    """

    make: Callable[[Mapping[str, Any], Actor, datetime, Progress, int], Made | None]
    rows_a_step: Callable[[Mapping[str, Any]], int] | None = None


@transaction.atomic
def ask_for(
    kind: DownloadKind,
    *,
    title: Text,
    wish: Mapping[str, Any],
    total: int,
    in_clear: bool,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Download:
    """Note what somebody wants and ring for a worker. The calling service has checked who may."""
    station = current_station()
    download = Download.objects.create(
        station_id=station.id,
        kind=kind,
        title=kept(title)[:120],
        wish=json.dumps(dict(wish), ensure_ascii=False),
        total=total,
        in_clear=in_clear,
        reason=reason,
        asked_by_id=actor.user_id or 0,
        asked_by=actor.name,
        asked_at=now,
    )
    record(
        event="download.asked",
        actor=actor,
        subject=("download", download.pk),
        data={"kind": str(kind), "rows": total, "in_clear": in_clear, "reason": reason},
        now=now,
    )
    transaction.on_commit(lambda: doorbell.ring(TASK, station.id, str(download.pk)))
    return download


def make_download(download_id: UUID, *, producers: Mapping[str, Producer], now: datetime) -> bool:
    """Make what was asked for, unless another worker is at it; say whether it was made here.

    Safe to run again after a crash: nothing of it shows until it is whole, and steps that were kept are
    not made again. What takes longer than ``SITTING_SECONDS`` is left to the next worker, who is rung for.
    """
    download = _claimed(download_id, now=now)
    if download is None:
        return False
    actor = _asker(download)
    if actor is None:
        _fail(download, kept(_LEFT_STATION), now=now)
        return False
    try:
        return _made(download, producers[download.kind], actor=actor, now=now)
    except DomainError as refusal:
        _fail(download, str(refusal), now=now)
    except _Overtaken:
        pass
    return False


def _made(download: Download, producer: Producer, *, actor: Actor, now: datetime) -> bool:
    wish = json.loads(download.wish.reveal())
    step = producer.rows_a_step(wish) if producer.rows_a_step else 0

    def progress(done: int) -> None:
        downloads_here().filter(pk=download.pk).update(done=done, worked_at=now)

    started = time.monotonic()
    while True:
        with transaction.atomic() if step else nullcontext():
            made = producer.make(wish, actor, now, progress, download.done if step else 0)
            _keep(download, made, rows=step or download.total, now=now)
        if download.done >= download.total:
            _finish(download, actor=actor, now=now)
            return True
        if time.monotonic() - started > SITTING_SECONDS:
            downloads_here().filter(pk=download.pk).update(state=DownloadState.WAITING)
            doorbell.ring(TASK, current_station().id, str(download.pk))
            return False


@transaction.atomic
def fetch_download(
    download_id: UUID, *, actor: Actor, now: datetime
) -> tuple[Download, Iterator[bytes]]:
    """Give what was made to who asked for it, piece by piece; the audit chain notes each time.

    Raises:
        NotFound: there is none of the actor's own.
        DownloadNotReady: it is not there.
        Unsealable: the file was altered on disk; from the second piece on, while it is read.
    """
    download = get_download(download_id, actor=actor)
    if download.state != DownloadState.READY or (download.expires_at or now) <= now:
        raise DownloadNotReady
    downloads_here().filter(pk=download.pk).update(fetched=F("fetched") + 1)
    record(
        event="download.fetched",
        actor=actor,
        subject=("download", download.pk),
        data={"digest": bytes(download.digest or b"").hex(), "in_clear": download.in_clear},
        now=now,
    )
    return download, _content(download)


@transaction.atomic
def remove_download(download_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Remove a file from the download centre; its row stays.

    Raises:
        NotFound: there is none of the actor's own.
        DownloadWorking: a worker is making it.
    """
    get_download(download_id, actor=actor)
    download = downloads_here().select_for_update().get(pk=download_id)
    if download.state == DownloadState.WORKING:
        raise DownloadWorking
    _clear(download, now=now)
    record(event="download.removed", actor=actor, subject=("download", download.pk), now=now)


def expire_downloads(*, now: datetime) -> int:
    """Remove what nobody fetched in time, and give up what failed too often; say how many."""
    over = Q(state=DownloadState.READY, expires_at__lte=now)
    hopeless = Q(
        state=DownloadState.WORKING, attempts__gte=MOST_ATTEMPTS, worked_at__lt=now - LEFT_ALONE
    )
    count = 0
    for download in downloads_here().filter(over | hopeless).order_by("pk"):
        if download.state == DownloadState.WORKING:
            _fail(download, kept(_NOT_MADE), now=now)
        else:
            _clear(download, now=now)
        count += 1
    return count


def ring_for_unfinished(*, now: datetime) -> int:
    """Ring again for what waits, so that a lost bell or a killed worker costs minutes only."""
    station = current_station()
    waiting = downloads_unfinished(quiet_since=now - LEFT_ALONE)
    for download in waiting:
        doorbell.ring(TASK, station.id, str(download.pk))
    return len(waiting)


def _claimed(download_id: UUID, *, now: datetime) -> Download | None:
    free = Q(state=DownloadState.WAITING) | Q(
        state=DownloadState.WORKING, worked_at__lt=now - LEFT_ALONE
    )
    taken = (
        downloads_here()
        .filter(free, pk=download_id, attempts__lt=MOST_ATTEMPTS)
        .update(state=DownloadState.WORKING, worked_at=now, attempts=F("attempts") + 1)
    )
    return downloads_here().get(pk=download_id) if taken else None


def _asker(download: Download) -> Actor | None:
    station = current_station()
    membership = Membership.objects.filter(
        user_id=download.asked_by_id, station_id=station.id, ended_at__isnull=True
    ).first()
    if membership is None:
        return None
    return Actor(
        user_id=download.asked_by_id,
        name=download.asked_by,
        station=station,
        roles=frozenset(membership.roles),
        capabilities=capabilities_of(membership.roles),
    )


@transaction.atomic
def _keep(download: Download, made: Made | None, *, rows: int, now: datetime) -> None:
    """Seal a step on the disk and note it; a step that was kept forgives the attempts before it."""
    row = downloads_here().select_for_update().only("state", "parts").get(pk=download.pk)
    if row.state != DownloadState.WORKING or len(row.parts) != len(download.parts):
        raise _Overtaken
    if made is not None:
        path = f"{current_station().schema}/downloads/{secrets.token_hex(16)}"
        _write(path, seal_bytes(made.data, place=_place(download, len(download.parts))))
        part = {
            "path": path,
            "name": made.file_name,
            "type": made.content_type,
            "size": len(made.data),
            "digest": sm3(made.data).hex(),
        }
        download.parts = [*download.parts, part]
    download.done = min(download.done + rows, download.total)
    download.attempts = 0
    download.worked_at = now
    download.save(update_fields=["parts", "done", "attempts", "worked_at"])


@transaction.atomic
def _finish(download: Download, *, actor: Actor, now: datetime) -> None:
    """Let who asked fetch what is whole: its one part, or an archive of all.

    Raises:
        NothingToPrint: no step left anything.
    """
    if not download.parts:
        raise NothingToPrint
    first = download.parts[0]
    if len(download.parts) == 1:
        download.file_name, download.content_type = first["name"][:120], first["type"]
        download.size, download.digest = first["size"], bytes.fromhex(first["digest"])
    else:
        whole, size = Digest(), 0
        for piece in _content(download):
            whole.add(piece)
            size += len(piece)
        stem = f"{download.kind}-{download.asked_at.astimezone(clock.LOCAL):%Y%m%d-%H%M}"
        download.file_name, download.content_type = f"{stem}.zip", ARCHIVE
        download.size, download.digest = size, whole.value()
    download.state = DownloadState.READY
    download.ended_at = now
    download.expires_at = now + KEPT
    download.save()
    record(
        event="download.made",
        actor=actor,
        subject=("download", download.pk),
        data={"digest": download.digest_text, "size": download.size},
        now=now,
    )
    if now - download.asked_at < WAITED_FOR:
        return
    notify(
        station_id=current_station().id,
        user_ids=[download.asked_by_id],
        kind="download.ready",
        title=_READY,
        body="",
        params={"title": download.title, "days": KEPT.days},
        link=f"/s/{current_station().code}/documents/downloads/",
        now=now,
    )


@transaction.atomic
def _fail(download: Download, problem: str, *, now: datetime) -> None:
    _clear(download, now=now)
    download.state, download.problem = DownloadState.FAILED, problem[:300]
    download.save(update_fields=["state", "problem"])


def _clear(download: Download, *, now: datetime) -> None:
    paths = [Path(settings.MEDIA_ROOT) / one.path for one in _stored(download)]
    download.parts = []
    download.state = DownloadState.GONE
    download.ended_at = download.ended_at or now
    download.save(update_fields=["parts", "state", "ended_at"])

    def remove() -> None:
        for path in paths:
            path.unlink(missing_ok=True)

    transaction.on_commit(remove)


def stored_downloads() -> Iterator[StoredFile]:
    """Every download of the station in force as it lies sealed on the disk, part by part."""
    for download in downloads_here().exclude(parts=[]).only("id", "parts").iterator():
        yield from _stored(download)


def _stored(download: Download) -> list[StoredFile]:
    return [
        StoredFile(path=part["path"], place=_place(download, place))
        for place, part in enumerate(download.parts)
    ]


def _content(download: Download) -> Iterator[bytes]:
    """What was made, as it is handed out; the first piece is read at once."""
    parts = _opened(download)
    first = next(parts)
    if len(download.parts) == 1:
        return iter([first[1]])
    return archive(chain([first], parts), made_at=download.asked_at)


def _opened(download: Download) -> Iterator[tuple[str, bytes]]:
    for part, stored in zip(download.parts, _stored(download), strict=True):
        sealed = (Path(settings.MEDIA_ROOT) / stored.path).read_bytes()
        yield part["name"], unseal_bytes(sealed, place=stored.place)


def _place(download: Download, place: int) -> str:
    return f"documents.download.{download.pk}.{place}"


def _write(path: str, sealed: bytes) -> None:
    target = Path(settings.MEDIA_ROOT) / path
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
