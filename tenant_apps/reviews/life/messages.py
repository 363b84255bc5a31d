"""Re-checks and exits that come up from stations below."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared_apps.exchange.handlers import handles
from shared_apps.exchange.models import Message
from shared_apps.reconciliation.proofs import proves, resends
from tenant_apps.households.services.asked_exits import EXIT_ANSWERED, answer_lost_again
from tenant_apps.households.services.recheck_letters import LIFE_OFFERED, LIFE_RECALLED
from tenant_apps.reviews.life import asking, services
from tenant_apps.reviews.selectors import reviews_present
from tenant_apps.reviews.services import review_key


@handles(LIFE_OFFERED)
def take_in_life(message: Message, *, now: datetime) -> None:
    """Put a re-check or exit that was sent up on the desk of this centre."""
    services.receive_life(message.body, sender_id=message.sender_id, now=now)


@handles(LIFE_RECALLED)
def give_back_life(message: Message, *, now: datetime) -> None:
    """Let the home station have its re-check or exit back, if it is not decided."""
    services.withdraw_life(message.body, now=now)


@handles(EXIT_ANSWERED)
def hear_of_asked_exit(message: Message, *, now: datetime) -> None:
    """Show what became of an exit that this centre asked for."""
    asking.hear_answer(message.body, message_id=message.pk, now=now)


@resends("exit")
def say_again(stream: str, recipient: int, *, now: datetime) -> bool:
    """Say once more what vanished about an exit that was asked for: the question, or its answer."""
    request = stream.partition(":")[2]
    return asking.ask_again(UUID(request), recipient=recipient, now=now) or answer_lost_again(
        request, recipient=recipient, now=now
    )


@proves(LIFE_OFFERED)
def offers_without_life(messages: Sequence[Message]) -> set[UUID]:
    """Say which of the re-checks and exits that arrived are on no desk here."""
    keys = {
        message.pk: review_key(
            message.body["home"]["id"], message.body["file"], message.body["offer"]
        )
        for message in messages
    }
    present = reviews_present(keys.values())
    return {message for message, review in keys.items() if review not in present}
