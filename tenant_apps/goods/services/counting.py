"""What two people do: count the store against the book, throw away, give back to the donor."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotPermitted, Problem, refuse
from shared_apps.audit.services import record
from tenant_apps.casework.models import Todo
from tenant_apps.casework.services import close_todos, open_todo
from tenant_apps.goods.errors import CheckDecided, ChecksWaiting, NotDonated, OwnCheck
from tenant_apps.goods.links import page_link
from tenant_apps.goods.models import COUNTABLE, Lot, MoveKind, Movement, Place
from tenant_apps.goods.rules import (
    MOST_MILLI,
    quantity_problems,
    quantity_text,
    reason_problems,
)
from tenant_apps.goods.selectors import (
    COUNT_DUE,
    COUNT_WAITS,
    LOT,
    RETURN_WAITS,
    SCRAP_WAITS,
    lots_due_for_count,
    waiting_checks,
)
from tenant_apps.goods.services.intake import KEEPS
from tenant_apps.goods.services.moving import check_there, locked_lot, move

CHECKS = "goods.check"
DONATED = ("donation", "staff")
_GONE_TO = {
    SCRAP_WAITS: (MoveKind.SCRAP, Place.SCRAPPED),
    RETURN_WAITS: (MoveKind.GIVE_BACK, Place.OUTSIDE),
}


@transaction.atomic
def propose_count(
    lot_id: UUID, *, place: str, counted_milli: int, reason: str, actor: Actor, now: datetime
) -> Todo:
    """Note how much was counted at a place; a second person confirms, and only then the book is adjusted.

    What moves between counting and confirming does no harm: the difference is taken against the book at the moment
    of counting.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: G101, G102; G103 no reason for a difference; G112 no place that is counted.
        ChecksWaiting: another count or scrapping of the lot waits.
    """
    actor.require(KEEPS)
    lot = locked_lot(lot_id)
    _check_place(place)
    book = lot.at(place)
    problems = [] if counted_milli == 0 else quantity_problems(counted_milli, lot.unit)
    if counted_milli < 0 or counted_milli > MOST_MILLI:
        problems = quantity_problems(-1, lot.unit)
    if counted_milli != book:
        problems += reason_problems(reason)
    refuse(problems)
    return _wait(
        lot, COUNT_WAITS, place, counted_milli, book, reason.strip() or _("账实相符"),
        actor=actor, now=now,
        title=gettext_noop("确认盘点：%(lot)s，账面 %(book)s，实盘 %(found)s"),
    )  # fmt: skip


@transaction.atomic
def propose_scrap(
    lot_id: UUID, *, place: str, quantity_milli: int, reason: str, actor: Actor, now: datetime
) -> Todo:
    """Ask that goods be thrown away: spoilt, past their last day, lost on the way. A second person confirms.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: G101, G102, G103 no reason; G112 no such place.
        NotThatMuch: there is not so much.
        ChecksWaiting: another count or scrapping of the lot waits.
    """
    actor.require(KEEPS)
    lot = locked_lot(lot_id)
    if place != Place.IN_TRANSIT:
        _check_place(place)
    refuse([*quantity_problems(quantity_milli, lot.unit), *reason_problems(reason)])
    check_there(lot, place, quantity_milli)
    return _wait(
        lot, SCRAP_WAITS, place, quantity_milli, lot.at(place), reason.strip(),
        actor=actor, now=now, title=gettext_noop("确认报废：%(lot)s，%(found)s"),
    )  # fmt: skip


@transaction.atomic
def propose_return(
    lot_id: UUID, *, place: str, quantity_milli: int, reason: str, actor: Actor, now: datetime
) -> Todo:
    """Ask that donated goods go back to their donor: what is neither given out nor kept back. A second person confirms.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: G101, G102, G103 no reason; G112 no such place.
        NotDonated: nobody gave them.
        NotThatMuch: there is not so much.
        ChecksWaiting: another count, scrapping or return of the lot waits.
    """
    actor.require(KEEPS)
    lot = locked_lot(lot_id)
    if not is_donated(lot):
        raise NotDonated(lot=lot.name)
    _check_place(place)
    refuse([*quantity_problems(quantity_milli, lot.unit), *reason_problems(reason)])
    check_there(lot, place, quantity_milli)
    return _wait(
        lot, RETURN_WAITS, place, quantity_milli, lot.at(place), reason.strip(),
        actor=actor, now=now, title=gettext_noop("确认退还捐赠人：%(lot)s，%(found)s"),
    )  # fmt: skip


def is_donated(lot: Lot) -> bool:
    """Whether somebody gave these goods, so that they can go back."""
    return lot.origin in DONATED


@transaction.atomic
def confirm_check(todo_id: UUID, *, actor: Actor, now: datetime) -> Movement:
    """Agree, as the second person, with what was counted, or is to be thrown away or given back; enter it in the book.

    Raises:
        NotPermitted: the actor may not.
        OwnCheck: the actor counted.
        CheckDecided: it was decided.
        NotThatMuch: the goods are not there any more.
    """
    actor.require(CHECKS)
    todo = _locked(todo_id)
    said = todo.params
    if actor.user_id is None or actor.user_id == int(said["user"]):
        raise OwnCheck if actor.user_id else NotPermitted
    lot = locked_lot(todo.subject_id)
    place, amount = str(said["place"]), int(said["milli"])
    two: dict[str, Any] = {
        "by_id": int(said["user"]),
        "by_name": str(said["name"]),
        "second_id": actor.user_id,
        "second_name": actor.name,
        "reason": str(said["reason"]),
    }
    if todo.kind in _GONE_TO:
        kind, gone_to = _GONE_TO[todo.kind]
        movement = move(lot, kind, place, gone_to, amount, actor=actor, now=now, **two)
    else:
        more = amount - int(said["book_milli"])
        source, target = (Place.ADJUSTED, place) if more > 0 else (place, Place.ADJUSTED)
        movement = move(lot, MoveKind.COUNT, source, target, abs(more), actor=actor, now=now, **two)
    close_todos(subject=(LOT, lot.pk), kind=todo.kind, actor=actor, now=now)
    if todo.kind == COUNT_WAITS:
        close_todos(subject=(LOT, lot.pk), kind=COUNT_DUE, actor=actor, now=now)
    return movement


@transaction.atomic
def return_check(todo_id: UUID, *, reason: str, actor: Actor, now: datetime) -> None:
    """Do not agree, with a reason; whoever counted takes it back without one.

    Raises:
        NotPermitted: the actor neither counted nor may check.
        InvalidInput: G103 a second person gives no reason.
        CheckDecided: it was decided.
    """
    todo = _locked(todo_id)
    is_own = actor.user_id is not None and actor.user_id == int(todo.params["user"])
    if not is_own:
        actor.require(CHECKS)
        refuse(reason_problems(reason))
    close_todos(subject=(LOT, todo.subject_id), kind=todo.kind, actor=actor, now=now)
    record(
        event="goods.check_withdrawn" if is_own else "goods.check_returned",
        actor=actor,
        subject=(LOT, todo.subject_id),
        data={"kind": todo.kind, "reason": reason.strip(), "maker": int(todo.params["user"])},
        now=now,
    )


@transaction.atomic
def ask_for_counts(*, now: datetime) -> int:
    """Let the lots wait to be counted that nobody counted for a quarter; return how many are due.

    One to-do a lot, closed by its count.
    """
    today = clock.local_day(now)
    due = lots_due_for_count(on=today)
    for lot in due:
        open_todo(
            subject=(LOT, lot.pk),
            kind=COUNT_DUE,
            capability=KEEPS,
            title=gettext_noop("季度盘点：%(lot)s，账面 %(book)s"),
            params={"lot": lot.name, "book": quantity_text(lot.on_hand_milli, lot.unit)},
            link=page_link("lot", lot.pk),
            now=now,
        )
    return len(due)


def _check_place(place: str) -> None:
    if place not in COUNTABLE:
        message = _("请选择盘点的位置。")
        refuse([Problem(code="G112", field="place", message=message)])


def _wait(
    lot: Lot,
    kind: str,
    place: str,
    amount_milli: int,
    book_milli: int,
    reason: str,
    *,
    title: str,
    actor: Actor,
    now: datetime,
) -> Todo:
    if actor.user_id is None:
        raise NotPermitted
    if waiting_checks(lot_id=lot.pk).exists():
        raise ChecksWaiting
    todo = open_todo(
        subject=(LOT, lot.pk),
        kind=kind,
        capability=CHECKS,
        not_for=[actor.user_id],
        title=title,
        params={
            "lot": lot.name,
            "place": place,
            "milli": amount_milli,
            "book_milli": book_milli,
            "found": quantity_text(amount_milli, lot.unit),
            "book": quantity_text(book_milli, lot.unit),
            "reason": reason,
            "user": actor.user_id,
            "name": actor.name,
        },
        link=page_link("lot", lot.pk),
        now=now,
    )
    record(
        event="goods.check_asked",
        actor=actor,
        subject=(LOT, lot.pk),
        data={"kind": kind, "place": place, "milli": amount_milli, "book_milli": book_milli},
        now=now,
    )
    return todo


def _locked(todo_id: UUID) -> Todo:
    todo = waiting_checks().select_for_update().filter(pk=todo_id).first()
    if todo is None:
        raise CheckDecided
    return todo
