"""What other stations hand on, and what they say of it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared_apps.exchange.handlers import handles
from shared_apps.exchange.models import Message
from shared_apps.reconciliation.proofs import proves, resends
from tenant_apps.applications.models import Application
from tenant_apps.applications.services import referring


@handles(referring.PICTURE)
def take_in_picture(message: Message, *, now: datetime) -> None:
    """Keep a picture that comes ahead of its application."""
    referring.take_picture(message.body, sender_id=message.sender_id, now=now)


@handles(referring.REFERRED)
def take_in_referred(message: Message, *, now: datetime) -> None:
    """Put an application that was handed on on the desk of this station."""
    referring.receive(message.body, sender_id=message.sender_id, now=now)


@handles(referring.ARRIVED)
def let_go_of_pictures(message: Message, *, now: datetime) -> None:
    """Wipe the pictures of an application that arrived elsewhere."""
    referring.wipe_pictures(message.body, now=now)


@proves(referring.REFERRED)
def referrals_without_application(messages: Sequence[Message]) -> set[UUID]:
    """Say which of the applications that arrived are not here."""
    keys = {message.pk: UUID(message.body["application"]) for message in messages}
    present = set(Application.objects.filter(pk__in=keys.values()).values_list("pk", flat=True))
    return {message for message, key in keys.items() if key not in present}


@resends("application")
def hand_on_again(stream: str, recipient: int, *, now: datetime) -> bool:
    """Hand on once more what vanished of an application."""
    return referring.send_again(UUID(stream.partition(":")[2]), recipient=recipient, now=now)
