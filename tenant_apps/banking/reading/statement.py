"""What a statement says, whatever file it came in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLine:
    """One booking as the bank states it; ``number`` is its row or place in the file.

    ``amount_fen`` is above zero for money that came, below for money that left. ``balance_fen`` is the
    balance after it, where the bank prints one.
    """

    number: int
    serial: str
    booked_on: date
    amount_fen: int
    counterparty: str = ""
    other_account: str = ""
    text: str = ""
    reference: str = ""
    balance_fen: int | None = None


@dataclass(slots=True, kw_only=True)
class ReadStatement:
    """A statement as it was read, before anybody has said that it is whole.

    The totals and the count are what the head of the file says, where it does.
    """

    account: str = ""
    first_on: date | None = None
    last_on: date | None = None
    opening_fen: int | None = None
    closing_fen: int | None = None
    said_count: int | None = None
    said_credit_fen: int | None = None
    said_debit_fen: int | None = None
    lines: list[ReadLine] = field(default_factory=list)
