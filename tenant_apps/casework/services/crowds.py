"""Deadlines and to-dos of many records at once: the rows the services of one record would write one by one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import Text
from bangfu.kernel.ids import uuid7
from bangfu.kernel.text import kept
from shared_apps.policies.selectors import Rule
from tenant_apps.casework.models import Clock, Todo
from tenant_apps.casework.services.clocks import start_clock, stop_clock
from tenant_apps.casework.subjects import Subject

_ROWS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiter:
    """One of many records of a kind: its key, what a parent sees of it, its page, the places of its title."""

    id: UUID
    reference: str
    link: str
    params: Mapping[str, str | int] = field(default_factory=dict)


@transaction.atomic(savepoint=False)
def start_clocks(
    waiters: Sequence[Waiter],
    *,
    subject_kind: str,
    kind: str,
    rule: Rule,
    capability: str,
    now: datetime,
) -> date | None:
    """Start the same deadline for many records of a kind; return its last day.

    As ``start_clock`` with a capability. Each must have no to-do yet that shows an earlier deadline.
    """
    if not waiters:
        return None
    end_clocks([one.id for one in waiters], subject_kind=subject_kind, kind=kind, now=now)
    first = start_clock(
        subject=(subject_kind, waiters[0].id), kind=kind, working_days=rule.value, rule=rule,
        capability=capability, reference=waiters[0].reference, link=waiters[0].link, now=now,
    )  # fmt: skip
    alike = {
        one.attname: getattr(first, one.attname)
        for one in Clock._meta.concrete_fields
        if one.attname not in {"id", "subject_id", "reference", "link"}
    }
    Clock.objects.bulk_create(
        (
            Clock(**alike, id=uuid7(), subject_id=one.id, reference=one.reference, link=one.link)
            for one in waiters[1:]
        ),
        batch_size=_ROWS_AT_ONCE,
    )
    return first.due_on


@transaction.atomic(savepoint=False)
def end_clocks(
    record_ids: Collection[UUID], *, subject_kind: str, kind: str, now: datetime
) -> None:
    """Stop a deadline of many records; those that were missed are told to the parent one by one."""
    running = Clock.objects.filter(
        subject_kind=subject_kind, subject_id__in=record_ids, kind=kind, stopped_at__isnull=True
    )
    missed = running.filter(overdue_at__isnull=False).values_list("subject_id", flat=True)
    for record_id in list(missed):
        stop_clock(subject=(subject_kind, record_id), kind=kind, now=now)
    running.update(stopped_at=now)


@transaction.atomic(savepoint=False)
def open_todos(
    waiters: Sequence[Waiter],
    *,
    subject_kind: str,
    kind: str,
    capability: str,
    title: Text,
    due_on: date | None,
    now: datetime,
) -> None:
    """Let many records wait for whoever holds a capability; one that waits already stays as it is."""
    Todo.objects.bulk_create(
        (
            Todo(
                subject_kind=subject_kind,
                subject_id=one.id,
                kind=kind,
                capability=capability,
                title=kept(title),
                params=dict(one.params),
                link=one.link,
                due_on=due_on,
                opened_at=now,
            )
            for one in waiters
        ),
        batch_size=_ROWS_AT_ONCE,
        ignore_conflicts=True,
    )


@transaction.atomic(savepoint=False)
def end_todos(subjects: Sequence[Subject], *, kind: str, actor: Actor, now: datetime) -> int:
    """Note that what waited on many records of one kind is done; return how many were open."""
    if not subjects:
        return 0
    return Todo.objects.filter(
        subject_kind=subjects[0][0],
        subject_id__in=[record_id for _kind, record_id in subjects],
        kind=kind,
        closed_at__isnull=True,
    ).update(closed_at=now, closed_by_id=actor.user_id, closed_by_name=actor.name)
