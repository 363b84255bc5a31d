"""Working days by the official calendar, with its days off and its make-up days.

Holidays come from the package ``holidays``; a network adds overrides, which win. A year whose
State Council notice is not known yet is computed from the rules alone and is provisional:
whatever was counted through it is counted anew when the notice is out. Source: domain.md 5.4.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

import holidays

_ONE_DAY = timedelta(days=1)
_FRIDAY = 5


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The official calendar with a network's overrides; ``True`` makes a day a working day."""

    overrides: Mapping[date, bool] = field(default_factory=lambda: MappingProxyType({}))
    version: str = ""

    def is_working_day(self, day: date) -> bool:
        """Tell whether people work on this day."""
        override = self.overrides.get(day)
        return day in _official_year(day.year).working_days if override is None else override

    def unusual_days(self, year: int) -> Iterator[tuple[date, bool]]:
        """Yield the days of a year that are not what their weekday says, and the overruled ones; is each worked?"""
        for day in _days_of(year):
            works = self.is_working_day(day)
            if day in self.overrides or works != (day.isoweekday() <= _FRIDAY):
                yield day, works

    def is_provisional(self, year: int) -> bool:
        """Tell whether the make-up days of a year are still unknown."""
        decided = _official_year(year).is_announced or any(
            day.year == year and works for day, works in self.overrides.items()
        )
        return not decided


@dataclass(frozen=True, slots=True)
class WorkingDayCount:
    """A deadline and the days that were counted to reach it, the last one being ``due_on``."""

    start_on: date
    due_on: date
    counted: tuple[date, ...]
    is_provisional: bool


def add_working_days(start: date, n: int, calendar: WorkCalendar) -> date:
    """Return the n-th working day after ``start``; the start itself is day 0."""
    return count_working_days(start, n, calendar).due_on


def count_working_days(start: date, n: int, calendar: WorkCalendar) -> WorkingDayCount:
    """Return the n-th working day after ``start`` with the days that make it up.

    Raises:
        ValueError: ``n`` is negative.
    """
    if n < 0:
        raise ValueError("a deadline lies ahead: n must not be negative")
    days = _working_days(start, _ONE_DAY, calendar)
    counted = tuple(next(days) for _ in range(n))
    due = counted[-1] if counted else start
    provisional = any(calendar.is_provisional(year) for year in range(start.year, due.year + 1))
    return WorkingDayCount(start, due, counted, is_provisional=provisional)


def working_day_before(due: date, n: int, calendar: WorkCalendar) -> date:
    """Return the n-th working day before ``due``: the day of a warning."""
    days = _working_days(due, -_ONE_DAY, calendar)
    for _ in range(n):
        due = next(days)
    return due


def working_days_left(on: date, due: date, calendar: WorkCalendar) -> int:
    """Return how many working days follow ``on`` up to and with ``due``; negative when overdue."""
    if due < on:
        return -working_days_left(due, on, calendar)
    span = (on + timedelta(days=step) for step in range(1, (due - on).days + 1))
    return sum(calendar.is_working_day(day) for day in span)


@dataclass(frozen=True, slots=True)
class _OfficialYear:
    working_days: frozenset[date]
    is_announced: bool


@lru_cache(maxsize=64)
def _official_year(year: int) -> _OfficialYear:
    """Read one year from the package; it must be populated before make-up days are asked for."""
    china = holidays.country_holidays("CN", years=year)
    working = frozenset(day for day in _days_of(year) if china.is_working_day(day))
    return _OfficialYear(
        working_days=working, is_announced=any(day.year == year for day in china.weekend_workdays)
    )


def _days_of(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=step) for step in range((date(year + 1, 1, 1) - first).days))


def _working_days(start: date, step: timedelta, calendar: WorkCalendar) -> Iterator[date]:
    day = start
    while True:
        day += step
        if calendar.is_working_day(day):
            yield day
