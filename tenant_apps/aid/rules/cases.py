"""What is known of a case when it is judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One grant to the same household before, or one that is under way: it counts against the caps.

    ``same_person`` says that it was for the student or person of this case.
    """

    programme: str
    aid: str
    on: date
    amount_fen: int
    same_person: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One application as the rules see it: no name, only what counts.

    ``file_state`` is empty for a person outside the files, whose ``outside`` is the warmth group. ``line_fen`` is the
    local line a month, ``living_months`` how many of them the rule grants this level and tier. ``papers`` are the kinds
    of paper that are there. ``loss_fen`` is what was lost, after compensation, insurance and other aid.
    """

    on: date
    programme: str
    aid: str
    asked_fen: int
    file_state: str = ""
    outside: str = ""
    tier: str = ""
    level: str = ""
    groups: tuple[str, ...] = ()
    stage: str = ""
    loss_kind: str = ""
    loss_fen: int | None = None
    self_paid_fen: int | None = None
    line_fen: int = 0
    living_months: int = 0
    papers: frozenset[str] = frozenset()
    is_urgent: bool = False
    past: tuple[Past, ...] = ()
