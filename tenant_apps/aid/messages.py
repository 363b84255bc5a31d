"""What crosses: the question about a sum above the limit up, its decision down; who is urged on about a list."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared_apps.exchange.handlers import handles
from shared_apps.exchange.models import Message
from shared_apps.reconciliation.proofs import proves, resends
from tenant_apps.aid.selectors import CAMPAIGN
from tenant_apps.aid.services import asking, chasing


@handles(asking.ASKED)
def take_in_request(message: Message, *, now: datetime) -> None:
    """Put an application above the limit of a station below before the head."""
    asking.take_in_request(message.body, sender_id=message.sender_id, now=now)


@handles(asking.DECIDED)
def follow_decision(message: Message, *, now: datetime) -> None:
    """Follow what the station above decided, or pass it on down."""
    asking.follow_decision(message.body, now=now)


@proves(asking.ASKED)
def asked_but_not_here(messages: Sequence[Message]) -> set[UUID]:
    """Say which of the requests that arrived wait for nobody here."""
    return {message.pk for message in messages if not asking.is_known(message.body)}


@proves(asking.DECIDED)
def decided_but_not_followed(messages: Sequence[Message]) -> set[UUID]:
    """Say which decisions changed nothing here."""
    return {message.pk for message in messages if not asking.is_followed(message.body)}


@resends(asking.STREAM)
def send_again(stream: str, recipient: int, *, now: datetime) -> bool:
    """Send once more, from this station's own records, what vanished about an application."""
    return asking.send_again(UUID(stream.partition(":")[2]), recipient, now=now)


@handles(chasing.CHASED)
def hear_of_chase(message: Message, *, now: datetime) -> None:
    """Tell those who make lists that the station above waits for this one."""
    chasing.follow_chase(message.body, now=now)


@proves(chasing.CHASED)
def chased_but_not_told(messages: Sequence[Message]) -> set[UUID]:
    """Say which of those that arrived nobody here was told of."""
    return {message.pk for message in messages if not chasing.is_followed(message.body)}


@resends(CAMPAIGN)
def chase_again(stream: str, recipient: int, *, now: datetime) -> bool:
    """Send once more, from the timeline of the unit, what vanished of how it was urged on."""
    return chasing.send_again(UUID(stream.partition(":")[2]), recipient, now=now)
