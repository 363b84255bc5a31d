"""What the workbench and the lists of work show, made ready for a page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext, ngettext

from bangfu.kernel.actors import Actor
from bangfu.kernel.workdays import WorkCalendar, working_days_left
from tenant_apps.casework.models import Clock, Todo
from tenant_apps.casework.selectors import clock_label, todos_for_subjects

Tone = Literal["ok", "wait", "bad", "info", "mute"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """How much time is left, in words and colour."""

    text: str
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class TodoRow:
    """One thing that waits, or was done, as a list shows it."""

    todo: Todo
    due: Due | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRow:
    """One deadline that is near or missed, as a list shows it."""

    clock: Clock
    label: str
    matter: str
    link: str
    due: Due


def is_waited_for(counts: Mapping[str, int]) -> bool:
    """Say whether anything waits for the person, or is near or past its deadline."""
    return bool(counts["todo"] or counts["near"] or counts["overdue"])


def todo_rows(todos: Iterable[Todo], *, on: date, calendar: WorkCalendar) -> list[TodoRow]:
    """Return the rows of a list of to-dos with the time each has left."""
    return [
        TodoRow(todo=todo, due=_due(todo.due_on, on=on, calendar=calendar) if todo.due_on else None)
        for todo in todos
    ]


def deadline_rows(
    clocks: Iterable[Clock], *, actor: Actor, on: date, calendar: WorkCalendar
) -> list[DeadlineRow]:
    """Return the rows of a list of deadlines; matters the actor works on are named. Two queries at most."""
    listed = list(clocks)
    if not listed:
        return []
    matters = todos_for_subjects(
        actor, [(clock.subject_kind, clock.subject_id) for clock in listed]
    )
    rows = []
    for clock in listed:
        todo = matters.get((clock.subject_kind, clock.subject_id))
        rows.append(
            DeadlineRow(
                clock=clock,
                label=gettext(clock_label(clock.kind)),
                matter=todo.headline if todo else clock.reference,
                link=clock.link or (todo.link if todo else ""),
                due=_due(clock.due_on, on=on, calendar=calendar),
            )
        )
    return rows


def _due(due_on: date, *, on: date, calendar: WorkCalendar) -> Due:
    if due_on == on:
        return Due(text=gettext("今天到期"), tone="wait")
    left = working_days_left(on, due_on, calendar)
    if due_on < on:
        days = max(1, -left)
        text = ngettext("已逾期 %(days)s 个工作日", "已逾期 %(days)s 个工作日", days)
        return Due(text=text % {"days": days}, tone="bad")
    text = ngettext("剩 %(days)s 个工作日", "剩 %(days)s 个工作日", left)
    return Due(text=text % {"days": left}, tone="wait" if left <= 2 else "info")
