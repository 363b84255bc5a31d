"""What the two ends of a transfer tell each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared_apps.exchange.handlers import handles
from shared_apps.exchange.models import Message
from shared_apps.reconciliation.models import BreakKind
from shared_apps.reconciliation.proofs import Difference, finds, proves, resends
from tenant_apps.sources import rules
from tenant_apps.sources.selectors import transfers_here
from tenant_apps.sources.services import hearing, judging
from tenant_apps.sources.services.saying import RECALLED, REPORTED, SETTLED, STREAM


@handles(rules.ANNOUNCED)
def expect_announced_money(message: Message, *, now: datetime) -> None:
    """Expect at the own bank what another station sent."""
    hearing.expect(message.body, sender_id=message.sender_id, now=now)


@handles(rules.RECEIVED)
def hear_what_came(message: Message, *, now: datetime) -> None:
    """Close the transfer by what the other station received, or keep it as a difference."""
    hearing.hear_received(message.body, now=now)


@handles(rules.AGREED)
def take_as_agreed(message: Message, *, now: datetime) -> None:
    """Enter as income what both stations agree came."""
    hearing.hear_agreed(message.body, now=now)


@handles(rules.BOUNCED)
def hear_that_money_bounced(message: Message, *, now: datetime) -> None:
    """Expect no longer what the bank gave back to the sender."""
    hearing.hear_bounced(message.body, now=now)


@handles(rules.GIVEN_BACK)
def expect_money_back(message: Message, *, now: datetime) -> None:
    """Expect at the own bank what the other station paid back."""
    hearing.hear_given_back(message.body, now=now)


@handles(rules.UNSENT)
def hear_that_nothing_was_paid(message: Message, *, now: datetime) -> None:
    """Wait no longer for what the sender's bank did not pay after all."""
    hearing.hear_unsent(message.body, now=now)


@handles(rules.UNRECEIVED)
def hear_that_nothing_came(message: Message, *, now: datetime) -> None:
    """Open a transfer again that the receiver had confirmed by a line of another."""
    hearing.hear_unreceived(message.body, now=now)


@handles(RECALLED)
def hear_recall(message: Message, *, now: datetime) -> None:
    """Let finance pay back what the sender recalls."""
    hearing.hear_recalled(message.body, now=now)


@handles(REPORTED)
def hear_report(message: Message, *, now: datetime) -> None:
    """Keep what the other station says it used."""
    hearing.hear_reported(message.body, now=now)


@handles(SETTLED)
def hear_settlement(message: Message, *, now: datetime) -> None:
    """Settle what the sender settled."""
    hearing.hear_settled(message.body, now=now)


@proves(rules.ANNOUNCED)
def announced_but_not_here(messages: Sequence[Message]) -> set[UUID]:
    """Say which of the announced transfers are not in the books of this station."""
    keys = {message.pk: UUID(message.body["transfer"]) for message in messages}
    here = transfers_here(keys.values())
    return {message for message, transfer in keys.items() if transfer not in here}


@proves(rules.RECEIVED)
def received_but_still_sent(messages: Sequence[Message]) -> set[UUID]:
    """Say which receipts the sender heard of and did not follow."""
    rounds = {
        message.pk: (UUID(message.body["transfer"]), message.body.get("round", 0))
        for message in messages
    }
    unheard = hearing.unheard_of(rounds.values())
    return {message for message, of_round in rounds.items() if of_round in unheard}


@resends(STREAM)
def say_it_again(stream: str, recipient: int, *, now: datetime) -> bool:
    """Say once more what this end said, its message having vanished."""
    return hearing.say_again(UUID(stream.partition(":")[2]), recipient=recipient, now=now)


@finds(BreakKind.BANK)
def transfers_that_differ() -> list[Difference]:
    """Give every transfer whose ends differ, and every one sent that nobody confirmed in time."""
    return judging.differences()
