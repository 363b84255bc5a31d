"""Goods go to another station by message; both ends carry one transfer, and say the same quantity."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove, InvalidInput, NotFound, Problem, refuse
from bangfu.kernel.ids import uuid7
from bangfu.kernel.tenancy import current_station
from shared_apps.exchange.services import post, post_lost_again
from tenant_apps.casework.models import Todo
from tenant_apps.casework.services import close_todos, open_todo
from tenant_apps.goods.errors import NotUndoable
from tenant_apps.goods.links import page_link
from tenant_apps.goods.models import Lot, MoveKind, Movement, Place
from tenant_apps.goods.rules import quantity_problems, quantity_text, reason_problems
from tenant_apps.goods.selectors import LOT
from tenant_apps.goods.services.intake import KEEPS
from tenant_apps.goods.services.issuing import MANAGES
from tenant_apps.goods.services.moving import locked_lot, move
from tenants.selectors import USABLE, stations_with_codes

SENT, ARRIVED = "goods.sent", "goods.arrived"
COMES, DIFFERS = "goods.comes", "goods.differs"


@transaction.atomic
def send_goods(
    lot_id: UUID, *, to: str, quantity_milli: int, reason: str = "", actor: Actor, now: datetime
) -> Movement:
    """Send goods from the shelf to the station with the code ``to``, where they are announced.

    They stand as in transit until that station says how much it took in.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: G101, G102; G113 no such station, or this one.
        NotThatMuch: there is not so much on the shelf.
    """
    actor.require(MANAGES)
    here = current_station()
    lot = locked_lot(lot_id)
    problems = quantity_problems(quantity_milli, lot.unit)
    station = stations_with_codes([to.strip()]).get(to.strip())
    if station is None or station.pk == here.id or station.state not in USABLE:
        message = _("请填写调入站点的编码。")
        raise InvalidInput([*problems, Problem(code="G113", field="to", message=message)])
    refuse(problems)
    movement = move(
        lot, MoveKind.SEND, Place.SORTED, Place.IN_TRANSIT, quantity_milli,
        transfer_id=uuid7(), transfer_to=station.name, transfer_station=station.pk,
        reason=reason.strip()[:200], actor=actor, now=now,
    )  # fmt: skip
    post(
        kind=SENT,
        recipient=station.pk,
        stream=_stream(movement.transfer_id),
        key=str(movement.transfer_id),
        body=_sent_body(movement, lot),
        now=now,
    )
    return movement


@transaction.atomic
def receive_transfer(
    lot_id: UUID, *, quantity_milli: int, reason: str = "", actor: Actor, now: datetime
) -> Lot:
    """Take in what another station sent, as much as there is; that station hears how much it was.

    Whatever is missing is not expected any more; the sender settles it.

    Raises:
        NotPermitted, NotFound: as their names say.
        IllegalMove: it came by no transfer, or was taken in.
        InvalidInput: G101, G102; G103 something is missing, and no reason is given.
        NotThatMuch: more than was sent.
    """
    actor.require(KEEPS)
    lot = locked_lot(lot_id)
    if lot.transfer_id is None or lot.transfer_station is None or not lot.announced_milli:
        raise IllegalMove
    problems = quantity_problems(quantity_milli, lot.unit) if quantity_milli else []
    missing = lot.announced_milli - quantity_milli
    if missing > 0 or quantity_milli == 0:
        problems += reason_problems(reason)
    refuse(problems)
    if quantity_milli:
        move(
            lot, MoveKind.RECEIVE, Place.ANNOUNCED, Place.RECEIVED, quantity_milli,
            transfer_id=lot.transfer_id, reason=reason.strip(), actor=actor, now=now,
        )  # fmt: skip
    if missing:
        move(
            lot, MoveKind.CANCEL, Place.ANNOUNCED, Place.OUTSIDE, missing,
            transfer_id=lot.transfer_id, reason=reason.strip(), actor=actor, now=now,
        )  # fmt: skip
    post(
        kind=ARRIVED,
        recipient=lot.transfer_station,
        stream=_stream(lot.transfer_id),
        key=str(lot.transfer_id),
        body=_arrived_body(lot, quantity_milli, reason.strip()),
        now=now,
    )
    close_todos(subject=(LOT, lot.pk), kind=COMES, actor=actor, now=now)
    return lot


@transaction.atomic
def take_back(movement_id: UUID, *, reason: str, actor: Actor, now: datetime) -> Movement:
    """Put what the other station did not take in back on the own shelf.

    Raises:
        NotPermitted, NotFound: as their names say.
        InvalidInput: G103 no reason.
        NotUndoable: nothing of it is left on the way, or the other station has not answered yet.
    """
    actor.require(MANAGES)
    refuse(reason_problems(reason))
    sent = Movement.objects.filter(pk=movement_id, kind=MoveKind.SEND).first()
    if sent is None:
        raise NotFound
    lot = locked_lot(sent.lot_id)
    left = left_of(sent)
    if not left or not is_answered(sent):
        raise NotUndoable(kind=sent.get_kind_display())
    back = move(
        lot, MoveKind.COME_BACK, Place.IN_TRANSIT, Place.SORTED, left,
        transfer_id=sent.transfer_id, transfer_to=sent.transfer_to, reason=reason.strip(),
        actor=actor, now=now,
    )  # fmt: skip
    close_todos(subject=(LOT, lot.pk), kind=_differs(sent), actor=actor, now=now)
    return back


def hear_sent(body: Mapping[str, Any], *, sender_id: int, now: datetime) -> None:
    """Announce here what another station sent; once."""
    transfer_id = UUID(body["transfer"])
    if Lot.objects.filter(transfer_id=transfer_id).exists():
        return
    expires_on = body["expires_on"]
    lot = Lot(
        name=body["name"],
        kind=body["kind"],
        unit=body["unit"],
        unit_value_fen=body["unit_value_fen"],
        origin="station",
        expires_on=date.fromisoformat(expires_on) if expires_on else None,
        needs_disinfection=False,
        opened_on=clock.local_day(now),
        transfer_id=transfer_id,
        transfer_from=body["from"],
        transfer_station=sender_id,
        note=body["reason"],
    )
    lot.save(force_insert=True)
    system = Actor.system("relay", station=current_station())
    move(
        lot, MoveKind.ANNOUNCE, Place.OUTSIDE, Place.ANNOUNCED, body["quantity_milli"],
        transfer_id=transfer_id, actor=system, now=now,
    )  # fmt: skip
    open_todo(
        subject=(LOT, lot.pk),
        kind=COMES,
        capability=KEEPS,
        title=gettext_noop("签收调入物资：%(lot)s %(quantity)s，来自 %(station)s"),
        params={
            "lot": lot.name,
            "quantity": quantity_text(lot.announced_milli, lot.unit),
            "station": lot.transfer_from,
        },
        link=page_link("lot", lot.pk),
        now=now,
    )


def hear_arrived(body: Mapping[str, Any], *, now: datetime) -> None:
    """Note how much of what was sent the other station took in; what is missing waits to be settled. Once."""
    sent = Movement.objects.filter(transfer_id=UUID(body["transfer"]), kind=MoveKind.SEND).first()
    if sent is None or is_answered(sent):
        return
    lot = locked_lot(sent.lot_id)
    system = Actor.system("relay", station=current_station())
    arrived = int(body["quantity_milli"])
    if arrived:
        move(
            lot, MoveKind.ARRIVE, Place.IN_TRANSIT, Place.TRANSFERRED, arrived,
            transfer_id=sent.transfer_id, transfer_to=sent.transfer_to, follows=sent,
            reason=body["reason"], actor=system, now=now,
        )  # fmt: skip
    if arrived < sent.quantity_milli:
        open_todo(
            subject=(LOT, lot.pk),
            kind=_differs(sent),
            capability=MANAGES,
            title=gettext_noop("处理调拨差异：%(lot)s 少到 %(quantity)s（%(station)s）"),
            params={
                "lot": lot.name,
                "quantity": quantity_text(sent.quantity_milli - arrived, lot.unit),
                "station": sent.transfer_to,
            },
            link=page_link("lot", lot.pk),
            now=now,
        )


def left_of(sent: Movement) -> int:
    """Return how much of a sending is still on the way."""
    gone = Movement.objects.filter(
        transfer_id=sent.transfer_id, source=Place.IN_TRANSIT
    ).values_list("quantity_milli", flat=True)
    return sent.quantity_milli - sum(gone)


def is_answered(sent: Movement) -> bool:
    """Whether the other station said how much it took in."""
    return (
        Movement.objects.filter(transfer_id=sent.transfer_id, kind=MoveKind.ARRIVE).exists()
        or Todo.objects.filter(subject_kind=LOT, kind=_differs(sent)).exists()
    )


def post_transfer_again(transfer_id: UUID, *, recipient: int, now: datetime) -> bool:
    """Post what vanished of a transfer again from the own records; False where nothing is known of it."""
    sent = (
        Movement.objects.select_related("lot")
        .filter(transfer_id=transfer_id, kind=MoveKind.SEND, transfer_station=recipient)
        .first()
    )
    lot = Lot.objects.filter(transfer_id=transfer_id, transfer_station=recipient).first()
    stream, key = _stream(transfer_id), str(transfer_id)
    if sent is not None:
        post_lost_again(
            kind=SENT, recipient=recipient, stream=stream, key=key,
            body=_sent_body(sent, sent.lot), now=now,
        )  # fmt: skip
        return True
    if lot is None or lot.announced_milli:
        return False
    taken = Movement.objects.filter(lot=lot, transfer_id=transfer_id).exclude(
        kind=MoveKind.ANNOUNCE
    )
    arrived = sum(one.quantity_milli for one in taken if one.kind == MoveKind.RECEIVE)
    reason = next((one.reason for one in taken), "")
    post_lost_again(
        kind=ARRIVED, recipient=recipient, stream=stream, key=key,
        body=_arrived_body(lot, arrived, reason), now=now,
    )  # fmt: skip
    return True


def _differs(sent: Movement) -> str:
    # One to-do a transfer: a lot may have several on the way.
    return f"{DIFFERS}:{sent.transfer_id}"


def _stream(transfer_id: UUID | None) -> str:
    return f"goods:{transfer_id}"


def _sent_body(movement: Movement, lot: Lot) -> dict[str, Any]:
    return {
        "transfer": str(movement.transfer_id),
        "name": lot.name,
        "kind": lot.kind,
        "unit": lot.unit,
        "unit_value_fen": lot.unit_value_fen,
        "expires_on": lot.expires_on.isoformat() if lot.expires_on else "",
        "quantity_milli": movement.quantity_milli,
        "from": current_station().name,
        "reason": movement.reason,
    }


def _arrived_body(lot: Lot, quantity_milli: int, reason: str) -> dict[str, Any]:
    return {
        "transfer": str(lot.transfer_id),
        "quantity_milli": quantity_milli,
        "reason": reason,
    }
