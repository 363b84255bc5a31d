"""What stations tell each other of goods that travel."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared_apps.exchange.handlers import handles
from shared_apps.exchange.models import Message
from shared_apps.reconciliation.proofs import proves, resends
from tenant_apps.goods.models import Lot, MoveKind, Movement
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


@resends("goods")
def send_transfer_again(stream: str, recipient: int, *, now: datetime) -> bool:
    """Send what vanished of a transfer once more."""
    transfer_id = UUID(stream.partition(":")[2])
    return sending.post_transfer_again(transfer_id, recipient=recipient, now=now)
