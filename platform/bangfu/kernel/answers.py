"""Answers to writes that may come twice: kept with the act, so that a repeat acts once.

Where they are kept is told by an app, once in a process: the kernel has no tables of its own.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

# For how long an answer is kept at least; it is deleted within a day after that.
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a write was answered: the digest of what was asked, the status, and the body as JSON, or nothing."""

    asked: bytes
    status: int
    body: str


class Answers(Protocol):
    """Where answers are kept; both calls run in the transaction of the act."""

    def find(self, place: UUID, *, since: datetime | None = None) -> Answer | None:
        """Return the answer at this place, if there is one that is not older than ``since``."""

    def keep(self, place: UUID, answer: Answer) -> None:
        """Keep an answer; it stands when the transaction does."""


class _Kept:
    answers: Answers | None = None


def keep_answers_in(answers: Answers) -> None:
    """Name where answers are kept."""
    _Kept.answers = answers


def kept_answers() -> Answers:
    """Return where answers are kept.

    Raises:
        LookupError: no app has told.
    """
    if _Kept.answers is None:
        raise LookupError("no app keeps the answers to repeated writes")
    return _Kept.answers
