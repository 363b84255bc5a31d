"""What comes up from stations below, and what comes down from above."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import current_station
from shared_apps.exchange.handlers import handles
from shared_apps.exchange.models import Message
from shared_apps.reconciliation.proofs import proves, resends
from tenant_apps.households.transitions import (
    OFFERED,
    RECALLED,
    Decision,
    follow_decision,
    offer_again,
    reviewing_station,
)
from tenant_apps.reviews import services
from tenant_apps.reviews.life import messages as life_messages  # noqa: F401  (declares its handlers)
from tenant_apps.reviews.selectors import reviews_present


@handles(OFFERED)
def take_in_dossier(message: Message, *, now: datetime) -> None:
    """Put a file that was sent up on the desk of this station."""
    services.receive(message.body, sender_id=message.sender_id, now=now)


@handles(RECALLED)
def give_back_dossier(message: Message, *, now: datetime) -> None:
    """Let the home station have its file back, if nobody took it up yet."""
    services.withdraw(message.body, now=now)


@handles(services.DECIDED)
def follow_what_was_decided(message: Message, *, now: datetime) -> None:
    """Follow a decision at home; between, show it and pass it on."""
    body = message.body
    if body["home"] != current_station().id:
        services.follow(body, now=now)
        return
    follow_decision(
        UUID(body["file"]),
        Decision(
            offer=body["offer"],
            action=body["action"],
            station_code=body["station"]["code"],
            station_name=body["station"]["name"],
            level=body["station"]["level"],
            actor_name=body["actor"],
            text=body["text"],
            on=date.fromisoformat(body["on"]),
            next_code=body["next"],
        ),
        now=now,
    )


@proves(OFFERED)
def offers_without_review(messages: Sequence[Message]) -> set[UUID]:
    """Say which of the dossiers that arrived are on no desk here."""
    keys = {
        message.pk: services.review_key(
            message.body["home"]["id"], message.body["file"], message.body["offer"]
        )
        for message in messages
    }
    present = reviews_present(keys.values())
    return {message for message, review in keys.items() if review not in present}


@resends("file")
def send_dossier_again(stream: str, recipient: int, *, now: datetime) -> bool:
    """Send a file up once more after its dossier vanished; False where the file is not kept here."""
    if reviewing_station(current_station()).id != recipient:
        return False
    try:
        return offer_again(UUID(stream.partition(":")[2]), now=now)
    except NotFound:
        return False
