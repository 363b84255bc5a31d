"""The protocol of a line that was entered as a transfer and was another's: what both ends do about it.

Plain functions like ``rules``. The end that entered the line takes its voucher back and says so; the other end follows,
unless it acted by itself meanwhile: then the two contradict each other until the right line is entered, or people
decide. What is said carries the round it belongs to, so that words that come twice, or late, change nothing.

Source: design of reliability §3 ("Transfer").
"""

from __future__ import annotations

from dataclasses import replace

from bangfu.kernel.errors import IllegalMove
from tenant_apps.sources.models import Difference, TransferState
from tenant_apps.sources.rules import (
    ON_THE_WAY,
    RECEIVED,
    UNRECEIVED,
    UNSENT,
    End,
    Outcome,
    receipt_said,
)


def unsent(end: End) -> Outcome:
    """The debit that was entered as this transfer was another's: it waits for its own again.

    The voucher is taken back by its mirror, as is that of ``unreceived``.

    Raises:
        IllegalMove: the receiver said what came, or money came back.
    """
    went_on = end.confirmed_fen or end.heard_fen or end.back_fen or end.given_fen
    if end.state not in ON_THE_WAY or not end.moved_fen or went_on:
        raise IllegalMove
    return Outcome(
        end=replace(
            end, state=TransferState.INSTRUCTED, moved_fen=0, difference="", undone=end.undone + 1
        ),
        says=UNSENT,
        body={"fen": end.moved_fen, "round": end.undone},
    )


def unreceived(end: End) -> Outcome:
    """The credit that was entered as this transfer was another's: it waits for its own again.

    Raises:
        IllegalMove: its use was reported, or some was given back, or not all came.
    """
    is_whole = end.amount_fen == end.moved_fen == end.confirmed_fen
    if end.state != TransferState.RECEIVED or not is_whole or end.given_fen:
        raise IllegalMove
    return Outcome(
        end=replace(
            end,
            state=TransferState.ANNOUNCED,
            moved_fen=0,
            confirmed_fen=0,
            undone=end.undone + 1,
        ),
        says=UNRECEIVED,
        body={"fen": end.moved_fen, "round": end.undone},
    )


def heard_unsent(end: End, *, of_round: int) -> Outcome:
    """The sender says that its bank did not pay this. What came here already contradicts it, and people look."""
    if of_round != end.heard_undone:
        return Outcome(end=end)
    heard = replace(end, heard_undone=end.heard_undone + 1)
    if end.state == TransferState.ANNOUNCED:
        return Outcome(end=replace(heard, state=TransferState.CANCELLED, difference=""))
    if end.state == TransferState.RECEIVED:
        return Outcome(
            end=replace(heard, state=TransferState.MISMATCH, difference=Difference.STATUS)
        )
    return Outcome(end=heard)


def heard_announced_again(end: End, *, difference: str, of_round: int) -> Outcome:
    """The sender's bank paid after all: the receiver waits again, or says again what came before."""
    if not end.heard_undone or of_round != end.heard_undone:
        return Outcome(end=end)
    if end.state == TransferState.CANCELLED:
        return Outcome(end=replace(end, state=TransferState.ANNOUNCED, difference=difference))
    if end.state != TransferState.MISMATCH:
        return Outcome(end=end)
    contradicted = end.difference == Difference.STATUS
    agreed_on = replace(end, state=TransferState.RECEIVED, difference="") if contradicted else end
    return Outcome(end=agreed_on, says=RECEIVED, body=receipt_said(end, end.moved_fen))


def heard_unreceived(end: End, *, of_round: int) -> Outcome:
    """The receiver says that what it confirmed was not this: the money is on its way again.

    Where the transfer was closed, the voucher that closed it is taken back by its mirror.
    """
    if of_round != end.heard_undone:
        return Outcome(end=end)
    heard = replace(end, heard_undone=end.heard_undone + 1)
    differs = end.state == TransferState.MISMATCH and end.heard_fen and not end.confirmed_fen
    if end.state != TransferState.CLOSED and not differs:
        return Outcome(end=heard)
    on_its_way = replace(heard, state=TransferState.SENT, confirmed_fen=0, heard_fen=0)
    return Outcome(end=replace(on_its_way, difference=""))
