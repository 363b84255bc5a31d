"""A station in the story of the money: its people, its days, and its bank."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from bangfu.demo import plan
from bangfu.demo.bank import Booked, statement_of
from bangfu.demo.flowing import person_at
from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import StationRef
from shared_apps.accounts.roles import Role
from shared_apps.bankfiles.models import COUNTED, Line, Statement
from tenant_apps.banking import services as banking
from tenant_apps.funds.models import Account, Fund

CITY, COUNTY, STREET = plan.FIRST[:3]
_SATURDAY = 5


@dataclass
class Desk:
    """One station in the story: its people, its bank, and the day on which something happens there.

    Days are counted back from the day of the story, without weekends. ``townships`` are those the county runs
    its campaigns over.
    """

    station: StationRef
    last_day: date
    townships: tuple[str, ...] = ()
    _people: dict[str, Actor] = field(default_factory=dict)

    @property
    def year(self) -> int:
        """The year of the books."""
        return self.last_day.year

    def on(self, day: int) -> date:
        """Return the weekday that lies so many weekdays before the day of the story."""
        weeks, rest = divmod(day, _SATURDAY)
        found = self.last_day - timedelta(days=max(self.last_day.weekday() - 4, 0), weeks=weeks)
        return found - timedelta(days=rest if found.weekday() >= rest else rest + 2)

    def at(self, day: int, hour: int = 10) -> datetime:
        """Return an hour of such a day."""
        on = self.on(day)
        return datetime(on.year, on.month, on.day, hour, 20, tzinfo=clock.LOCAL)

    def person(self, role: str) -> Actor:
        """Return whoever plays a role here."""
        if role not in self._people:
            self._people[role] = person_at(self.station, role)
        return self._people[role]

    def by(self, role: str, day: int, hour: int = 10) -> dict[str, Any]:
        """Return who does something, and when, as services take it."""
        return {"actor": self.person(role), "now": self.at(day, hour)}

    def two(self, day: int, hour: int = 15) -> dict[str, Any]:
        """Return finance as the maker and the head as the checker of a voucher."""
        return {"maker": self.person(Role.FINANCE), **self.by(Role.HEAD, day, hour)}

    def fund(self, source: str) -> Fund:
        """Return the first fund of a source."""
        return Fund.objects.filter(source=source).order_by("opened_on", "code")[0]

    def statement(self, day: int, *lines: Booked, fund: Fund) -> Statement:
        """Let finance bring what the bank booked, and the head check it; what fits is posted."""
        brought = self.brought(day, *lines, fund=fund)
        checked = banking.confirm_statement(brought.pk, **self.by(Role.HEAD, day, 11))
        return banking.go_on(checked, now=self.at(day, 11))

    def brought(self, day: int, *lines: Booked, fund: Fund) -> Statement:
        """Let finance bring what the bank booked; it waits for the check of another person."""
        before = (
            Statement.objects.filter(station_id=self.station.id, state__in=COUNTED)
            .order_by("-last_on", "-pk")
            .first()
        )
        opening = before.closing_fen if before else None
        if opening is None:
            opening = sum(Account.objects.filter(code="1001").values_list("balance_fen", flat=True))
        data = statement_of(
            f"{self.station.code:0<16}",
            lines,
            opening_fen=opening,
            first_serial=Line.objects.filter(station_id=self.station.id).count() + 1,
        )
        brought = banking.upload_statement(
            data,
            filename=f"专户对账单{self.on(day):%Y%m%d}.csv",
            fund_id=fund.pk,
            only_this_fund=False,
            **self.by(Role.FINANCE, day, 9),
        )
        if brought.problems:
            raise StatementUnread(brought.problems)
        return brought


@cache
def union_of(code: str) -> str:
    """Return the union a station belongs to, the holder of its account."""
    name = next(place.name for place in plan.everything() if place.code == code)
    before, union, _after = name.partition("总工会")
    return before.removesuffix("职工帮扶站") + (union or "总工会")


class StatementUnread(Exception):
    """The bank of the demo wrote a statement that does not hold."""
