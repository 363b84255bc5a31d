"""How many working days lie between two days, quickly and often."""

from __future__ import annotations

from datetime import date, timedelta

from bangfu.kernel.workdays import WorkCalendar

_ONE_DAY = timedelta(days=1)


class WorkingDays:
    """Counts the working days of a calendar, each year once."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self._calendar = calendar
        self._counted: dict[int, dict[date, int]] = {}

    def between(self, one: date, other: date) -> int:
        """Return how many working days lie between two days; a day off counts as the last working day before it."""
        if one == other:
            return 0
        if one > other:
            one, other = other, one
        if one.year == other.year:
            year = self._year(one.year)
            return year[other] - year[one]
        first, last = self._year(one.year), self._year(other.year)
        whole = sum(
            self._year(year)[date(year, 12, 31)] for year in range(one.year + 1, other.year)
        )
        return first[date(one.year, 12, 31)] - first[one] + whole + last[other]

    def _year(self, year: int) -> dict[date, int]:
        if year not in self._counted:
            count, day, counted = 0, date(year, 1, 1), {}
            while day.year == year:
                count += self._calendar.is_working_day(day)
                counted[day] = count
                day += _ONE_DAY
            self._counted[year] = counted
        return self._counted[year]
