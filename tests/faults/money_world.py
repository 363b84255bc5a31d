"""What a walk of transfers moves in: stations with books and bank accounts, statements, and transfers on their way."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field

from tenant_apps.funds.chart import CHART
from tenant_apps.sources.rules import End

ENDOWED = 10**12
PAYEE = "桥东区总工会"


class Violation(AssertionError):
    """Something that must hold does not."""


@dataclass(slots=True)
class Line:
    """One line of a statement: an amount above zero, the direction, the reference the bank prints."""

    ref: int
    fen: int
    incoming: bool
    counterparty: str = PAYEE


@dataclass(slots=True)
class Station:
    """One station: its books, its account at the bank, and the lines it has not entered."""

    name: int
    books: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    account: int = ENDOWED
    entered: int = ENDOWED
    statement: deque[Line] = field(default_factory=deque)
    transit: int = 0
    unclaimed: int = 0
    held: int = 0
    result: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def __post_init__(self):
        self.books |= {"1001": ENDOWED, "4001": -ENDOWED, "8001": ENDOWED, "8000": -ENDOWED}

    def post(self, legs):
        sums = Counter()
        for code, fen in legs:
            if not fen:
                raise Violation(f"a leg of {code} moves nothing")
            self.books[code] += fen
            sums[CHART[code].book] += fen
            floor = CHART[code].floor_fen
            if floor is not None and self.books[code] < floor:
                raise Violation(f"{code} of {self.name} fell to {self.books[code]}")
        if any(sums.values()):
            raise Violation(f"a voucher of {self.name} does not balance: {legs}")


@dataclass(slots=True)
class Money:
    """One transfer: both ends, where the money really is, and the messages on their way."""

    out_at: Station
    in_at: Station
    out: End
    inn: End | None = None
    fate: str = "fine"
    afloat: int = 0
    wants_back: int = 0
    mail: deque = field(default_factory=deque)
    copies: list = field(default_factory=list)
    found: deque = field(default_factory=deque)
    found_out: deque = field(default_factory=deque)
    # The legs under which each end entered its line and the sender closed, and whom the bank paid.
    sent_by: tuple = ()
    received_by: tuple = ()
    closed_by: tuple = ()
    paid_to: str = ""
