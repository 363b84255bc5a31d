"""Scenes: a state of the network that many tests begin with, made once in a process and put back after each test.

A scene is a function in a ``conftest.py``; its name is then a fixture for the tests below that folder::

    @scene
    def branch(cast):
        ...                       # opens files, lets stations report, as any fixture would
        return Network(cast.person_at)

What it writes stands in a transaction that stays open; each test runs in a savepoint of it, on a copy of what
the function returned. One scene stands at a time, so tests that begin with the same one should be of one folder
named in ``TOGETHER``.

A scene may go on from another, which is then made once for both::

    @scene(after=branch)
    def reported(cast, branch):
        ...

A test that asks for both begins with the later one, and what both returned belongs together.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
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
    """One scene: its name, what makes it, and the scene it goes on from."""

    def __init__(self, make: Callable[..., Any], after: "Scene | None" = None) -> None:
        self.name = make.__name__
        self.make = make
        self.after = after

    @property
    def line(self) -> list["Scene"]:
        """All that is made one after the other until it stands, itself the last."""
        return [*(self.after.line if self.after else []), self]


@dataclass
class _Standing:
    scene: Scene
    atomic: Any
    values: dict[str, Any]


class Stage:
    """The scene that stands in this process, if any, and those it went on from."""

    def __init__(self) -> None:
        self._standing: list[_Standing] = []
        self._copies: dict[str, Any] | None = None

    def set(self, scene: Scene, cast: Cast) -> None:
        """Let ``scene`` stand, whatever stood before."""
        self._copies = None
        line = scene.line
        while [one.scene for one in self._standing] != line[: len(self._standing)]:
            self._undo_last()
        for one in line[len(self._standing) :]:
            self._go_on(one, cast)

    def _go_on(self, scene: Scene, cast: Cast) -> None:
        values = copy.deepcopy(self._standing[-1].values) if self._standing else {}
        standing = _Standing(scene, begin(), values)
        self._standing.append(standing)
        given = [values[scene.after.name]] if scene.after else []
        try:
            # Keys of rows have the order of the clock: a scene is older than whatever its tests make, at noon or today.
            with time_machine.travel(databases.NOON - timedelta(hours=1)):
                values[scene.name] = scene.make(cast, *given)
        except BaseException:
            self.clear()
            raise
        finally:
            connections["default"].enter(None)

    @property
    def stands(self) -> bool:
        """Whether a scene stands, and so its transaction is open."""
        return bool(self._standing)

    def clear(self) -> None:
        """Put the database back to what it was before any scene."""
        self._copies = None
        while self._standing:
            self._undo_last()

    def _undo_last(self) -> None:
        undo(self._standing.pop().atomic)

    def value(self, scene: Scene) -> Any:
        """Return what ``scene`` returned, as if it had been made for the present test alone."""
        if self._copies is None:
            self._copies = copy.deepcopy(self._standing[-1].values)
        return self._copies[scene.name]


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


def scene(make: Callable[..., Any] | None = None, *, after: Any = None) -> Any:
    """Let ``make`` be a scene, and its name the fixture that gives what it returned.

    ``after`` is the scene it goes on from: ``make`` is given what that one returned.
    """
    if make is None:
        return partial(scene, after=after)
    known = Scene(make, getattr(after, MARK, None))

    def of_its_own(db: None, stage: Stage) -> Any:
        return stage.value(known)

    of_its_own.__doc__ = make.__doc__
    setattr(of_its_own, MARK, known)
    fixture = pytest.fixture(of_its_own, name=known.name)
    setattr(fixture, MARK, known)
    return fixture


def scene_of(item: pytest.Item) -> Scene | None:
    """Return the scene that a test begins with: that of its mark ``begins``, or the latest of its fixtures."""
    mark = item.get_closest_marker("begins")
    if mark is not None:
        return mark.args[0]
    found = [
        known
        for definitions in item._fixtureinfo.name2fixturedefs.values()
        if (known := getattr(definitions[-1].func, MARK, None)) is not None
    ]
    return max(found, key=lambda one: len(one.line), default=None)
