"""How long a notice runs: its working days, without those for which an objection held it.

Counted anew from what happened, it says the same as when it was kept, unless the calendar changed since.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bangfu.kernel.workdays import WorkCalendar, add_working_days, working_days_left


@dataclass(frozen=True, slots=True)
class Held:
    """A time in which the days stood still: from the first objection to its answer, if there is one."""

    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Count:
    """The last day of a notice; while it is held, how many days are left of it."""

    due_on: date
    days_left: int | None


def count(
    *, published_on: date, working_days: int, held: Iterable[Held], calendar: WorkCalendar
) -> Count:
    """Count the last day of a notice from its publication and from what held it, in their order.

    Source: domain NR11: five working days, counted from the day after; an objection lets them stand still.
    """
    due = add_working_days(published_on, working_days, calendar)
    for pause in held:
        left = max(1, working_days_left(pause.since, due, calendar))
        if pause.until is None:
            return Count(due, left)
        due = add_working_days(pause.until, left, calendar)
    return Count(due, None)
