"""Faults that the protocol of transfers could have, each one line of its table changed; each must be found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tenant_apps.households.models import TransferRole, TransferState
from tenant_apps.households.rules import custody

GIVING, TAKING, CONFIRMING = TransferRole.GIVING, TransferRole.TAKING, TransferRole.CONFIRMING
EVERY = frozenset(TransferState)
OPEN = frozenset({TransferState.OFFERED, TransferState.ACCEPTED})


@dataclass(frozen=True)
class Changed:
    """A line of a table, and what of it is changed."""

    table: dict[Any, Any]
    key: tuple[TransferRole, str]
    changes: Mapping[str, Any]


def _act(role, name, **changes):
    return Changed(custody._ACTS, (role, name), changes)


def _word(role, word, **changes):
    return Changed(custody._WORDS, (role, word), changes)


PROTOCOL = {
    "a file that was handed over is taken back": _act(
        GIVING, "cancel", sources=OPEN | {TransferState.HANDED}
    ),
    "a file that arrived is made once more": _word(TAKING, custody.HANDED, sources=EVERY),
    "a file that was received is closed once more": _word(GIVING, custody.RECEIVED, sources=EVERY),
    "a confirmation is followed though the offer was taken back": _word(
        GIVING, custody.CONFIRMED, sources=EVERY
    ),
    "a confirmation is followed twice": _word(
        GIVING, custody.CONFIRMED, sources=frozenset({"accepted", "handed"})
    ),
    "a file is handed over without a message": _word(GIVING, custody.CONFIRMED, says=()),
    "a file is given away as soon as it is accepted": _word(
        GIVING, custody.ACCEPTED, says=((custody.HANDED, TAKING),)
    ),
    "the giver is not told that the file came": _word(TAKING, custody.HANDED, says=()),
    "the station above is not told that the file moved": _word(GIVING, custody.RECEIVED, says=()),
    "the station above is not asked": _word(GIVING, custody.ACCEPTED, says=()),
    "the taker is not told that the offer was taken back": _act(
        GIVING, "cancel", says=((custody.CANCELLED, CONFIRMING),)
    ),
    "the station above is not told that the offer was taken back": _act(
        GIVING, "cancel", says=((custody.CANCELLED, TAKING),)
    ),
    "the taker is not told of a refusal": _word(GIVING, custody.REFUSED, says=()),
    "a file stays as if it moved when it is declined": _word(
        GIVING, custody.DECLINED, file_step=""
    ),
    "a file stays as if it moved when it is refused": _word(GIVING, custody.REFUSED, file_step=""),
    "what was accepted may be declined": _act(TAKING, "decline", sources=OPEN),
    "a late refusal is followed": _word(GIVING, custody.REFUSED, sources=EVERY),
    "an offer is shown again after it ended": _word(
        TAKING, custody.OFFERED, sources=EVERY | {custody.UNKNOWN}
    ),
    "a question is shown again after it was answered": _word(
        CONFIRMING, custody.ASKED, sources=EVERY | {custody.UNKNOWN}
    ),
}
