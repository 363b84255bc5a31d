"""The sealed files on the disk of a station, sealed anew, and what one round did."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from bangfu.kernel.crypto import Unsealable, is_sealed, is_stale, resealed, stored_files


@dataclass(slots=True)
class Tally:
    """What one round did: values sealed anew, those left stale, those among them that open with no key."""

    resealed: int = 0
    left: int = 0
    unreadable: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.resealed + other.resealed,
            self.left + other.left,
            self.unreadable + other.unreadable,
        )


def reseal_files() -> Tally:
    """Seal the files of the station in force anew that are stale."""
    tally = Tally()
    root = Path(settings.MEDIA_ROOT)
    for stored in stored_files():
        path = root / stored.path
        try:
            value = path.read_bytes()
            fresh = resealed(value, place=stored.place)
        except (OSError, Unsealable):
            tally.unreadable += 1
            continue
        if fresh is not value:
            _exchange(path, fresh)
            tally.resealed += 1
    return tally


def _exchange(path: Path, content: bytes) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def stale_files(schema: str) -> Iterator[Path]:
    """Find the files of a station that are not under the current key."""
    for path in sorted((Path(settings.MEDIA_ROOT) / schema).rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                head = file.read(300)
            if is_sealed(head) and is_stale(head):
                yield path
