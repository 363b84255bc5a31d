"""What another station says of a household that moved here."""

from datetime import datetime

from shared_apps.exchange.handlers import handles
from shared_apps.exchange.models import Message
from tenant_apps.pairing.services.listening import NOTE, take_in_note


@handles(NOTE)
def hear_who_helped(message: Message, *, now: datetime) -> None:
    """Show who looked after a household before it moved."""
    take_in_note(message.body, now=now)
