"""Who stands behind the numbers of a period, household by household, in one pass over the facts.

A periodic report is drawn from these rows: from the facts of the own station, from those of a whole
subtree, or from facts that were derived anew from the records. The three must give the same picture.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from bangfu.kernel.tenancy import StationRef, current_station, in_network
from shared_apps.rollup.indicators import Dims, Fact
from shared_apps.rollup.models import Leaf, Member, Tree
from shared_apps.rollup.periods import Period
from shared_apps.rollup.registry import UnknownIndicator, indicator, recounted_codes
from tenants.models import Station

_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Standing:
    """What one household adds to one indicator under one set of dimensions.

    ``cell`` is the dimensions as text, the same text for the same dimensions of one drawing.
    ``opening_n`` and ``opening_value`` are what it had added before the period, ``n`` and ``value`` what
    the period added; ``last`` is the latest month in which something changed. Without ``subject`` it is
    a number of the whole station, in total (no dimension) or under one value of one dimension.
    """

    station_id: int
    indicator: str
    subject: bytes | None
    cell: str
    opening_n: int
    opening_value: int
    n: int
    value: int
    last: date

    @property
    def dims(self) -> Dims:
        """The dimensions under which it counts."""
        return dims_in(self.cell)


def standings_here(codes: Collection[str], *, period: Period) -> list[Standing]:
    """Return the standings of the station in force; two queries, whatever the number of codes."""
    station = current_station()
    named, unnamed = _told_apart(codes)
    found: list[Standing] = []
    if named:
        rows = Member.objects.filter(station_id=station.id)
        found += _of_members(rows, named, period)
    if unnamed:
        with in_network():
            leaves = Leaf.objects.filter(station_id=station.id)
            found += _of_cells(leaves, unnamed, period, owner=station.id)
    return found


def standings_below(
    station: StationRef, codes: Collection[str], *, period: Period
) -> Iterator[Standing]:
    """Yield the standings of a station with everything below it; enter the network to ask.

    Two queries; the rows come in portions, since a city has as many as it has households.
    """
    named, unnamed = _told_apart(codes)
    if named:
        below = Station.objects.filter(path__startswith=station.path).values("pk")
        yield from _of_members(Member.objects.filter(station_id__in=below), named, period)
    if unnamed:
        totals = Tree.objects.filter(ancestor_id=station.id)
        yield from _of_cells(totals, unnamed, period, owner=station.id)
        yield from _left_out(totals, unnamed, period, owner=station.id)


def standings_in(
    facts: Iterable[Fact], codes: Collection[str], *, period: Period, station_id: int
) -> list[Standing]:
    """Return the standings that facts derived anew give; those without a household are left out."""
    named, _unnamed = _told_apart(codes)
    sums: dict[tuple[str, bytes, str], list[Any]] = {}
    flows = {code for code in named if indicator(code).cls != "S"}
    for fact in facts:
        if fact.subject is None or fact.indicator not in named or fact.period > period.last:
            continue
        inside = fact.period >= period.first
        if fact.indicator in flows and not inside:
            continue
        key = (fact.indicator, fact.subject, json.dumps(dict(fact.dims), sort_keys=True))
        row = sums.setdefault(key, [0, 0, 0, 0, fact.period])
        row[2 if inside else 0] += fact.n
        row[3 if inside else 1] += fact.value
        row[4] = max(row[4], fact.period)
    return [
        Standing(station_id, code, subject, dims, *row)
        for (code, subject, dims), row in sums.items()
        if row[0] or row[4] >= period.first
    ]


def is_declared(code: str) -> bool:
    """Say whether an installed app declares an indicator, so that it can be drawn."""
    try:
        indicator(code)
    except UnknownIndicator:
        return False
    return True


def tells_households_apart(code: str) -> bool:
    """Say whether the facts of an indicator name households, so that a list stands behind its number."""
    declared = indicator(code)
    return declared.fact_code in recounted_codes() and not declared.counted and declared.named


def _told_apart(codes: Collection[str]) -> tuple[set[str], set[str]]:
    sorted_out: dict[bool, set[str]] = defaultdict(set)
    for code in codes:
        sorted_out[tells_households_apart(code)].add(indicator(code).fact_code)
    return sorted_out[True], sorted_out[False]


def _in_window(codes: Collection[str], period: Period) -> Q:
    stocks = [code for code in codes if indicator(code).cls == "S"]
    flows = [code for code in codes if indicator(code).cls != "S"]
    return Q(indicator__in=stocks, period__lte=period.last) | Q(
        indicator__in=flows, period__range=(period.first, period.last)
    )


def _summed(rows: QuerySet[Any], period: Period) -> QuerySet[Any]:
    before, inside = Q(period__lt=period.first), Q(period__gte=period.first)
    summed: QuerySet[Any] = rows.annotate(
        opening_n=Coalesce(Sum("n", filter=before), 0),
        opening_value=Coalesce(Sum("value", filter=before), 0),
        inside_n=Coalesce(Sum("n", filter=inside), 0),
        inside_value=Coalesce(Sum("value", filter=inside), 0),
        last=Max("period"),
    )
    return summed


def _of_members(
    rows: QuerySet[Member], codes: Collection[str], period: Period
) -> Iterator[Standing]:
    grouped = (
        _summed(
            rows.filter(_in_window(codes, period)).values(
                "station_id", "indicator", "subject", "cell"
            ),
            period,
        )
        .filter(~Q(opening_n=0) | Q(last__gte=period.first))
        .values_list(
            "station_id",
            "indicator",
            "subject",
            "cell",
            "opening_n",
            "opening_value",
            "inside_n",
            "inside_value",
            "last",
        )
    )
    for station_id, code, subject, cell, *numbers in grouped.iterator(chunk_size=_CHUNK):
        yield Standing(station_id, code, bytes(subject), cell, *numbers)


def _of_cells(
    rows: QuerySet[Any], codes: Collection[str], period: Period, *, owner: int
) -> Iterator[Standing]:
    grouped = _summed(
        rows.filter(_in_window(codes, period)).values("indicator", "dimension", "key"), period
    ).values_list(
        "indicator",
        "dimension",
        "key",
        "opening_n",
        "opening_value",
        "inside_n",
        "inside_value",
        "last",
    )
    for code, dimension, key, *numbers in grouped:
        cell = json.dumps({dimension: key} if dimension else {})
        yield Standing(owner, code, None, cell, *numbers)


def _left_out(
    rows: QuerySet[Any], codes: Collection[str], period: Period, *, owner: int
) -> Iterator[Standing]:
    """What both ends of one movement tell twice, taken from the number it belongs to."""
    of_pairs = {indicator(code).pairs: code for code in codes if indicator(code).pairs}
    for one in _of_cells(rows, of_pairs, period, owner=owner) if of_pairs else ():
        yield replace(
            one,
            indicator=of_pairs[one.indicator],
            opening_n=-one.opening_n,
            opening_value=-one.opening_value,
            n=-one.n,
            value=-one.value,
        )


@lru_cache(maxsize=50_000)
def dims_in(text: str) -> Dims:
    """Return the dimensions that a text holds; asked for often, so the answer is kept."""
    dims: dict[str, str | list[str]] = json.loads(text)
    return dims
