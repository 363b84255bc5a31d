"""What comes up from stations below, and what comes down from above."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max

from bangfu.kernel.tenancy import current_station
from shared_apps.exchange.handlers import handles
from shared_apps.exchange.models import Message, MessageState
from shared_apps.reconciliation.proofs import proves, resends
from tenant_apps.households.second_look import follow_second_look
from tenant_apps.households.services.dossier_letters import (
    OFFERED,
    RECALLED,
    SECOND_LOOK_ASKED,
    send_dossier_again,
)
from tenant_apps.households.services.recheck_letters import send_life_again
from tenant_apps.households.transitions import Decision, follow_decision
from tenant_apps.reviews import services
from tenant_apps.reviews.flow import SECOND_LOOK
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
    is_home = body["home"] == current_station().id
    if not is_home or services.was_sent_on(body):
        services.follow(body, now=now)
    if not is_home:
        return
    if body["action"] == SECOND_LOOK:
        follow_second_look(body, now=now)
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
            rules=tuple(body.get("rules", ())),
        ),
        now=now,
    )


@handles(SECOND_LOOK_ASKED)
def look_a_second_time(message: Message, *, now: datetime) -> None:
    """Open another round for a file that was refused here, or pass the question on up."""
    if services.take_up_second_look(message.body, now=now) is None:
        services.pass_question_up(message, now=now)


@handles(services.URGED)
def hear_urge(message: Message, *, now: datetime) -> None:
    """Remind the people here of a file that a station below asked about."""
    services.hear_urge(message.body, message_id=message.pk, now=now)


@handles(services.PHOTOS_ASKED)
def send_photos(message: Message, *, now: datetime) -> None:
    """Send the pictures of a visit to the centre that wants to see them."""
    services.send_photos(message.body, asked_by=message.sender_id, now=now)


@handles(services.PHOTO_SENT)
def keep_photo(message: Message, *, now: datetime) -> None:
    """Keep a picture of a visit beside the review."""
    services.keep_photo(message.body, now=now)


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


@proves(services.DECIDED)
def decisions_not_followed(messages: Sequence[Message]) -> set[UUID]:
    """Say which decisions changed nothing here: the last one of a file says where it should stand.

    Only a file that is still on its way is compared; what came after it left the way is its own.
    """
    last = {
        (row["sender"], row["stream"]): row["seq"]
        for row in Message.objects.filter(
            recipient_id=current_station().id,
            kind=services.DECIDED,
            state=MessageState.DONE,
            stream__in={message.stream for message in messages},
        )
        .order_by()
        .values("sender", "stream")
        .annotate(seq=Max("seq"))
    }
    return {
        message.pk
        for message in messages
        if last.get((message.sender_id, message.stream)) == message.seq
        and not services.is_followed(message.body)
    }


@resends("file")
def send_again(stream: str, recipient: int, *, now: datetime) -> bool:
    """Send what vanished about a file once more, from this station's own records.

    Upward its dossier, or the one it sent on, the wish to have it back, the second look it asks for, and its
    re-check or exit; downward the decisions. False where nothing is missing that the station said.
    """
    file_id = UUID(stream.partition(":")[2])
    senders = (
        services.decide_again,
        services.forward_again,
        services.pass_question_up_again,
        send_life_again,
        send_dossier_again,
    )
    return any(send(file_id, recipient, now=now) for send in senders)
