"""Messages of imports between a parent and the stations below it."""

from datetime import datetime

from shared_apps.exchange.handlers import handles
from shared_apps.exchange.models import Message
from shared_apps.importing.models import Outcome
from tenant_apps.imports.services import receive_answer, receive_rows, receive_undo


@handles("import.rows")
def rows_arrived(message: Message, /, *, now: datetime) -> None:
    """Households sent down by a parent."""
    receive_rows(message, now=now)


@handles("import.result")
def rows_answered(message: Message, /, *, now: datetime) -> None:
    """What became of households sent down."""
    del now
    receive_answer(message, expected=Outcome.SENT)


@handles("import.undo")
def undo_arrived(message: Message, /, *, now: datetime) -> None:
    """A parent takes its import back."""
    receive_undo(message, now=now)


@handles("import.undone")
def undo_answered(message: Message, /, *, now: datetime) -> None:
    """What became of drafts taken back."""
    del now
    receive_answer(message, expected=Outcome.UNDOING)
