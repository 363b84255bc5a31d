"""The only clock: instants with a zone, days as they are counted in Shanghai.

A demo network can run ahead of real time. Whoever keeps that offset registers a provider
once per process; a network that is not a demo never asks it.
"""

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

LOCAL = ZoneInfo("Asia/Shanghai")

OffsetProvider = Callable[[], timedelta]

_REMEMBER_SECONDS = 1.0


class ClockRanBackwards(Exception):
    """An offset provider asked for a time before the present."""


class _Offset:
    """The offset of this process: who knows it and what it said last."""

    def __init__(self) -> None:
        self.provider: OffsetProvider | None = None
        self.value = timedelta()
        self.good_until = 0.0

    def read(self) -> timedelta:
        """Return the offset, asking the provider at most once a second."""
        if self.provider is None or not settings.BANGFU_DEMO:
            return timedelta()
        if time.monotonic() >= self.good_until:
            value = self.provider()
            if value < timedelta():
                raise ClockRanBackwards(value)
            self.value = value
            self.good_until = time.monotonic() + _REMEMBER_SECONDS
        return self.value


_offset = _Offset()


def set_offset_provider(provider: OffsetProvider | None) -> None:
    """Name the callable that knows how far ahead a demo network runs; ``None`` forgets it."""
    _offset.provider = provider
    forget_offset()


def forget_offset() -> None:
    """Ask the provider again at the next reading, after the clock was moved."""
    _offset.good_until = 0.0


def offset() -> timedelta:
    """Return how far this network runs ahead of real time; zero outside a demo."""
    return _offset.read()


def now() -> datetime:
    """Return the present instant, in Shanghai's zone."""
    return datetime.now(tz=LOCAL) + _offset.read()


def today() -> date:
    """Return the present day in Shanghai."""
    return now().date()


def local_day(instant: datetime) -> date:
    """Return the Shanghai day on which an instant falls."""
    return instant.astimezone(LOCAL).date()
