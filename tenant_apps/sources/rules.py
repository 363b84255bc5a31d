"""The protocol of a transfer between two stations, as plain functions: what each end does with what it learns.

Nothing here touches a database or a clock. An end knows what its own bank booked and what the other end said. Only
a line of the own bank moves money at an end; only what the other end confirmed turns money in transit into money
paid. Telling a thing again changes nothing.

At the sender ``moved - back - given - confirmed`` is what lies on 1101; at the receiver ``moved - given - confirmed``
is what lies on 2101 until both ends agree. The budget goes with the money: held since the approval it is executed
when the bank paid; what came is a budget of the receiver. Amounts are fen.

Source: design of reliability §3 ("Transfer"), domain §3.5.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from bangfu.kernel.errors import IllegalMove
from tenant_apps.funds.chart import (
    AVAILABLE,
    BANK,
    DONATED,
    EXECUTED,
    FROM_PARENT,
    IN_TRANSIT,
    PAID_DOWN,
    RESERVED,
    SOURCE,
    UNIDENTIFIED,
)
from tenant_apps.funds.models import JournalKind
from tenant_apps.sources.models import Difference, Direction, TransferState

# What the two ends say to each other.
ANNOUNCED = "money.announced"
RECEIVED = "money.received"
AGREED = "money.agreed"
BOUNCED = "money.bounced"
GIVEN_BACK = "money.given_back"
UNSENT = "money.unsent"
UNRECEIVED = "money.unreceived"

# The account that spends at the sender, and the income at the receiver.
SPENDS: Mapping[str, str] = MappingProxyType({Direction.DOWN: PAID_DOWN, Direction.UP: DONATED})
EARNS: Mapping[str, str] = MappingProxyType({Direction.DOWN: FROM_PARENT, Direction.UP: DONATED})

ON_THE_WAY = (TransferState.SENT, TransferState.MISMATCH)
_ARRIVED = (TransferState.RECEIVED, TransferState.REPORTED, TransferState.SETTLED)
_CLOSED = (TransferState.CLOSED, TransferState.REPORTED, TransferState.SETTLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end of a transfer.

    ``heard_fen`` is what the other end said it received until both agree, later what it gave back until it comes.
    ``undone`` is how often this end took its own bank line back, ``heard_undone`` how often the other end said that it
    did: what was said of a line that was taken back since is of an earlier round, and not heard any more.
    """

    state: str
    direction: str
    amount_fen: int
    payee: str = ""
    source: str = ""
    moved_fen: int = 0
    confirmed_fen: int = 0
    back_fen: int = 0
    given_fen: int = 0
    heard_fen: int = 0
    difference: str = ""
    undone: int = 0
    heard_undone: int = 0

    @property
    def in_transit_fen(self) -> int:
        """What the sender's 1101 holds for it."""
        return self.moved_fen - self.back_fen - self.given_fen - self.confirmed_fen

    @property
    def unclaimed_fen(self) -> int:
        """What the receiver's 2101 holds for it."""
        return self.moved_fen - self.given_fen - self.confirmed_fen


Legs = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What follows at one end: how it stands, what is posted, and what it tells the other end."""

    end: End
    kind: str = ""
    legs: Legs = ()
    says: str = ""
    body: Mapping[str, int | str] = field(default_factory=dict)

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is posted and nothing said."""
        return not self.kind and not self.says


def same_name(one: str, other: str) -> bool:
    """Tell whether two account names are the same but for spaces, brackets and width."""
    return _plain(one) == _plain(other)


# --- the sender -----------------------------------------------------------------------------------


def debited(end: End, fen: int, *, counterparty: str) -> Outcome:
    """The sender's bank paid. A payee other than the one instructed is a difference; the money has left all the same.

    Raises:
        IllegalMove: it was not instructed, or not so much.
    """
    if end.state != TransferState.INSTRUCTED or fen != end.amount_fen:
        raise IllegalMove
    is_payee = not counterparty or same_name(counterparty, end.payee)
    sent = replace(
        end,
        state=TransferState.SENT if is_payee else TransferState.MISMATCH,
        moved_fen=fen,
        difference="" if is_payee else Difference.PAYEE,
    )
    return Outcome(
        end=sent,
        kind=JournalKind.TRANSFER_SENT,
        legs=((IN_TRANSIT, fen), (BANK, -fen), (EXECUTED, fen), (RESERVED, -fen)),
        says=ANNOUNCED,
        body={"fen": fen, "difference": sent.difference, "round": end.undone},
    )


