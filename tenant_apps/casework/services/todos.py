"""What waits for whom."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Min, QuerySet

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, NotFound, Text
from bangfu.kernel.text import kept
from tenant_apps.casework.models import Clock, Event, Todo
from tenant_apps.casework.subjects import Subject


@transaction.atomic(savepoint=False)
def open_todo(
    *,
    subject: Subject,
    kind: str,
    capability: str,
    title: Text,
    now: datetime,
    link: str = "",
    params: Mapping[str, str | int] | None = None,
    due_on: date | None = None,
    is_closed_by_hand: bool = False,
    not_for: Iterable[int | None] = (),
) -> Todo:
    """Let something wait for whoever holds a capability; what waits already is brought up to date.

    Without ``due_on`` the earliest running deadline of the record is shown. ``is_closed_by_hand``
    is for what no later act of the record closes by itself. ``not_for`` are users who hold the capability
    and may not do it all the same: they made what is to be checked. Nobody (None) among them is passed over.
    """
    says = {
        "capability": capability,
        "not_for": sorted({user_id for user_id in not_for if user_id is not None}),
        "title": kept(title),
        "params": dict(params or {}),
        "link": link,
        "due_on": due_on or _earliest_deadline(subject),
        "is_closed_by_hand": is_closed_by_hand,
    }
    place = {"subject_kind": subject[0], "subject_id": subject[1], "kind": kind, "closed_at": None}
    todo = _brought_up_to_date(place, says) or _opened(place, says, now=now)
    # A deadline that names nobody concerns whoever the record waits for.
    _running_clocks(subject).filter(capability="").update(capability=capability)
    return todo


@transaction.atomic(savepoint=False)
def close_todos(
    *, subject: Subject, now: datetime, kind: str = "", actor: Actor | None = None
) -> int:
    """Note that what waited on a record is done; all kinds when none is named.

    Without an actor, whoever acted on the record at this very moment is named as the one who did
    it. Returns how many were open.
    """
    waiting = Todo.objects.filter(
        subject_kind=subject[0], subject_id=subject[1], closed_at__isnull=True
    )
    if kind:
        waiting = waiting.filter(kind=kind)
    closed_by = _doer(subject, actor=actor, now=now)
    return waiting.update(closed_at=now, closed_by_id=closed_by[0], closed_by_name=closed_by[1])


@transaction.atomic
def close_by_hand(todo_id: UUID, *, actor: Actor, now: datetime) -> Todo:
    """Note that something that only needed to be known, or was done elsewhere, is done.

    Raises:
        NotFound: it does not exist, or waits for others.
        IllegalMove: it is closed by an act on its record, or somebody closed it already.
    """
    todo = Todo.objects.select_for_update().filter(pk=todo_id).first()
    if todo is None or not actor.may(todo.capability):
        raise NotFound
    if todo.closed_at is not None or not todo.is_closed_by_hand:
        raise IllegalMove
    todo.closed_at = now
    todo.closed_by_id = actor.user_id
    todo.closed_by_name = actor.name
    todo.save(update_fields=["closed_at", "closed_by_id", "closed_by_name"])
    return todo


def _brought_up_to_date(place: Mapping[str, Any], says: Mapping[str, Any]) -> Todo | None:
    todo = Todo.objects.select_for_update().filter(**place).first()
    if todo is not None:
        for name, value in says.items():
            setattr(todo, name, value)
        todo.save(update_fields=list(says))
    return todo


def _opened(place: Mapping[str, Any], says: Mapping[str, Any], *, now: datetime) -> Todo:
    try:
        with transaction.atomic():
            return Todo.objects.create(**place, **says, opened_at=now)
    except IntegrityError:
        # Somebody opened it at the same moment.
        todo = _brought_up_to_date(place, says)
        if todo is None:
            raise
        return todo


def _running_clocks(subject: Subject) -> QuerySet[Clock]:
    return Clock.objects.filter(
        subject_kind=subject[0], subject_id=subject[1], stopped_at__isnull=True
    )


def _earliest_deadline(subject: Subject) -> date | None:
    earliest: date | None = _running_clocks(subject).aggregate(earliest=Min("due_on"))["earliest"]
    return earliest


def _doer(subject: Subject, *, actor: Actor | None, now: datetime) -> tuple[int | None, str]:
    if actor is not None:
        return actor.user_id, actor.name
    act = (
        Event.objects.filter(subject_kind=subject[0], subject_id=subject[1], at=now)
        .order_by("-id")
        .first()
    )
    return (act.actor_id, act.actor_name) if act else (None, "")
