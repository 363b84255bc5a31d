"""What crosses when a station above asks to look into a file, and when a file is erased."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared_apps.exchange.handlers import handles
from shared_apps.exchange.models import Message
from shared_apps.reconciliation.proofs import proves
from tenant_apps.privacy.models import LookRequest, LookState
from tenant_apps.privacy.services import answering, asking, erasing, looks


@handles(looks.REQUESTED)
def take_in_request(message: Message, *, now: datetime) -> None:
    """Put a request from above before those who may answer."""
    answering.receive_request(message.body, sender_id=message.sender_id, now=now)


@handles(looks.GRANTED)
def take_in_picture(message: Message, *, now: datetime) -> None:
    """Keep the picture that the home station sent, until it expires."""
    asking.take_in_answer(message.body, state=LookState.GRANTED, now=now)


@handles(looks.REFUSED)
def take_in_refusal(message: Message, *, now: datetime) -> None:
    """Show that the home station declined, and why."""
    asking.take_in_answer(message.body, state=LookState.REFUSED, now=now)


@handles(looks.WITHDRAWN)
def follow_withdrawal(message: Message, *, now: datetime) -> None:
    """Close a request that was taken back."""
    answering.follow_withdrawal(message.body, now=now)


@handles(looks.LOOKED)
def note_look(message: Message, *, now: datetime) -> None:
    """Write down that the picture was looked at."""
    answering.note_look(message.body, now=now)


@handles(erasing.ERASED)
def erase_copies(message: Message, *, now: datetime) -> None:
    """Erase what this station kept of a file that its home station deleted."""
    erasing.erase_copies(message.body, sender_id=message.sender_id, now=now)


@proves(looks.REQUESTED)
def requests_without_row(messages: Sequence[Message]) -> set[UUID]:
    """Say which of the requests that arrived nobody here can see."""
    keys = {message.pk: UUID(message.body["request"]) for message in messages}
    present = set(LookRequest.objects.filter(pk__in=keys.values()).values_list("pk", flat=True))
    return {message for message, key in keys.items() if key not in present}