def heard_received(end: End, fen: int, *, source: str, of_round: int = 0) -> Outcome:
    """The receiver says what came. The same amount and source close the transfer; anything else is a difference.

    The receiver says it once a round: told again, before or after the sender agreed, it changes nothing.
    """
    is_of_now = of_round == end.heard_undone and end.state in ON_THE_WAY
    if not is_of_now or end.confirmed_fen or end.heard_fen:
        return Outcome(end=end)
    if fen != end.in_transit_fen or source != end.source:
        difference = Difference.SOURCE if source != end.source else Difference.AMOUNT
        differs = replace(end, state=TransferState.MISMATCH, heard_fen=fen, difference=difference)
        return Outcome(end=differs)
    closed = _closed(end, fen)
    if fen == end.amount_fen:
        return closed
    # The rest bounced before: what came and what bounced add up, and the receiver waits to be told.
    return replace(closed, says=AGREED, body={"fen": fen})


def agreed(end: End) -> Outcome:
    """Two people at the sender agree on what came; no more than what was sent. The rest stays in transit.

    Raises:
        IllegalMove: there is no difference of amount, or the receiver has not said what came.
    """
    fen = min(end.heard_fen, end.in_transit_fen)
    if end.state != TransferState.MISMATCH or fen <= 0 or end.confirmed_fen:
        raise IllegalMove
    outcome = _closed(end, fen)
    return replace(outcome, says=AGREED, body={"fen": fen})


def bounced(end: End, fen: int) -> Outcome:
    """The bank gave money back that was on its way.

    Raises:
        IllegalMove: nothing is on its way, or not so much.
    """
    if end.state not in ON_THE_WAY or not 0 < fen <= end.in_transit_fen:
        raise IllegalMove
    back = replace(end, back_fen=end.back_fen + fen)
    if back.in_transit_fen:
        left = replace(back, state=TransferState.MISMATCH, difference=Difference.AMOUNT)
    else:
        state = TransferState.CLOSED if back.confirmed_fen else TransferState.RETURNED
        left = replace(back, state=state, difference="")
    return Outcome(
        end=left,
        kind=JournalKind.TRANSFER_BACK,
        legs=((BANK, fen), (IN_TRANSIT, -fen), (AVAILABLE, fen), (EXECUTED, -fen)),
        says=BOUNCED,
        body={"fen": fen, "left": left.in_transit_fen},
    )


def taken_back(end: End, fen: int, *, unidentified: bool = False) -> Outcome:
    """What the receiver gave back came to the sender's bank, or came before anybody said so and is claimed.

    Raises:
        IllegalMove: it was not announced, or not so much.
    """
    if end.state not in _CLOSED or not 0 < fen == end.heard_fen:
        raise IllegalMove
    left = replace(
        end, confirmed_fen=end.confirmed_fen - fen, given_fen=end.given_fen + fen, heard_fen=0
    )
    if not left.confirmed_fen:
        left = replace(left, state=TransferState.RETURNED)
    into = UNIDENTIFIED if unidentified else BANK
    return Outcome(
        end=left,
        kind=JournalKind.CLAIM if unidentified else JournalKind.TRANSFER_BACK,
        legs=((into, fen), (SPENDS[end.direction], -fen), (AVAILABLE, fen), (EXECUTED, -fen)),
    )


def heard_given_back(end: End, given: int) -> Outcome:
    """The receiver says how much it has paid back in all; what has not come yet is expected at the bank."""
    coming = given - end.given_fen
    if end.state not in _CLOSED or not 0 < coming <= end.confirmed_fen:
        return Outcome(end=end)
    return Outcome(end=replace(end, heard_fen=coming))


def _closed(end: End, fen: int) -> Outcome:
    done = replace(end, confirmed_fen=end.confirmed_fen + fen, heard_fen=0)
    if done.in_transit_fen:
        done = replace(done, state=TransferState.MISMATCH, difference=Difference.AMOUNT)
    else:
        done = replace(done, state=TransferState.CLOSED, difference="")
    return Outcome(
        end=done,
        kind=JournalKind.TRANSFER_CLOSED,
        legs=((SPENDS[end.direction], fen), (IN_TRANSIT, -fen)),
    )


# --- the receiver ---------------------------------------------------------------------------------


def credited(end: End, fen: int) -> Outcome:
    """The receiver's bank booked what was announced.

    Raises:
        IllegalMove: nothing is announced any more, or not so much.
    """
    if end.state != TransferState.ANNOUNCED or fen != end.amount_fen:
        raise IllegalMove
    return Outcome(
        end=replace(end, state=TransferState.RECEIVED, moved_fen=fen, confirmed_fen=fen),
        kind=JournalKind.TRANSFER_IN,
        legs=((BANK, fen), (EARNS[end.direction], -fen), (AVAILABLE, fen), (SOURCE, -fen)),
        says=RECEIVED,
        body=receipt_said(end, fen),
    )


