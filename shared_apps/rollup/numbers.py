"""How the number of an indicator comes about: sums of facts, or for a ratio of both its parts."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from bangfu.kernel.tenancy import StationRef
from shared_apps.rollup.fold import distinct_subjects
from shared_apps.rollup.indicators import Indicator
from shared_apps.rollup.models import Leaf, Member, Tree
from shared_apps.rollup.periods import Period
from shared_apps.rollup.registry import indicator
from tenants.models import Station

OPENING = "@opening"


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one indicator in one period: sums of facts, or for a ratio of both its parts."""

    asked: Indicator
    period: Period

    @property
    def nothing(self) -> Decimal | None:
        """What a station has of which no fact tells: none of a ratio, zero of a sum."""
        return None if self.asked.cls == "R" else Decimal(0)

    def of_subtree(self, station: StationRef) -> Decimal | None:
        """Return the number of a station with everything below it."""
        if self.counts_once:
            return self._quotient(
                lambda part, first, last: distinct_subjects(
                    path=station.path, indicator=part.fact_code, first=first, last=last
                ),
                Tree.objects.filter(ancestor_id=station.id, dimension=""),
            )
        return self._one(Tree.objects.filter(ancestor_id=station.id, dimension=""))

    def of_station_alone(self, station: StationRef) -> Decimal | None:
        """Return the number of a station without those below it."""
        if self.counts_once:
            return self._quotient(
                lambda part, first, last: _standing_alone(station, part, first, last),
                Leaf.objects.filter(station_id=station.id, dimension=""),
            )
        return self._one(Leaf.objects.filter(station_id=station.id, dimension=""))

    def by_key(self, station: StationRef, dimension: str) -> dict[str, Decimal | None]:
        """Return the number by the values of a dimension, those that say something."""
        rows = Tree.objects.filter(ancestor_id=station.id, dimension=dimension)
        found: dict[str, Decimal | None] = self._grouped(rows, "key")
        # A ratio of nothing or a count of zero says nothing; a ratio of zero does.
        keeps_zero = self.asked.cls == "R"
        return {key: value for key, value in found.items() if value or (keeps_zero and value == 0)}

    def by_child(self, station: StationRef) -> dict[int, Decimal | None]:
        """Return the numbers of the stations right below, each with everything below it."""
        if self.counts_once:
            children = Station.objects.filter(parent_id=station.id)
            return {child.pk: self.of_subtree(child.ref) for child in children}
        rows = Tree.objects.filter(ancestor__parent_id=station.id, dimension="")
        return self._grouped(rows, "ancestor_id")

    def by_month(self, station: StationRef) -> dict[date, Decimal | None]:
        """Return the number as each month of the period alone has it. One query for each part."""
        if self.counts_once:
            return {
                month: Numbers(self.asked, Period.month_of(month)).of_subtree(station)
                for month in self.period.months
            }
        if self.asked.cls != "R":
            return dict(self._monthly(self.asked.code, station))
        above = [self._monthly(term, station) for term in self.asked.numerator or ()]
        below = [self._monthly(term, station) for term in self.asked.denominator or ()]
        return {
            month: ratio(sum(part[month] for part in above), sum(part[month] for part in below))
            for month in self.period.months
        }

    def _monthly(self, term: str, station: StationRef) -> dict[date, Decimal]:
        part = indicator(term.removesuffix(OPENING))
        rows = Tree.objects.filter(
            ancestor_id=station.id,
            dimension="",
            indicator=part.fact_code,
            period__lte=self.period.last,
        )
        changes = dict(rows.values_list("period", part.measure))
        if part.pairs:
            for month, left_out in self._monthly(part.pairs, station).items():
                changes[month] = changes.get(month, 0) - left_out
        opening = term.endswith(OPENING)
        if part.cls != "S" and not opening:
            return {month: Decimal(changes.get(month, 0)) for month in self.period.months}
        stock = sum(change for month, change in changes.items() if month < self.period.first)
        monthly = {}
        for month in self.period.months:
            change = changes.get(month, 0)
            monthly[month] = Decimal(stock if opening else stock + change)
            stock += change
        return monthly

    @property
    def counts_once(self) -> bool:
        """Whether a part of the ratio counts each household once: it is added over nothing."""
        return self.asked.cls == "R" and any(
            indicator(term.removesuffix(OPENING)).cls == "D"
            for term in (*(self.asked.numerator or ()), *(self.asked.denominator or ()))
        )

    def _quotient(
        self, distinct: Callable[[Indicator, date, date], int], rows: QuerySet[Any]
    ) -> Decimal | None:
        def number(term: str) -> Decimal:
            part = indicator(term.removesuffix(OPENING))
            if part.cls != "D":
                return self._sums(term, rows, None).get(None, Decimal(0))
            first, last = window_of(part, self.period, opening=False)
            return Decimal(distinct(part, first or date.min, last))

        above = sum(map(number, self.asked.numerator or ()), Decimal(0))
        return ratio(above, sum(map(number, self.asked.denominator or ()), Decimal(0)))

    def _one(self, rows: QuerySet[Any]) -> Decimal | None:
        return self._grouped(rows, None).get(None, self.nothing)

    def _grouped(self, rows: QuerySet[Any], name: str | None) -> dict[Any, Decimal | None]:
        if self.asked.cls != "R":
            return dict(self._sums(self.asked.code, rows, name))
        above = self._added(self.asked.numerator or (), rows, name)
        below = self._added(self.asked.denominator or (), rows, name)
        return {key: ratio(above.get(key, 0), below[key]) for key in below}

    def _added(
        self, terms: tuple[str, ...], rows: QuerySet[Any], name: str | None
    ) -> Mapping[Any, Decimal]:
        added: dict[Any, Decimal] = defaultdict(Decimal)
        for term in terms:
            for key, number in self._sums(term, rows, name).items():
                added[key] += number
        return added

    def _sums(self, term: str, rows: QuerySet[Any], name: str | None) -> Mapping[Any, Decimal]:
        part = indicator(term.removesuffix(OPENING))
        if part.pairs and rows.model is Tree:
            return self._without_pairs(part, rows, name)
        return self._plain_sums(part, rows, name, opening=term.endswith(OPENING))

    def _without_pairs(
        self, part: Indicator, rows: QuerySet[Any], name: str | None
    ) -> Mapping[Any, Decimal]:
        left = dict(self._plain_sums(part, rows, name, opening=False))
        pairs = self._plain_sums(indicator(part.pairs), rows, name, opening=False)
        for key, number in pairs.items():
            left[key] = left.get(key, Decimal(0)) - number
        return left

    def _plain_sums(
        self, part: Indicator, rows: QuerySet[Any], name: str | None, *, opening: bool
    ) -> Mapping[Any, Decimal]:
        first, last = window_of(part, self.period, opening=opening)
        rows = rows.filter(indicator=part.fact_code, period__lte=last)
        if first is not None:
            rows = rows.filter(period__gte=first)
        if name is None:
            total = rows.aggregate(total=Sum(part.measure))["total"]
            return {None: Decimal(total or 0)}
        grouped = rows.values_list(name).annotate(total=Sum(part.measure))
        return {key: Decimal(total) for key, total in grouped}


def window_of(part: Indicator, period: Period, *, opening: bool) -> tuple[date | None, date]:
    """Return the first (None: from the beginning) and the last month that count."""
    if opening:
        return None, date.fromordinal(period.first.toordinal() - 1).replace(day=1)
    return (None if part.cls == "S" else period.first), period.last


def _standing_alone(station: StationRef, part: Indicator, first: date, last: date) -> int:
    rows = Member.objects.filter(
        station_id=station.id, indicator=part.fact_code, period__gte=first, period__lte=last
    )
    return rows.values("subject").annotate(total=Sum("n")).filter(total__gt=0).count()


def ratio(above: Decimal | int, below: Decimal | int) -> Decimal | None:
    """Divide; None where there is nothing to divide by."""
    return Decimal(above) / below if below else None
