"""What a household is asked at its door, besides what the visitors find out; apps above ask it.

An app that needs a word of a household declares itself in its ``AppConfig.ready``. What it hears is
written inside the station and the transaction of the visit: it commits with it, or undoes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import Text
from tenant_apps.households.models import HouseholdFile, HouseholdVisit


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """One thing a household agreed to at its door, on the version of the text read out to it."""

    purpose: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One text to be read out at the door; ``why`` says why it is asked, where that has to be said."""

    purpose: str
    version: str
    title: Text
    text: Text
    why: Text = ""

    @property
    def answer(self) -> Agreed:
        """What is noted when the household agrees."""
        return Agreed(purpose=self.purpose, version=self.version)


class Asker(Protocol):
    """An app that asks households something at their door."""

    def questions(self, file: HouseholdFile) -> list[Question]:
        """Give what is still to be asked of a household."""
        ...

    def hear(
        self,
        file: HouseholdFile,
        visit: HouseholdVisit,
        agreed: Sequence[Agreed],
        *,
        actor: Actor,
        now: datetime,
    ) -> None:
        """Write what the household of a locked file agreed to; what was heard before is passed over."""
        ...


_askers: list[Asker] = []


def ask_at_visits(asker: Asker) -> None:
    """Let an app ask households at their door; only one asks."""
    _askers[:] = [asker]


def questions_for(file: HouseholdFile) -> list[Question]:
    """What is to be read out to a household at its door, in order."""
    return [question for asker in _askers for question in asker.questions(file)]


def hear_all(
    file: HouseholdFile,
    visit: HouseholdVisit,
    agreed: Sequence[Agreed],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Tell whoever asked what the household agreed to; nobody is told of nothing."""
    for asker in _askers if agreed else ():
        asker.hear(file, visit, agreed, actor=actor, now=now)
