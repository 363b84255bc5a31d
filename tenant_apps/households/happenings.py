"""What happens to a file, told to the apps that stand on this one.

An app that must act with a step - open a first visit, end a pairing, keep a paper - listens in its
``AppConfig.ready``. Listeners run inside the station and the transaction of the step: what they write
commits with it, and what they raise undoes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from bangfu.kernel.actors import Actor
from tenant_apps.households.models import HouseholdFile


class FileStep(StrEnum):
    """The steps that others may act on."""

    APPROVED = "approved"
    REFUSED = "refused"
    RECHECKED = "rechecked"
    TIER_CHANGED = "tier_changed"
    EVENT_REPORTED = "event_reported"
    EXITED = "exited"
    MOVED_OUT = "moved_out"
    MOVED_IN = "moved_in"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One step of one file, as it has just been written.

    ``data`` says more where a step has more to say: ``exit_kind``, the event reported (``kind``,
    ``person``), the tier before and after.
    """

    step: FileStep
    file: HouseholdFile
    on: date
    data: Mapping[str, Any] = field(default_factory=dict)


class Listener(Protocol):
    """What an app does when something happens to a file."""

    def __call__(self, happening: Happening, *, actor: Actor, now: datetime) -> None: ...


_listeners: dict[FileStep, list[Listener]] = {}


def listen(step: FileStep, listener: Listener) -> None:
    """Let ``listener`` act with a step; the same listener is heard once."""
    heard = _listeners.setdefault(step, [])
    if listener not in heard:
        heard.append(listener)


def tell(happening: Happening, *, actor: Actor, now: datetime) -> None:
    """Let everyone act who listens to this step, in the order they began to."""
    for listener in _listeners.get(happening.step, []):
        listener(happening, actor=actor, now=now)
