"""Periods of a report: a month, a quarter, a year."""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from bangfu.kernel.errors import DomainError

_FORM = re.compile(r"(?P<year>\d{4})(?:-(?P<month>0[1-9]|1[0-2])|-?Q(?P<quarter>[1-4]))?")


class UnknownPeriod(DomainError):
    """The text names no month, quarter or year."""

    code = "unknown-period"
    http_status = 400

    def __init__(self, text: str) -> None:
        super().__init__(
            _("时期“%(text)s”无法识别：月份写作 2026-11，季度写作 2026Q4，年份写作 2026。"),
            text=text,
        )


@dataclass(frozen=True, slots=True)
class Period:
    """The months from ``first`` to ``last``, both named by their first day and both included."""

    text: str
    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read ``2026-11``, ``2026Q4`` or ``2026``.

        Raises:
            UnknownPeriod: the text is none of them.
        """
        match = _FORM.fullmatch(text.strip().upper())
        if match is None or match["year"] == "0000":
            raise UnknownPeriod(text)
        year = int(match["year"])
        if match["month"]:
            month = date(year, int(match["month"]), 1)
            return cls(f"{month:%Y-%m}", month, month)
        if match["quarter"]:
            quarter = int(match["quarter"])
            first = date(year, 3 * quarter - 2, 1)
            return cls(f"{year}Q{quarter}", first, date(year, 3 * quarter, 1))
        return cls(f"{year}", date(year, 1, 1), date(year, 12, 1))

    @classmethod
    def month_of(cls, day: date) -> "Period":
        """Return the month in which ``day`` lies."""
        first = day.replace(day=1)
        return cls(f"{first:%Y-%m}", first, first)

    @property
    def months(self) -> tuple[date, ...]:
        """The first day of each month, in order."""
        months = []
        month = self.first
        while month <= self.last:
            months.append(month)
            month = next_month(month)
        return tuple(months)

    @property
    def label(self) -> str:
        """How the period is called on a page."""
        if self.first == self.last:
            return _("%(year)s年%(month)s月") % {"year": self.first.year, "month": self.first.month}
        if self.first.year == self.last.year and self.last.month - self.first.month == 2:
            return _("%(year)s年第%(quarter)s季度") % {
                "year": self.first.year,
                "quarter": self.last.month // 3,
            }
        return _("%(year)s年") % {"year": self.first.year}


def next_month(month: date) -> date:
    """Return the first day of the following month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def earlier_month(month: date, months: int) -> date:
    """Return the first day of the month that lies ``months`` before."""
    index = month.year * 12 + month.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)