def found_unidentified(end: End, fen: int) -> Outcome:
    """Money that lay unidentified on 2101 turns out to be this transfer's: as announced, or not so much.

    Raises:
        IllegalMove: nothing is announced any more.
    """
    if end.state != TransferState.ANNOUNCED or fen <= 0:
        raise IllegalMove
    if fen != end.amount_fen:
        differs = replace(
            end, state=TransferState.MISMATCH, moved_fen=fen, difference=Difference.AMOUNT
        )
        return Outcome(end=differs, says=RECEIVED, body=receipt_said(end, fen))
    came = replace(end, moved_fen=fen)
    return replace(_claimed(came, fen), says=RECEIVED, body=receipt_said(end, fen))


def heard_agreed(end: End, fen: int) -> Outcome:
    """The sender agrees that so much came: it is income now. What came beyond it stays unidentified."""
    if end.state != TransferState.MISMATCH or not 0 < fen <= end.unclaimed_fen:
        return Outcome(end=end)
    return _claimed(end, fen)


def heard_bounced(end: End, fen: int, *, left: int) -> Outcome:
    """The sender says that money came back to it. Where it came here as well, the two ends contradict each other."""
    if left or end.state not in {TransferState.ANNOUNCED, *_ARRIVED}:
        return Outcome(end=end)
    if end.state == TransferState.ANNOUNCED:
        return Outcome(end=replace(end, state=TransferState.RETURNED, back_fen=fen))
    if fen == end.amount_fen:
        return Outcome(end=replace(end, state=TransferState.MISMATCH, difference=Difference.STATUS))
    return Outcome(end=end)


def gave_back(end: End, fen: int) -> Outcome:
    """The receiver's bank paid unused money back.

    Raises:
        IllegalMove: it was not received, or not so much.
    """
    if end.state not in _ARRIVED or not 0 < fen <= end.confirmed_fen:
        raise IllegalMove
    left = replace(
        end,
        confirmed_fen=end.confirmed_fen - fen,
        given_fen=end.given_fen + fen,
    )
    if not left.confirmed_fen:
        left = replace(left, state=TransferState.RETURNED)
    return Outcome(
        end=left,
        kind=JournalKind.TRANSFER_BACK,
        legs=((EARNS[end.direction], fen), (BANK, -fen), (SOURCE, fen), (AVAILABLE, -fen)),
        says=GIVEN_BACK,
        body={"fen": fen, "given": left.given_fen},
    )


def receipt_said(end: End, fen: int) -> dict[str, int | str]:
    """What the receiver says of so much that came."""
    return {"fen": fen, "source": end.source, "round": end.undone}


def _claimed(end: End, fen: int) -> Outcome:
    return Outcome(
        end=replace(
            end,
            state=TransferState.RECEIVED,
            confirmed_fen=end.confirmed_fen + fen,
            difference="",
        ),
        kind=JournalKind.CLAIM,
        legs=(
            (UNIDENTIFIED, fen),
            (EARNS[end.direction], -fen),
            (AVAILABLE, fen),
            (SOURCE, -fen),
        ),
    )


# --- both -----------------------------------------------------------------------------------------


_NOISE = re.compile(r"[\s()（）·.,，。-]+")


def _plain(name: str) -> str:
    return _NOISE.sub("", name).casefold()


def share_of(total_fen: int, *, part: int, whole: int) -> int:
    """Return the part of a campaign's total that goes to the fund above, rounded to the fen, half up.

    155 of 221 of 2,210,000.00 yuan are 1,550,000.00.
    """
    return (2 * total_fen * part + whole) // (2 * whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class DonorRule:
    """What the donor of a named fund laid down: so many students, so many fen each a year, to a year or open."""

    students: int
    each_fen: int
    until: int | None = None

    @property
    def yearly_fen(self) -> int:
        """What one year costs."""
        return self.students * self.each_fen

    def committed_fen(self, year: int) -> int:
        """What is still to be paid from ``year`` on, where an end is laid down; one year where none is."""
        if self.until is None:
            return self.yearly_fen
        return self.yearly_fen * max(self.until - year + 1, 0)

    def tenths_of_years(self, means_fen: int) -> int:
        """How long the means last, in tenths of a year, rounded down: 50,000 for 5 × 4,000 are 25."""
        return means_fen * 10 // self.yearly_fen if self.yearly_fen else 0
