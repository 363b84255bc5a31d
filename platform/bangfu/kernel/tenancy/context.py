"""Where a statement runs: inside one station, on the network's shared tables, or nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.db import connection

if TYPE_CHECKING:
    from bangfu.kernel.tenancy.backend.base import DatabaseWrapper


class NoStation(Exception):
    """A statement was about to run outside every station: a fault of the code, never of a person."""


class WrongStation(Exception):
    """Something built in one station was about to be used in another: a fault of the code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StationRef:
    """What the code needs to know of a station at all times.

    ``path`` holds the keys of the ancestors and of the station itself, root first, each followed by a
    dot; a station lies below another when its path starts with the other's.
    """

    id: int
    code: str
    name: str
    level: int
    schema: str
    path: str
    parent_id: int | None

    def is_below(self, other: StationRef) -> bool:
        """Say whether this station is ``other`` or lies below it."""
        return self.path.startswith(other.path)


@dataclass(frozen=True, slots=True)
class Network:
    """The realm of the shared tables, seen over all stations."""


NETWORK = Network()
Realm = StationRef | Network | None


def _wrapper() -> DatabaseWrapper:
    # The proxy looks the connection up anew in each thread, so a new thread starts nowhere.
    return cast("DatabaseWrapper", connection)


@contextmanager
def _in_realm(realm: Realm) -> Iterator[None]:
    before = _wrapper().realm
    _wrapper().enter(realm)
    try:
        yield
    finally:
        _wrapper().enter(before)


@contextmanager
def in_station(station: StationRef) -> Iterator[StationRef]:
    """Run the block as ``station``'s own database role, then go back to where it was called."""
    with _in_realm(station):
        yield station


@contextmanager
def in_network() -> Iterator[None]:
    """Run the block on the shared tables, seeing the rows of all stations."""
    with _in_realm(NETWORK):
        yield


@contextmanager
def nowhere() -> Iterator[None]:
    """Run the block outside every station: each statement in it raises ``NoStation``."""
    with _in_realm(None):
        yield


def current_station() -> StationRef:
    """Return the station in force.

    Raises:
        NoStation: the code runs on the network's tables, or nowhere.
    """
    realm = _wrapper().realm
    if not isinstance(realm, StationRef):
        raise NoStation("no station is in force here")
    return realm


def station_in_force() -> StationRef | None:
    """Return the station in force, or None outside one."""
    realm = _wrapper().realm
    return realm if isinstance(realm, StationRef) else None


def send_with_next(statement: str, parameters: Sequence[object]) -> None:
    """Send a statement whose answer nobody waits for along with the next one, as a rule the commit.

    It keeps its place and its realm: whatever is asked afterwards finds it done. If it fails, the next
    statement or the commit raises, and the transaction is taken back.

    Raises:
        NoStation: no realm is in force.
        TransactionManagementError: there is no transaction to ride in.
    """
    _wrapper().send_with_next(statement, parameters)
