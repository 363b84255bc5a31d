"""The protocol by which a file moves between stations, as one table: what each may do or hear, and what it then does.

Exactly one holds the file at every moment: the giving station until it hands over, then the message that carries the
file, then the taking station. Only the giving station lets go, and it does so once: when the other has accepted and
the station above both has confirmed. Nothing here touches a database or a clock. Telling a thing again changes
nothing, and what comes too late is not followed.

Source: domain §3.2, on_file → transferring → on_file; NR10, NR12.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bangfu.kernel.errors import IllegalMove
from tenant_apps.households.models import TransferRole, TransferState

# What the stations say to each other.
OFFERED = "transfer.offered"
ACCEPTED = "transfer.accepted"
DECLINED = "transfer.declined"
CONFIRMED = "transfer.confirmed"
REFUSED = "transfer.refused"
CANCELLED = "transfer.cancelled"
ASKED = "transfer.asked"
HANDED = "transfer.handed"
RECEIVED = "transfer.received"
DONE = "transfer.done"

UNKNOWN = ""
"""Where a transfer stands at a station that has not heard of it."""

_GIVING, _TAKING, _CONFIRMING = TransferRole.GIVING, TransferRole.TAKING, TransferRole.CONFIRMING
_OPEN = frozenset({TransferState.OFFERED, TransferState.ACCEPTED})
_NOT_DONE = frozenset(TransferState) - {TransferState.DONE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One move of a station in a transfer.

    ``sources`` are where the transfer may stand there, ``target`` where it stands then, ``file_step`` the step that the
    file takes in its own flow, and ``says`` which words go to whom.
    """

    sources: frozenset[str]
    target: TransferState
    file_step: str = ""
    says: tuple[tuple[str, TransferRole], ...] = ()


_ACTS = {
    (_GIVING, "offer"): Move(
        sources=frozenset({UNKNOWN}),
        target=TransferState.OFFERED,
        file_step="offer_transfer",
        says=((OFFERED, _TAKING),),
    ),
    (_GIVING, "cancel"): Move(
        sources=_OPEN,
        target=TransferState.CANCELLED,
        file_step="cancel_transfer",
        says=((CANCELLED, _TAKING), (CANCELLED, _CONFIRMING)),
    ),
    (_TAKING, "accept"): Move(
        sources=frozenset({TransferState.OFFERED}),
        target=TransferState.ACCEPTED,
        says=((ACCEPTED, _GIVING),),
    ),
    (_TAKING, "decline"): Move(
        sources=frozenset({TransferState.OFFERED}),
        target=TransferState.DECLINED,
        says=((DECLINED, _GIVING),),
    ),
    (_CONFIRMING, "confirm"): Move(
        sources=frozenset({TransferState.ACCEPTED}),
        target=TransferState.CONFIRMED,
        says=((CONFIRMED, _GIVING),),
    ),
    (_CONFIRMING, "refuse"): Move(
        sources=frozenset({TransferState.ACCEPTED}),
        target=TransferState.REFUSED,
        says=((REFUSED, _GIVING),),
    ),
}
_ENDS_ELSEWHERE = Move(sources=_NOT_DONE, target=TransferState.CANCELLED)
_WORDS = {
    (_TAKING, OFFERED): Move(sources=frozenset({UNKNOWN}), target=TransferState.OFFERED),
    (_GIVING, ACCEPTED): Move(
        sources=frozenset({TransferState.OFFERED}),
        target=TransferState.ACCEPTED,
        says=((ASKED, _CONFIRMING),),
    ),
    (_GIVING, DECLINED): Move(
        sources=_OPEN, target=TransferState.DECLINED, file_step="transfer_ended"
    ),
    (_CONFIRMING, ASKED): Move(sources=frozenset({UNKNOWN}), target=TransferState.ACCEPTED),
    (_GIVING, CONFIRMED): Move(
        sources=frozenset({TransferState.ACCEPTED}),
        target=TransferState.HANDED,
        file_step="handed_over",
        says=((HANDED, _TAKING),),
    ),
    (_GIVING, REFUSED): Move(
        sources=_OPEN,
        target=TransferState.REFUSED,
        file_step="transfer_ended",
        says=((CANCELLED, _TAKING),),
    ),
    (_TAKING, CANCELLED): _ENDS_ELSEWHERE,
    (_CONFIRMING, CANCELLED): _ENDS_ELSEWHERE,
    # A file that came is never sent away, wherever the transfer stands: nobody else has it.
    (_TAKING, HANDED): Move(
        sources=_NOT_DONE,
        target=TransferState.DONE,
        file_step="moved_in",
        says=((RECEIVED, _GIVING),),
    ),
    (_GIVING, RECEIVED): Move(
        sources=frozenset({TransferState.HANDED}),
        target=TransferState.DONE,
        file_step="moved_out",
        says=((DONE, _CONFIRMING),),
    ),
    (_CONFIRMING, DONE): Move(sources=_NOT_DONE, target=TransferState.DONE),
}

ACTS: Mapping[tuple[TransferRole, str], Move] = MappingProxyType(_ACTS)
"""What people do at a station, by the station's role in the transfer."""

WORDS: Mapping[tuple[TransferRole, str], Move] = MappingProxyType(_WORDS)
"""What follows from a word of another station, by the role of the one that hears it."""


def listeners(word: str) -> tuple[TransferRole, ...]:
    """Return in which roles a station follows a word."""
    return tuple(role for role, heard_of in WORDS if heard_of == word)


def act(role: TransferRole, name: str, *, state: str) -> Move:
    """Return the move of a person where a transfer stands so.

    Raises:
        IllegalMove: it cannot be done now.
    """
    move = ACTS[role, name]
    if state not in move.sources:
        raise IllegalMove
    return move


def heard(role: TransferRole, word: str, *, state: str) -> Move | None:
    """Return what follows from a word where a transfer stands so; None when it was heard before or comes too late."""
    move = WORDS[role, word]
    return move if state in move.sources else None
