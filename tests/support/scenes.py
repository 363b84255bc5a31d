"""Scenes: a state of the network that many tests begin with, made once in a process and put back after each test.

A scene is a function in a ``conftest.py``; its name is then a fixture for the tests below that folder::

    @scene
    def branch(cast):
        ...                       # opens files, lets stations report, as any fixture would
        return Network(cast.person_at)

What it writes stands in a transaction that stays open; each test runs in a savepoint of it, on a copy of what
the function returned. One scene stands at a time, so tests that begin with the same one should be of one folder
named in ``TOGETHER``.
"""

import copy
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections, transaction

from bangfu.kernel.tenancy import StationRef, in_network
from tenants.models import Station
from tests.support import databases

MARK = "_scene"


class Cast:
    """The people and stations a scene is made with."""

    def __init__(self, person_at: Callable[..., Any]) -> None:
        self.person_at = person_at

    def station(self, code: str) -> StationRef:
        """Return the station of the small tree with this code."""
        with in_network():
            return Station.objects.get(code=code).ref


class Scene:
    """One scene: its name and what makes it."""

    def __init__(self, make: Callable[[Cast], Any]) -> None:
        self.name = make.__name__
        self.make = make


class Stage:
    """The scene that stands in this process, if any."""

    def __init__(self) -> None:
        self.scene: Scene | None = None
        self._value: Any = None
        self._atomic: Any = None

    def set(self, scene: Scene, cast: Cast) -> None:
        """Let ``scene`` stand, whatever stood before."""
        if self.scene is scene:
            return
        self.clear()
        self._atomic = begin()
        try:
            # Keys of rows have the order of the clock: a scene is older than whatever its tests make, at noon or today.
            with time_machine.travel(databases.NOON - timedelta(hours=1)):
                self._value = scene.make(cast)
        except BaseException:
            self.clear()
            raise
        finally:
            connections["default"].enter(None)
        self.scene = scene

    @property
    def stands(self) -> bool:
        """Whether a scene stands, and so its transaction is open."""
        return self._atomic is not None

    def clear(self) -> None:
        """Put the database back to what it was before any scene."""
        atomic, self._atomic, self.scene, self._value = self._atomic, None, None, None
        if atomic is not None:
            undo(atomic)

    def value(self) -> Any:
        """Return what the scene returned, as if it had been made for the caller alone."""
        return copy.deepcopy(self._value)


def begin() -> Any:
    """Open a transaction, or a savepoint of the one that is open, that only ``undo`` ends."""
    atomic = transaction.atomic()
    atomic._from_testcase = True
    with in_network():
        atomic.__enter__()
    return atomic


def undo(atomic: Any) -> None:
    """Undo everything since ``begin``."""
    connection = connections["default"]
    with in_network():
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)
    connection.enter(None)
    connection.run_on_commit = []


def close_what_was_left_open() -> bool:
    """End every transaction of this process, with its connection; say whether there was one.

    A transaction that a test leaves open outlives even its connection: every later test would fail for it.
    """
    connection = connections["default"]
    was_open = connection.in_atomic_block
    if was_open:
        connection.in_atomic_block = False
        connection.savepoint_ids = []
        connection.atomic_blocks = []
        connection.closed_in_transaction = False
        connection.needs_rollback = False
        connection.run_on_commit = []
        connection.close()
    return was_open


def scene(make: Callable[[Cast], Any]) -> Any:
    """Let ``make`` be a scene, and its name the fixture that gives what it returned."""
    known = Scene(make)

    def of_its_own(db: None, stage: Stage) -> Any:
        return stage.value()

    of_its_own.__doc__ = make.__doc__
    setattr(of_its_own, MARK, known)
    return pytest.fixture(of_its_own, name=known.name)


def scene_of(item: pytest.Item) -> Scene | None:
    """Return the scene that a test begins with: that of a fixture, or of its mark ``begins``."""
    mark = item.get_closest_marker("begins")
    if mark is not None:
        return mark.args[0]
    for definitions in item._fixtureinfo.name2fixturedefs.values():
        for definition in definitions:
            known = getattr(definition.func, MARK, None)
            if known is not None:
                return known
    return None
