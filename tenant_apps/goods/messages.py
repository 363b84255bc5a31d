"""What stations tell each other of goods that travel."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from shared_apps.exchange.handlers import handles
from shared_apps.exchange.models import Message
from shared_apps.reconciliation.models import BreakKind
from shared_apps.reconciliation.proofs import Difference, finds, proves, resends
from tenant_apps.goods.models import Lot, MoveKind, Movement, Place
from tenant_apps.goods.rules import quantity_text, value_of
from tenant_apps.goods.selectors import (
    COUNT_WAITS,
    lots_other_than_movements,
    unsettled_transfers,
    waiting_checks,
)
from tenant_apps.goods.services import sending


@handles(sending.SENT)
def hear_what_was_sent(message: Message, *, now: datetime) -> None:
    """Announce what another station sent."""
    sending.hear_sent(message.body, sender_id=message.sender_id, now=now)


@handles(sending.ARRIVED)
def hear_what_arrived(message: Message, *, now: datetime) -> None:
    """Note how much of what was sent has been taken in."""
    sending.hear_arrived(message.body, now=now)


@proves(sending.SENT)
def sendings_without_effect(messages: Sequence[Message]) -> set[UUID]:
    """Say which sendings are in no lot here."""
    there = set(Lot.objects.filter(transfer_id__isnull=False).values_list("transfer_id", flat=True))
    return {message.pk for message in messages if UUID(message.body["transfer"]) not in there}


@proves(sending.ARRIVED)
def arrivals_without_effect(messages: Sequence[Message]) -> set[UUID]:
    """Say of which arrivals the book knows another quantity."""
    arrived = dict(
        Movement.objects.filter(kind=MoveKind.ARRIVE).values_list("transfer_id", "quantity_milli")
    )
    return {
        message.pk
        for message in messages
        if arrived.get(UUID(message.body["transfer"]), 0) != message.body["quantity_milli"]
    }


@finds(BreakKind.MONEY)
def store_against_movements() -> list[Difference]:
    """Give every lot that is not what its movements say, and everything another station did not take in."""
    found = [
        Difference(
            key=f"lot:{lot.pk}",
            expected="",
            actual=str(lot.on_hand_milli),
            detail=_detail(lot, lot.name, is_critical=True),
        )
        for lot in lots_other_than_movements()
    ]
    for sent in unsettled_transfers():
        left = sending.left_of(sent)
        if left and sending.is_answered(sent):
            place = _("%(lot)s 调往 %(station)s，少到 %(quantity)s") % {
                "lot": sent.lot.name,
                "station": sent.transfer_to,
                "quantity": quantity_text(left, sent.lot.unit),
            }
            found.append(
                Difference(
                    key=f"goods:{sent.transfer_id}",
                    expected=str(sent.quantity_milli),
                    actual=str(sent.quantity_milli - left),
                    detail=_detail(
                        sent.lot, place, value_fen=value_of(left, sent.lot.unit_value_fen)
                    ),
                )
            )
    return found


@finds(BreakKind.MONEY)
def counts_against_book() -> list[Difference]:
    """Give every count that found another quantity than the book says, until a second person decides."""
    waiting = [
        (todo.subject_id, todo.params)
        for todo in waiting_checks().filter(kind=COUNT_WAITS)
        if int(todo.params["milli"]) != int(todo.params["book_milli"])
    ]
    lots = Lot.objects.in_bulk([lot_id for lot_id, _said in waiting])
    found = []
    for lot_id, said in waiting:
        lot, more = lots[lot_id], int(said["milli"]) - int(said["book_milli"])
        place = _("%(lot)s 盘点（%(place)s），等待第二人确认") % {
            "lot": lot.name,
            "place": Place(said["place"]).label,
        }
        value_fen = value_of(abs(more), lot.unit_value_fen)
        found.append(
            Difference(
                key=f"count:{lot.pk}",
                expected=str(said["book"]),
                actual=str(said["found"]),
                detail=_detail(lot, place, value_fen=value_fen if more > 0 else -value_fen),
            )
        )
    return found


def _detail(
    lot: Lot, place: str, *, value_fen: int = 0, is_critical: bool = False
) -> dict[str, Any]:
    return {
        "type": "goods",
        "place": place,
        "amount_fen": value_fen,
        "page": f"goods/lots/{lot.pk}/",
        "critical": is_critical,
    }


@resends("goods")
def send_transfer_again(stream: str, recipient: int, *, now: datetime) -> bool:
    """Send what vanished of a transfer once more."""
    transfer_id = UUID(stream.partition(":")[2])
    return sending.post_transfer_again(transfer_id, recipient=recipient, now=now)
