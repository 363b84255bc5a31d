"""The one way in which goods move: checked in words here, kept by the database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from shared_apps.audit.services import record
from shared_apps.rollup.services import record_facts
from tenant_apps.goods.errors import NotThatMuch
from tenant_apps.goods.indicators import facts_of_movement
from tenant_apps.goods.models import Lot, MoveKind, Movement, Place
from tenant_apps.goods.rules import quantity_text, value_of
from tenant_apps.goods.selectors import LOT


def locked_lot(lot_id: UUID) -> Lot:
    """Lock and return a lot of the station in force.

    Raises:
        NotFound: there is none.
    """
    lot: Lot | None = Lot.objects.select_for_update().filter(pk=lot_id).first()
    if lot is None:
        raise NotFound
    return lot


def check_there(lot: Lot, place: str, quantity_milli: int) -> None:
    """Return only if there is so much at a place.

    Raises:
        NotThatMuch: there is not.
    """
    if place not in {Place.OUTSIDE, Place.ADJUSTED} and lot.at(place) < quantity_milli:
        raise NotThatMuch(
            lot=lot.name,
            place=Place(place).label,
            there=quantity_text(lot.at(place), lot.unit),
            asked=quantity_text(quantity_milli, lot.unit),
        )


def move(
    lot: Lot,
    kind: MoveKind,
    source: str,
    target: str,
    quantity_milli: int,
    *,
    actor: Actor,
    now: datetime,
    undone: Movement | None = None,
    **more: Any,
) -> Movement:
    """Write one movement of a locked lot with its facts and its audit row; the lot comes back as it then is.

    Raises:
        NotThatMuch: there is not so much at the place it leaves.
    """
    check_there(lot, source, quantity_milli)
    movement = Movement(
        lot=lot,
        kind=kind,
        source=source,
        target=target,
        quantity_milli=quantity_milli,
        value_fen=value_of(quantity_milli, lot.unit_value_fen),
        moved_on=more.pop("moved_on", clock.local_day(now)),
        moved_at=now,
        by_id=more.pop("by_id", actor.user_id),
        by_name=more.pop("by_name", actor.name),
        **more,
    )
    movement.save(force_insert=True)
    lot.refresh_from_db()
    record_facts(facts_of_movement(movement, lot, undone=undone), now=now)
    record(
        event=f"goods.{kind}",
        actor=actor,
        subject=(LOT, lot.pk),
        data=_said(movement),
        now=now,
    )
    return movement


def _said(movement: Movement) -> Mapping[str, Any]:
    said: dict[str, Any] = {
        "movement": str(movement.pk),
        "from": str(movement.source),
        "to": str(movement.target),
        "quantity_milli": movement.quantity_milli,
        "value_fen": movement.value_fen,
    }
    for name in ("file_id", "transfer_id", "follows_id", "second_id", "group", "reason"):
        value = getattr(movement, name)
        if value:
            said[name] = value if isinstance(value, int) else str(value)
    return said
