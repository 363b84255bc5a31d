"""What crosses: an order to draw goes down, and that it was taken back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared_apps.exchange.handlers import handles
from shared_apps.exchange.models import Message
from shared_apps.reconciliation.proofs import proves, resends
from tenant_apps.surveys.orders import STREAM
from tenant_apps.surveys.services import ordering


@handles(ordering.ASKED)
def draw_as_asked(message: Message, *, now: datetime) -> None:
    """Draw what the station above asked for."""
    ordering.follow_order(message.body, now=now)


@handles(ordering.RECALLED)
def take_back(message: Message, *, now: datetime) -> None:
    """Make void what was drawn by an order and nobody answered yet."""
    ordering.follow_recall(message.body, now=now)


@proves(ordering.ASKED)
def asked_but_not_drawn(messages: Sequence[Message]) -> set[UUID]:
    """Say for which of those that arrived nothing was done here."""
    return {message.pk for message in messages if not ordering.is_followed(message.body)}


@proves(ordering.RECALLED)
def recalled_but_not_followed(messages: Sequence[Message]) -> set[UUID]:
    """Say which of those taken back changed nothing here."""
    return {message.pk for message in messages if not ordering.is_recalled(message.body)}


@resends(STREAM)
def send_again(stream: str, recipient: int, *, now: datetime) -> bool:
    """Send once more, from this station's own records, what vanished about an order."""
    return ordering.send_again(UUID(stream.partition(":")[2]), recipient, now=now)
