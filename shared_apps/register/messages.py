"""What the stations of a case hear from each other and from the station that decides."""

from datetime import datetime

from shared_apps.exchange.handlers import handles
from shared_apps.exchange.models import Message
from shared_apps.register.services import follow
from shared_apps.register.services.telling import (
    ANSWERED,
    ASKED,
    DECIDED,
    FOUND,
    GONE,
    UNDONE,
    VANISHED,
)


@handles(FOUND)
@handles(ASKED)
@handles(ANSWERED)
@handles(DECIDED)
@handles(UNDONE)
@handles(GONE)
@handles(VANISHED)
def hear_of_case(message: Message, *, now: datetime) -> None:
    """Let the right people of this station know, and let wait what they have to do."""
    follow(message.kind, message.body, now=now)
