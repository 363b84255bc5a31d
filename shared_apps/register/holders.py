"""What the app that holds the files does for the register, inside a station.

The register knows hashes and keys of files only. The app of the files says once, in its
``AppConfig.ready``, how one of its files looks to its own station, and how something waits there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from bangfu.kernel.errors import Text


class NoHolder(RuntimeError):
    """No app of this product holds files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFace:
    """One file as its own station sees it in a comparison: masked, never more."""

    number: str
    link: str
    is_open: bool
    lines: tuple[tuple[Text, str], ...] = field(default_factory=tuple)


class Waiting(Protocol):
    """Lets something wait in the station in force."""

    def __call__(
        self,
        *,
        case_id: UUID,
        kind: str,
        capability: str,
        title: Text,
        params: Mapping[str, str | int],
        link: str,
        now: datetime,
    ) -> None: ...


class Done(Protocol):
    """Takes what waits for a case off the list; everything where no kind is named."""

    def __call__(self, *, case_id: UUID, kind: str = "", now: datetime) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """``face`` shows a file of the station in force, or None where it is not there any more."""

    face: Callable[[UUID], FileFace | None]
    wait: Waiting
    done: Done


_declared: list[Holder] = []


def declare_holder(holder: Holder) -> None:
    """Say which app holds the files; the last one said counts."""
    _declared[:] = [holder]


def holder() -> Holder:
    """Return what the app that holds the files does.

    Raises:
        NoHolder: none was declared.
    """
    if not _declared:
        raise NoHolder
    return _declared[0]
