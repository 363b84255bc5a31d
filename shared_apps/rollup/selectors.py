"""Answers drawn from facts: any subtree, period and dimension, without opening a station's schema."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Q, Sum
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import DomainError, NotFound
from bangfu.kernel.tenancy import StationRef, current_station, in_network, station_in_force
from shared_apps.rollup.dimensions import CHILD, MONTH, label_of, order_of
from shared_apps.rollup.fold import (
    CellDifference,
    counted_twice,
    distinct_subjects,
    hashes_of,
    lag_seconds,
    tree_differences,
)
from shared_apps.rollup.indicators import Indicator, Listed
from shared_apps.rollup.models import FoldState, Member, Tree
from shared_apps.rollup.numbers import OPENING, Numbers, ratio, window_of
from shared_apps.rollup.periods import Period
from shared_apps.rollup.registry import indicator, recounted_codes, sources
from tenants.models import Station

FEN = "元"
THOUSANDTHS = "吨"
"""Units in whose hundredths, or thousandths, a value is kept."""
OWN, PAIRS = "own", "pairs"


class UnknownDimension(DomainError):
    """The indicator is not counted by that dimension."""

    code = "unknown-dimension"
    http_status = 400
    message = _("指标 %(indicator)s 不能按“%(by)s”分组，可选：%(known)s。")


class NoListBehind(DomainError):
    """The number has no list of files: a ratio, or something counted without households."""

    code = "no-list-behind"
    http_status = 400
    message = _("指标 %(indicator)s 没有可列出的档案。")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an answer. A station's part carries its code; ``has_more`` says it can be opened."""

    key: str
    label: str
    value: Decimal | int | None
    station_code: str | None = None
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One indicator of one subtree in one period, in total and by parts.

    ``value`` is None for a ratio of nothing. ``distinct`` counts every household once over stations, and
    ``overlap`` is what the sum counts twice; both are None where households are not told apart.
    """

    indicator: Indicator
    station: StationRef
    period: Period
    by: str | None
    value: Decimal | int | None
    parts: tuple[Part, ...]
    as_of: datetime | None
    sum: int | None = None
    distinct: int | None = None
    overlap: int | None = None

    @property
    def unit(self) -> str:
        """The unit of all numbers of the answer."""
        return self.indicator.unit


def answer(code: str, *, station: StationRef, period: Period, by: str | None = None) -> Answer:
    """Return an indicator for ``station`` with everything below it.

    ``by`` is ``child`` (the stations right below, and the station's own part), ``month``, or a dimension of
    the indicator. Two to five small queries over the totals, whatever the size of the subtree.

    Raises:
        UnknownIndicator: no app declares it.
        UnknownDimension: it is not counted by ``by``.
        NotFound: the station is not below the one in force.
    """
    asked = indicator(code)
    _check_sight(station)
    if by not in {None, CHILD, MONTH, *asked.dims}:
        raise UnknownDimension(indicator=code, by=by, known="、".join((CHILD, MONTH, *asked.dims)))
    with in_network():
        raw = Numbers(asked, period).of_subtree(station)
        value, overlap = raw, None
        if _tells_households_apart(asked):
            value, overlap = _counted_once(asked, station, period, raw)
        return Answer(
            indicator=asked,
            station=station,
            period=period,
            by=by,
            value=_shown(asked, value),
            parts=tuple(_parts(asked, station, period, by)),
            as_of=as_of(),
            sum=_whole(raw) if overlap is not None else None,
            distinct=_whole(raw) - overlap if overlap is not None else None,
            overlap=overlap,
        )


def months_of(code: str, *, station: StationRef, period: Period) -> tuple[Part, ...]:
    """Return an indicator as each month of the period alone has it. One query for each of its parts.

    Raises:
        UnknownIndicator: no app declares it.
        NotFound: the station is not below the one in force.
    """
    _check_sight(station)
    with in_network():
        return tuple(_parts(indicator(code), station, period, MONTH))


def headlines(
    codes: Sequence[str], *, station: StationRef, period: Period
) -> dict[str, Decimal | int | None]:
    """Return several indicators of ``station`` with everything below it, by code. One query.

    A distinct count costs one more.

    Raises:
        UnknownIndicator: no app declares one of them.
        NotFound: the station is not below the one in force.
    """
    _check_sight(station)
    asked = [indicator(code) for code in codes]
    terms = {
        term.removesuffix(OPENING)
        for one in asked
        for term in (*(one.numerator or (one.code,)), *(one.denominator or ()))
    }
    terms |= {pairs for term in terms if (pairs := indicator(term).pairs)}
    with in_network():
        rows = Tree.objects.filter(
            ancestor_id=station.id,
            dimension="",
            indicator__in=[indicator(term).fact_code for term in terms],
            period__lte=period.last,
        ).values("indicator")
        inside = Q(period__gte=period.first)
        sums: dict[str, Any] = {
            row["indicator"]: row
            for row in rows.annotate(
                stock_n=Sum("n"),
                stock_value=Sum("value"),
                flow_n=Sum("n", filter=inside),
                flow_value=Sum("value", filter=inside),
            )
        }

    def number(term: str) -> Decimal:
        part = indicator(term.removesuffix(OPENING))
        row: Mapping[str, Any] = sums.get(part.fact_code, {})
        stock = Decimal(row.get(f"stock_{part.measure}") or 0)
        flow = Decimal(row.get(f"flow_{part.measure}") or 0)
        if term.endswith(OPENING):
            return stock - flow
        left_out = number(part.pairs) if part.pairs else Decimal(0)
        return stock if part.cls == "S" else flow - left_out

    found: dict[str, Decimal | int | None] = {}
    for one in asked:
        if one.cls == "D" or Numbers(one, period).counts_once:
            found[one.code] = answer(one.code, station=station, period=period).value
        elif one.cls == "R":
            below = sum(map(number, one.denominator or ()), Decimal(0))
            above = sum(map(number, one.numerator or ()), Decimal(0))
            found[one.code] = _shown(one, ratio(above, below))
        else:
            found[one.code] = _shown(one, number(one.code))
    return found


def is_counted(station: StationRef) -> bool:
    """Say whether anything was ever counted of a station or below it. One query."""
    with in_network():
        return Tree.objects.filter(ancestor_id=station.id).exists()


def as_of() -> datetime | None:
    """Return when the folder last took everything that waited; None before its first run."""
    with in_network():
        return FoldState.objects.values_list("folded_at", flat=True).first()


def writes_folded() -> int:
    """Return how many writes the folder has taken since the beginning."""
    with in_network():
        return FoldState.objects.values_list("deltas", flat=True).first() or 0


def fold_lag(*, now: datetime) -> float:
    """Return the age in seconds of the oldest write not yet in the totals."""
    return lag_seconds(now=now)


def tree_differences_of(station: StationRef) -> list[CellDifference]:
    """Return the totals of a station that are not the sum of the stations of its subtree."""
    return tree_differences(station_id=station.id, path=station.path)


def station_in_sight(code: str | None) -> StationRef:
    """Return the station to answer for: the one in force, or the one below it with this code.

    On the network every station is in sight, and without a code the root is meant.

    Raises:
        NotFound: there is none, or it is not below the station in force.
    """
    here = station_in_force()
    if here is not None and code in {None, "", here.code}:
        return here
    with in_network():
        rows = Station.objects.filter(code=code) if code else Station.objects.filter(parent=None)
        station = rows.order_by("path").first()
    if station is None or (here is not None and not station.ref.is_below(here)):
        raise NotFound
    return station.ref


def way_to(station: StationRef) -> list[StationRef]:
    """Return the stations from the one in force (on the network: from the root) down to ``station``."""
    here = station_in_force()
    keys = [int(key) for key in station.path.split(".") if key]
    if here is not None:
        keys = keys[keys.index(here.id) :]
    with in_network():
        found = Station.objects.in_bulk(keys)
    return [found[key].ref for key in keys]


def files_behind(code: str, *, period: Period, dimension: str = "", key: str = "") -> list[Listed]:
    """Return the records of the own station that stand behind a number, by their numbers.

    Runs in the station in force, as its own role; a station above sees numbers only.

    Raises:
        NoListBehind: the indicator is not drawn from records of households.
        UnknownDimension: it is not counted by ``dimension``.
    """
    asked = indicator(code)
    if asked.cls == "R" or asked.fact_code not in recounted_codes():
        raise NoListBehind(indicator=code)
    if dimension and dimension not in asked.dims:
        raise UnknownDimension(indicator=code, by=dimension, known="、".join(asked.dims))
    rows = Member.objects.filter(
        station_id=current_station().id,
        indicator=asked.fact_code,
        period__gte=window_of(asked, period, opening=False)[0] or date.min,
        period__lte=period.last,
    )
    if dimension:
        rows = rows.filter(
            Q(dims__contains={dimension: key}) | Q(dims__contains={dimension: [key]})
        )
    standing = rows.values("subject").annotate(total=Sum("n")).filter(total__gt=0)
    return records_of([bytes(row["subject"]) for row in standing])


def records_of(subjects: Sequence[bytes]) -> list[Listed]:
    """Return the records of the station in force that keyed hashes stand for, by their numbers."""
    known = hashes_of(subjects)
    listed = [
        one
        for source in sources()
        if source.listing
        for one in import_string(source.listing)(known)
    ]
    return sorted(listed, key=lambda one: one.number)


def _check_sight(station: StationRef) -> None:
    here = station_in_force()
    if here is not None and not station.is_below(here):
        raise NotFound


def _tells_households_apart(asked: Indicator) -> bool:
    return (
        asked.cls in {"S", "D"}
        and asked.named
        and asked.fact_code in recounted_codes()
        and not asked.counted
    )


def _counted_once(
    asked: Indicator, station: StationRef, period: Period, raw: Decimal | None
) -> tuple[Decimal | None, int]:
    first, last = window_of(asked, period, opening=False)
    parameters: dict[str, Any] = {
        "path": station.path,
        "indicator": asked.fact_code,
        "first": first or date.min,
        "last": last,
    }
    if asked.cls == "D":
        distinct = distinct_subjects(**parameters)
        return Decimal(distinct), _whole(raw) - distinct
    return raw, counted_twice(**parameters, by_value=asked.measure == "value")


def _parts(asked: Indicator, station: StationRef, period: Period, by: str | None) -> Iterable[Part]:
    numbers = Numbers(asked, period)
    if by is None:
        return
    if by == CHILD:
        yield from _parts_by_child(asked, numbers, station)
        return
    if by == MONTH:
        for month, value in numbers.by_month(station).items():
            yield Part(f"{month:%Y-%m}", f"{month:%Y-%m}", _shown(asked, value))
        return
    by_key = numbers.by_key(station, by)
    for key in sorted(by_key, key=lambda one: order_of(by, one)):
        yield Part(key, label_of(by, key), _shown(asked, by_key[key]))


def _parts_by_child(asked: Indicator, numbers: Numbers, station: StationRef) -> Iterable[Part]:
    own = numbers.of_station_alone(station)
    children = list(Station.objects.filter(parent_id=station.id).order_by("code"))
    by_child = numbers.by_child(station)
    grandparents = set(
        Station.objects.filter(parent__parent_id=station.id).values_list("parent_id", flat=True)
    )
    for child in children:
        yield Part(
            child.code,
            child.name,
            _shown(asked, by_child.get(child.pk, numbers.nothing)),
            station_code=child.code,
            has_more=child.pk in grandparents,
        )
    if own or not children:
        yield Part(OWN, str(_("本级")), _shown(asked, own), station_code=station.code)
    if asked.pairs:
        left_out = Numbers(indicator(asked.pairs), numbers.period).of_station_alone(station)
        if left_out:
            yield Part(PAIRS, str(_("内部往来抵销")), _shown(asked, -left_out))


def _shown(asked: Indicator, number: Decimal | None) -> Decimal | int | None:
    if number is None:
        return None
    if asked.cls == "R":
        if asked.quotient == "yuan":
            return (number / 100).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        return (number * 100).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    if asked.unit == FEN:
        return (number / 100).quantize(Decimal("0.01"))
    if asked.unit == THOUSANDTHS:
        return (number / 1000).quantize(Decimal("0.001"))
    return int(number)


def _whole(number: Decimal | None) -> int:
    return int(number or 0)
