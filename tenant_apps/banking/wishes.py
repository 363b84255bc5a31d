"""What people want done about a line: ``Line.wish`` keeps it, also after a second person agreed."""

from __future__ import annotations

from enum import StrEnum

from shared_apps.bankfiles.models import Line, LineState


class Act(StrEnum):
    """What a wish asks; none is a pair that a pass found."""

    MATCH = "match"
    JOURNAL = "journal"
    BACK = "back"
    PART = "part"
    UNDO = "undo"


def act_of(line: Line) -> str:
    """Return what is asked for a line, or was done about it; empty where a pass paired it."""
    return str(line.wish.get("act", ""))


def is_going_back(line: Line) -> bool:
    """Whether two people agreed to send a receipt back; the bank has not paid it yet."""
    return line.state == LineState.HELD and act_of(line) == Act.BACK


def is_part(line: Line) -> bool:
    """Whether a receipt is held as part of an expectation whose rest has not come."""
    return line.state == LineState.HELD and act_of(line) == Act.PART
