"""What crosses: how far a target is goes up, what the station above says to it comes down."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared_apps.exchange.handlers import handles
from shared_apps.exchange.models import Message
from shared_apps.reconciliation.proofs import proves, resends
from tenant_apps.yearly.services import aiming


@handles(aiming.SAID)
def take_in_said(message: Message, *, now: datetime) -> None:
    """Let what a station below said of a target wait to be confirmed."""
    aiming.take_in_said(message.body, sender_id=message.sender_id, now=now)


@handles(aiming.ANSWERED)
def follow_answer(message: Message, *, now: datetime) -> None:
    """Keep what the station above answered."""
    aiming.follow_answer(message.body, now=now)


@proves(aiming.SAID)
def said_but_not_here(messages: Sequence[Message]) -> set[UUID]:
    """Say of which of those that arrived nobody here was told."""
    return {message.pk for message in messages if not aiming.is_taken_in(message.body)}


@proves(aiming.ANSWERED)
def answered_but_not_followed(messages: Sequence[Message]) -> set[UUID]:
    """Say which answers changed nothing here."""
    return {message.pk for message in messages if not aiming.is_followed(message.body)}


@resends(aiming.STREAM)
def send_again(stream: str, recipient: int, *, now: datetime) -> bool:
    """Send once more, from this station's own records, what vanished about a target."""
    return aiming.send_again(UUID(stream.partition(":")[2]), recipient, now=now)
