"""What the books of a station expect at its bank: who expects something names it here, and says what becomes of it.

An expectation is a promise, never money: only a line of the station's own bank statement posts. Apps that wait for
money register a ``Waiting`` in their ``ready()``; the reconciliation pairs lines with what they name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Protocol, runtime_checkable
from uuid import UUID

from bangfu.kernel.actors import Actor
from tenant_apps.funds.models import Journal
from tenant_apps.funds.rules import Somebody


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One payee inside an expectation that the bank may book alone: a line of a batch."""

    ref: str
    amount_fen: int
    counterparty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """So many fen that should come to the own account, or leave it, under our own reference.

    ``kind`` names who waits, ``ref`` is what we had the bank print, unique within the kind. ``amount_fen`` is
    positive; ``incoming`` gives the direction. ``counterparty`` is the name on the other side, ``due_on`` the day from
    which it can be booked. ``parts`` add up to the whole, where there are any. One that is not ``certain``
    may never be booked at all, such as what could bounce: it is matched, and missed by nobody.
    """

    kind: str
    ref: str
    amount_fen: int
    incoming: bool
    fund_id: UUID
    counterparty: str
    due_on: date
    parts: tuple[Part, ...] = ()
    certain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One line of the own bank statement: the bank's serial number, day, amount in fen, and text."""

    serial: str
    booked_on: date
    amount_fen: int
    counterparty: str
    text: str


class Waiting(Protocol):
    """An app that waits for money to come or go."""

    def expected(self, *, on: date) -> Iterable[Expectation]:
        """Return everything of this station that is open on a day, in a stable order."""
        ...

    def settle(
        self,
        ref: str,
        bookings: tuple[Booking, ...],
        *,
        maker: Somebody,
        actor: Actor,
        now: datetime,
    ) -> Journal:
        """Post what the bank booked for an expectation, and move what waited for it.

        The bookings add up to the expectation, or to some of its parts. Telling it again with the same bookings is
        the same journal.

        Raises:
            DomainError: it is not expected any more, or not so much; nothing is posted.
        """
        ...


@runtime_checkable
class Remembering(Protocol):
    """An app that also knows what it does not wait for any more: what was cancelled, void, or given up."""

    def ended(self, refs: Iterable[str]) -> Mapping[str, str]:
        """Return, of these references in small letters, those that are not expected any more, and why in words."""
        ...


@runtime_checkable
class Claiming(Protocol):
    """An app whose money may come in another amount than was expected, and is then talked about with who sent it."""

    def claim(
        self, ref: str, receipt: Journal, *, maker: Somebody, actor: Actor, now: datetime
    ) -> None:
        """Say that a receipt which lies unidentified on 2101 is what was expected, though it is less.

        The receipt stays; what it becomes is posted when both ends agree.

        Raises:
            DomainError: it is not expected any more; nothing is posted.
        """
        ...


@runtime_checkable
class Undoing(Protocol):
    """An app that can take back what it posted of a line that was paired with the wrong thing."""

    def check_undo(self, ref: str, journal: Journal) -> None:
        """Return only if ``undo`` would not be refused now.

        Raises:
            DomainError: it has gone on since; it says why.
        """
        ...

    def undo(
        self,
        ref: str,
        journal: Journal,
        *,
        reason: str,
        maker: Somebody,
        actor: Actor,
        now: datetime,
    ) -> None:
        """Take back what ``settle`` posted as ``journal``, and wait for the money again.

        Raises:
            DomainError: it has gone on since; nothing is posted.
        """
        ...


_waiting: dict[str, Waiting] = {}


class ExpectedTwice(Exception):
    """Two apps wait under the same name."""


def expects(kind: str, waiting: Waiting) -> None:
    """Register who waits for money under ``kind``; called once per process, in ``AppConfig.ready``."""
    if kind in _waiting:
        raise ExpectedTwice(kind)
    _waiting[kind] = waiting


def waiting() -> Mapping[str, Waiting]:
    """Return who waits for money, by kind."""
    return MappingProxyType(_waiting)
