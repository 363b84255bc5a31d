"""Goods come in: announced, received, made ready for the shelf."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, Problem, refuse
from tenant_apps.goods.errors import NotDisinfected
from tenant_apps.goods.models import ROUTES, Lot, MoveKind, Movement, Place
from tenant_apps.goods.rules import (
    LotDetails,
    lot_problems,
    quantity_problems,
    reason_problems,
)
from tenant_apps.goods.services.moving import locked_lot, move

KEEPS = "goods.keep"
STAGES = (MoveKind.QUARANTINE, MoveKind.DISINFECT, MoveKind.SORT)


@transaction.atomic
def take_in_goods(
    details: LotDetails,
    *,
    quantity_milli: int,
    is_announced: bool = False,
    actor: Actor,
    now: datetime,
) -> Lot:
    """Open a lot: goods that were promised (拟捐), or that are here and are entered in the book (入库登记).

    Raises:
        NotPermitted: the actor may not.
        InvalidInput: G101-G109, as ``lot_problems`` and ``quantity_problems``.
    """
    actor.require(KEEPS)
    today = clock.local_day(now)
    problems = lot_problems(details, on=today)
    problems += quantity_problems(quantity_milli, details.unit)
    if details.origin == "station":
        message = _("其他站点调拨的物资由对方调出后自动到达，不在这里登记。")
        problems.append(Problem(code="G105", field="origin", message=message))
    refuse(problems)
    lot = open_lot(details, opened_on=today)
    lot.save(force_insert=True)
    kind, target = (
        (MoveKind.ANNOUNCE, Place.ANNOUNCED) if is_announced else (MoveKind.RECEIVE, Place.RECEIVED)
    )
    move(lot, kind, Place.OUTSIDE, target, quantity_milli, actor=actor, now=now)
    return lot


@transaction.atomic
def receive_announced(lot_id: UUID, *, quantity_milli: int, actor: Actor, now: datetime) -> Lot:
    """Enter goods that were promised and are here now, or a part of them.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: they come from another station; ``receive_transfer`` takes them in.
        InvalidInput: G101, G102.
        NotThatMuch: not so much was promised.
    """
    actor.require(KEEPS)
    lot = locked_lot(lot_id)
    if lot.transfer_id is not None:
        raise IllegalMove
    refuse(quantity_problems(quantity_milli, lot.unit))
    move(
        lot, MoveKind.RECEIVE, Place.ANNOUNCED, Place.RECEIVED, quantity_milli,
        actor=actor, now=now,
    )  # fmt: skip
    return lot


@transaction.atomic
def cancel_announced(lot_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Lot:
    """Note that what was promised and has not come will not come.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: nothing is waited for, or it comes from another station.
        InvalidInput: G103 no reason.
    """
    actor.require(KEEPS)
    lot = locked_lot(lot_id)
    refuse(reason_problems(reason))
    if lot.transfer_id is not None or not lot.announced_milli:
        raise IllegalMove
    move(
        lot, MoveKind.CANCEL, Place.ANNOUNCED, Place.OUTSIDE, lot.announced_milli,
        reason=reason.strip(), actor=actor, now=now,
    )  # fmt: skip
    return lot


@transaction.atomic
def bring_on(
    lot_id: UUID, *, kind: str, quantity_milli: int, actor: Actor, now: datetime
) -> Movement:
    """Take goods a stage further: to disinfection, out of it, onto the shelf.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: G101, G102.
        IllegalMove: that is no stage, or these goods do not go through it.
        NotDisinfected: they are to be disinfected first.
        NotThatMuch: there is not so much at the stage before.
    """
    actor.require(KEEPS)
    if kind not in STAGES:
        raise IllegalMove
    lot = locked_lot(lot_id)
    refuse(quantity_problems(quantity_milli, lot.unit))
    source, target = stage_of(lot, kind)
    return move(lot, MoveKind(kind), source, target, quantity_milli, actor=actor, now=now)


def stage_of(lot: Lot, kind: str) -> tuple[str, str]:
    """Return from where to where a stage takes these goods.

    Raises:
        IllegalMove: they do not go through it.
        NotDisinfected: they are to be disinfected first.
    """
    if kind != MoveKind.SORT:
        if not lot.needs_disinfection:
            raise IllegalMove
        return ROUTES[kind][0]
    if not lot.needs_disinfection:
        return Place.RECEIVED, Place.SORTED
    if not lot.disinfected_milli:
        raise NotDisinfected(lot=lot.name)
    return Place.DISINFECTED, Place.SORTED


def open_lot(details: LotDetails, *, opened_on: date) -> Lot:
    """Return a lot of these goods, unsaved and empty."""
    return Lot(
        name=details.name.strip(),
        kind=details.kind,
        unit=details.unit,
        unit_value_fen=details.unit_value_fen,
        origin=details.origin,
        donor=details.donor.strip(),
        is_anonymous=details.is_anonymous,
        expires_on=details.expires_on,
        needs_disinfection=details.needs_disinfection,
        season_limit_milli=details.season_limit_milli,
        shelf=details.shelf.strip(),
        note=details.note.strip(),
        opened_on=opened_on,
    )


@transaction.atomic
def keep_lot(
    lot_id: UUID,
    *,
    shelf: str,
    note: str,
    season_limit_milli: int | None,
    actor: Actor,
    now: datetime,
) -> Lot:
    """Say where a lot stands and how much of it a household may have in a quarter; what it is never changes.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: G109 a limit of nothing.
    """
    actor.require(KEEPS)
    lot = locked_lot(lot_id)
    if season_limit_milli is not None:
        refuse(quantity_problems(season_limit_milli, lot.unit, field="season_limit"))
    lot.shelf, lot.note = shelf.strip()[:40], note.strip()[:200]
    lot.season_limit_milli = season_limit_milli
    lot.save(update_fields=["shelf", "note", "season_limit_milli"])
    del now
    return lot
