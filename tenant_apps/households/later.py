"""Exports that take longer than an answer: an app above does them in the background.

That app says so once, in its ``AppConfig.ready``; this one never knows it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bangfu.kernel.actors import Actor
from tenant_apps.households.selectors import FileSearch


class Exporter(Protocol):
    """Has the files of a search exported; gives the name of the page that shows how far it is."""

    def __call__(
        self, search: FileSearch, *, in_clear: bool, reason: str, actor: Actor, now: datetime
    ) -> str: ...


_exporters: list[Exporter] = []


def export_later_by(exporter: Exporter) -> None:
    """Let ``exporter`` take the large exports over."""
    _exporters[:] = [exporter]


def export_later(
    search: FileSearch, *, in_clear: bool, reason: str, actor: Actor, now: datetime
) -> str:
    """Have a large export made in the background; return the name of the page to wait at.

    Raises:
        NotPermitted, InvalidInput: as for an export that is answered at once.
        LookupError: no app has taken this over.
    """
    if not _exporters:
        raise LookupError("no app exports files in the background")
    return _exporters[0](search, in_clear=in_clear, reason=reason, actor=actor, now=now)
