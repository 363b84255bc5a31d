"""What the centre decided of re-checks and exits of own files, and the way of a file that moves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from shared_apps.exchange.handlers import handles
from shared_apps.exchange.models import Message
from shared_apps.reconciliation.proofs import proves, resends
from tenant_apps.households.rules import custody
from tenant_apps.households.selectors import transfers_done
from tenant_apps.households.services import (
    asked_exits,
    handing,
    taking_in,
    transfer_answers,
    transfers,
)
from tenant_apps.households.services.following import (
    LIFE_DECIDED,
    LifeDecision,
    follow_life,
    steps_followed,
)


@handles(LIFE_DECIDED)
def follow_life_decision(message: Message, *, now: datetime) -> None:
    """Follow what the centre decided of a re-check or an exit."""
    body = message.body
    follow_life(
        UUID(body["file"]),
        LifeDecision(
            offer=body["offer"],
            step=body["step"],
            action=body["action"],
            station_code=body["station"]["code"],
            station_name=body["station"]["name"],
            actor_name=body["actor"],
            text=body["text"],
            on=date.fromisoformat(body["on"]),
            rules=tuple(body.get("rules", ())),
        ),
        now=now,
    )


@handles(asked_exits.EXIT_ASKED)
def take_up_asked_exit(message: Message, *, now: datetime) -> None:
    """Take up an exit that a station above asks for."""
    asked_exits.take_up_exit(message.body, now=now)


@handles(asked_exits.EXIT_WITHDRAWN)
def give_up_asked_exit(message: Message, *, now: datetime) -> None:
    """Take an exit back that a station above asked for."""
    asked_exits.give_up_exit(message.body, now=now)


@handles(custody.OFFERED)
def show_offered_file(message: Message, *, now: datetime) -> None:
    """Show a file that another station offers."""
    transfer_answers.take_offer(message.body, now=now)


@handles(custody.ACCEPTED)
def ask_for_confirmation(message: Message, *, now: datetime) -> None:
    """Ask the station above to confirm what the other one accepted."""
    transfer_answers.ask_above(message.body, now=now)


@handles(custody.ASKED)
def show_transfer_to_confirm(message: Message, *, now: datetime) -> None:
    """Show a transfer between stations below that waits to be confirmed."""
    transfer_answers.show_above(message.body, now=now)


@handles(custody.DECLINED)
def keep_declined_file(message: Message, *, now: datetime) -> None:
    """Keep a file that the other station declined."""
    transfer_answers.end_here(message.body, word=message.kind, now=now)


@handles(custody.REFUSED)
def keep_refused_file(message: Message, *, now: datetime) -> None:
    """Keep a file that the station above does not let move."""
    transfer_answers.end_here(message.body, word=message.kind, now=now)


@handles(custody.CANCELLED)
def forget_offered_file(message: Message, *, now: datetime) -> None:
    """Take a transfer off the list that was taken back."""
    transfer_answers.end_elsewhere(message.body, word=message.kind, now=now)


@handles(custody.CONFIRMED)
def hand_file_over(message: Message, *, now: datetime) -> None:
    """Hand a file over, its transfer being confirmed."""
    handing.hand_over(message.body, now=now)


@handles(transfers.PAPER)
def take_paper_in(message: Message, *, now: datetime) -> None:
    """Keep a paper that comes ahead of its file."""
    taking_in.take_paper(message.body, now=now)


@handles(custody.HANDED)
def take_file_in(message: Message, *, now: datetime) -> None:
    """Make a file that arrived the station's own."""
    taking_in.take_in(message.body, now=now)


@handles(custody.RECEIVED)
def close_what_is_left(message: Message, *, now: datetime) -> None:
    """Close what is left of a file that was received elsewhere."""
    handing.close_stub(message.body, now=now)


@handles(custody.DONE)
def show_finished_transfer(message: Message, *, now: datetime) -> None:
    """Show above that a file has moved."""
    transfer_answers.end_elsewhere(message.body, word=message.kind, now=now)


@proves(LIFE_DECIDED)
def life_decisions_not_followed(messages: Sequence[Message]) -> set[UUID]:
    """Say which decisions on re-checks and exits changed nothing here, where the offer still waits for one."""
    followed = steps_followed(UUID(message.body["file"]) for message in messages)
    return {
        message.pk
        for message in messages
        if message.body["step"]
        > followed.get((message.body["file"], message.body["offer"]), message.body["step"])
    }


@proves(custody.HANDED)
def files_that_did_not_arrive(messages: Sequence[Message]) -> set[UUID]:
    """Say which of the files that were handed over left nothing here."""
    keys = {message.pk: UUID(message.body["transfer"]) for message in messages}
    here = transfers_done(keys.values())
    return {message for message, transfer in keys.items() if transfer not in here}


@resends("transfer")
def send_file_again(stream: str, _recipient: int, *, now: datetime) -> bool:
    """Hand a file over once more whose message vanished."""
    return handing.hand_over_again(UUID(stream.partition(":")[2]), now=now)
