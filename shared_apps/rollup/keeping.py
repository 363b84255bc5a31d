"""Answers of the roll-up, kept for some seconds while nothing new was added to the totals."""

import time
from collections.abc import Callable
from datetime import date
from threading import Lock
from typing import TypeVar, cast

from django.conf import settings
from django.utils.translation import get_language

from bangfu.kernel.tenancy import StationRef, station_in_force
from shared_apps.rollup.dashboard import Card, Dashboard, Question, dashboard, month_at_a_glance
from shared_apps.rollup.selectors import writes_folded

# A process keeps so many answers; the oldest make room.
MOST_KEPT = 64

A = TypeVar("A")
_Key = tuple[object, ...]
_kept: dict[_Key, tuple[float, object]] = {}
_lock = Lock()


def dashboard_of_late(question: Question) -> Dashboard:
    """Return what ``dashboard`` answers, or answered less than ``BANGFU_COUNTS_KEPT_SECONDS`` ago."""
    return _of_late(("board", question.station.id, question.query()), lambda: dashboard(question))


def glance_of_late(*, station: StationRef, today: date, with_money: bool) -> list[list[Card]]:
    """Return what ``month_at_a_glance`` answers, or answered as short a while ago."""
    return _of_late(
        ("glance", station.id, today, with_money),
        lambda: month_at_a_glance(station=station, today=today, with_money=with_money),
    )


def _of_late(asked: _Key, answer: Callable[[], A]) -> A:
    """Return an answer that was given some seconds ago in this process, or give it.

    Totals are what the folder has made of the writes so far: while it has taken no further write they are
    the same. Names of stations and totals put right by a recount may be as old as those seconds.
    """
    seconds = settings.BANGFU_COUNTS_KEPT_SECONDS
    if not seconds:
        return answer()
    asker = station_in_force()
    key: _Key = (asker and asker.id, *asked, get_language(), writes_folded())
    now = time.monotonic()
    with _lock:
        at, found = _kept.get(key, (0.0, None))
    if found is not None and now - at < seconds:
        return cast(A, found)
    made = answer()
    with _lock:
        _kept.pop(key, None)
        _kept[key] = (now, made)
        while len(_kept) > MOST_KEPT:
            del _kept[next(iter(_kept))]
    return made
