"""Books of a station, and the numbers of sentences: from facts, and from totals on paper beside them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from bangfu.kernel.errors import NotFound
from bangfu.kernel.reading import in_pages
from bangfu.kernel.tenancy import StationRef, current_station, in_network
from shared_apps.paperbooks.models import Book, BookKind, PastRow, Role, Total
from shared_apps.rollup.indicators import Fact
from shared_apps.rollup.models import Leaf, Member, Tree
from shared_apps.rollup.registry import indicator
from tenant_apps.households.models import HouseholdFile
from tenant_apps.yearly.indicators import facts_of_row
from tenant_apps.yearly.rules.catalogue import YUAN, measured
from tenant_apps.yearly.rules.checks import Place
from tenant_apps.yearly.rules.declaring import Dims, Number, Term
from tenants.models import Station

_MARCH = 3
HOUSEHOLDS = "户"
FIRST_MONTH = date(1949, 1, 1)
_ANY_SUBJECT = bytes(16)
_SOME = 1_000_000
_AIDED = "AID-01"


@dataclass(frozen=True, slots=True)
class Frame:
    """What a report is about: a year, and the month up to which it tells."""

    year: int
    until: date

    def months(self, span: str) -> tuple[date, date]:
        """Return the first and the last month of a span."""
        if span == "year":
            return date(self.year, 1, 1), min(date(self.year, 12, 1), self.until)
        if span == "festivals":
            return date(self.until.year, 1, 1), self.until
        return FIRST_MONTH, self.until


def usual_frame(today: date) -> Frame:
    """Return what a report is usually about: in spring the year before, up to this month."""
    year = today.year - 1 if today.month <= _MARCH else today.year
    return Frame(year, today.replace(day=1))


@dataclass(frozen=True, slots=True)
class Counted:
    """One number: what is to be printed, how exactly it is known, and where it comes from.

    ``recorded`` is what rows give. ``value`` is that, or what the station gave on paper as the whole, and on top
    what units without rows reported (``paper_parts``): such a number is not counted once over stations.
    """

    value: int
    unit: str
    scale: int
    bound: str = ""
    recorded: int = 0
    paper: int | None = None
    paper_parts: int = 0
    parts_from: int = 0
    variants: tuple[tuple[str, int], ...] = ()

    @property
    def is_on_paper(self) -> bool:
        """Whether a total without rows is in it."""
        return self.paper is not None or self.paper_parts > 0


def books(station_id: int | None = None) -> QuerySet[Book]:
    """Return the books of the station in force, newest first."""
    return Book.objects.filter(station_id=station_id or current_station().id).order_by(
        "-kept_at", "-id"
    )


def get_book(book_id: UUID, *, lock: bool = False) -> Book:
    """Return a book of the station in force.

    Raises:
        NotFound: it has none of that key.
    """
    rows = books().select_for_update() if lock else books()
    book = rows.filter(pk=book_id).first()
    if book is None:
        raise NotFound
    return book


def lines_of(book: Book) -> QuerySet[Any]:
    """Return the rows, or the totals, of a book in their order."""
    rows: QuerySet[Any] = book.past_rows.all() if book.kind == BookKind.ROWS else book.totals.all()
    return rows.order_by("number")


def households_by_number() -> dict[str, bytes]:
    """Return which household, by keyed hash, each file number of the station in force stands for."""
    files = HouseholdFile.objects.exclude(file_no="").values_list("file_no", "id_no_hash")
    return {number: bytes(known) for number, known in files if known}


def facts_of_past() -> Iterator[Fact]:
    """Derive every fact of the past of the station in force anew from its rows."""
    rows = PastRow.objects.filter(station_id=current_station().id)
    for row in in_pages(rows):
        yield from facts_of_row(row)


def count(asked: Number, *, station: StationRef, frame: Frame) -> Counted:
    """Return a number of a sentence for ``station``; called in a station at or above it."""
    first, last = frame.months(asked.span)
    whole_tree = asked.scope == "subtree"
    with in_network():
        found = [_term(term, station, first, last, whole_tree=whole_tree) for term in asked.terms]
    head = found[0]
    return Counted(
        value=sum(one.value for one in found),
        unit=head.unit,
        scale=head.scale,
        bound=next((one.bound for one in found if one.bound), ""),
        recorded=sum(one.recorded for one in found),
        paper=head.paper if len(found) == 1 else None,
        paper_parts=sum(one.paper_parts for one in found),
        parts_from=max(one.parts_from for one in found),
        variants=head.variants if len(found) == 1 else (),
    )


def aided_at_several(stations: Collection[int], *, frame: Frame) -> int:
    """Return how many households more than one of these stations aided in the year: each of them counts them."""
    first, last = frame.months("year")
    with in_network():
        rows = Member.objects.filter(
            station_id__in=stations, indicator=_AIDED, period__gte=first, period__lte=last, n__gt=0
        )
        places = rows.values("subject").annotate(places=Count("station_id", distinct=True))
        return places.filter(places__gt=1).count()


def places_of_sums(*, station: StationRef, until: date) -> list[Place]:
    """Return the sums of money of each book of a subtree, by what they are about, and the totals on paper."""
    with in_network():
        rows = PastRow.objects.filter(
            station__path__startswith=station.path, on__lt=_after(until), amount_fen__gt=0
        )
        grouped: dict[tuple[str, str, str], dict[str, Any]] = {}
        for one in rows.values("station__name", "book_id", "kind", "dims", "bound").annotate(
            money=Sum("amount_fen"), persons=Count("subject", distinct=True)
        ):
            about = _about(one["kind"], one["dims"])
            group = grouped.setdefault(
                (one["station__name"], str(one["book_id"]), about),
                {"money": 0, "persons": 0, "bound": ""},
            )
            group["money"] += one["money"]
            group["persons"] += one["persons"]
            group["bound"] = group["bound"] or one["bound"]
        places = [
            Place(name, about, one["money"], one["persons"], "fen", not one["bound"])
            for (name, _book, about), one in grouped.items()
        ]
        totals = Total.objects.filter(
            station__path__startswith=station.path, last__lte=until
        ).select_related("station")
        for total in totals:
            known = measured(total.indicator)
            measure = "fen" if known.unit == YUAN else total.indicator
            places.append(
                Place(
                    total.station.name, str(known.name), total.value, None, measure,
                    not total.bound,
                )
            )  # fmt: skip
    return places


def _about(kind: str, dims: dict[str, str]) -> str:
    names = ("campaign", "sub_programme", "aid", "relief", "donation_campaign", "fund_source")
    return next((f"{name}:{dims[name]}" for name in names if name in dims), kind)


def _after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _term(term: Term, station: StationRef, first: date, last: date, *, whole_tree: bool) -> Counted:
    known = measured(term.code)
    recorded = (
        _recorded(term, station, first, last, whole_tree=whole_tree) if known.is_declared else 0
    )
    bound = _bound_of_rows(term, station, first, last, whole_tree) if recorded else ""
    totals = _totals(term, station, first, last, whole_tree=whole_tree)
    parts = [one for one in totals if one.role == Role.PART]
    wholes = [one for one in totals if one.role == Role.WHOLE]
    if whole_tree and known.is_declared:
        wholes = []
    readings = [one for one in wholes if one.variant]
    if readings:
        wholes = [one for one in wholes if not one.variant] or readings[:1]
    paper = sum(one.value for one in wholes) if wholes else None
    if paper is not None:
        bound = next((one.bound for one in wholes if one.bound), "")
    added = sum(one.value for one in parts)
    return Counted(
        value=(recorded if paper is None else paper) + added,
        unit=HOUSEHOLDS if term.distinct else known.unit,
        scale=1 if term.distinct else known.scale,
        bound=bound or next((one.bound for one in parts if one.bound), ""),
        recorded=recorded,
        paper=paper,
        paper_parts=added,
        parts_from=max([recorded if paper is None else paper, *(one.value for one in parts)]),
        variants=tuple((one.variant, one.value) for one in readings),
    )


def _recorded(term: Term, station: StationRef, first: date, last: date, *, whole_tree: bool) -> int:
    asked = indicator(term.code)
    if asked.cls == "D" or term.distinct:
        rows = _members(asked.fact_code, term.dims, station, first, last, whole_tree=whole_tree)
        return rows.values("subject").annotate(total=Sum("n")).filter(total__gt=0).count()
    if asked.cls == "S":
        first = FIRST_MONTH
    if len(term.dims) > 1:
        rows = _members(asked.fact_code, term.dims, station, first, last, whole_tree=whole_tree)
        return rows.aggregate(total=Sum(asked.measure))["total"] or 0
    number = _cells(asked.fact_code, asked.measure, term.dims, station, first, last, whole_tree)
    if whole_tree and asked.pairs:
        number -= _cells(
            indicator(asked.pairs).fact_code, asked.measure, term.dims, station, first, last, True
        )
    return number


def _cells(
    code: str, measure: str, dims: Dims, station: StationRef, first: date, last: date, below: bool
) -> int:
    rows: QuerySet[Any] = (
        Tree.objects.filter(ancestor_id=station.id)
        if below
        else Leaf.objects.filter(station_id=station.id)
    )
    rows = rows.filter(indicator=code, period__gte=first, period__lte=last)
    if dims:
        ((name, keys),) = dims.items()
        rows = rows.filter(dimension=name, key__in=keys)
    else:
        rows = rows.filter(dimension="")
    return rows.aggregate(total=Sum(measure))["total"] or 0


def _members(
    code: str, dims: Dims, station: StationRef, first: date, last: date, *, whole_tree: bool
) -> QuerySet[Member]:
    rows = Member.objects.filter(
        station_id__in=_stations(station, whole_tree=whole_tree),
        indicator=code,
        period__gte=first,
        period__lte=last,
    )
    for name, keys in dims.items():
        one_of = Q()
        for key in keys:
            one_of |= Q(dims__contains={name: key}) | Q(dims__contains={name: [key]})
        rows = rows.filter(one_of)
    return rows


def _stations(station: StationRef, *, whole_tree: bool) -> Any:
    if not whole_tree:
        return [station.id]
    return Station.objects.filter(path__startswith=station.path).values("pk")


def _totals(
    term: Term, station: StationRef, first: date, last: date, *, whole_tree: bool
) -> list[Total]:
    if term.distinct:
        return []
    rows = Total.objects.filter(
        station_id__in=_stations(station, whole_tree=whole_tree),
        indicator=term.code,
        dims={name: keys[0] for name, keys in term.dims.items() if len(keys) == 1},
        first__gte=first,
        last__lte=last,
    ).order_by("station_id", "last", "number")
    found = list(rows)
    if measured(term.code).is_declared and indicator(term.code).cls == "S":
        latest = {one.station_id: one.last for one in found}
        found = [one for one in found if one.last == latest[one.station_id]]
    return found


def _bound_of_rows(
    term: Term, station: StationRef, first: date, last: date, whole_tree: bool
) -> str:
    """Return the word of a number that rows with no exact amount stand behind."""
    code = indicator(term.code).fact_code
    rows = PastRow.objects.filter(
        station_id__in=_stations(station, whole_tree=whole_tree), on__gte=first, on__lt=_after(last)
    ).exclude(bound="")
    for one in rows.values("kind", "dims", "bound").distinct():
        row = PastRow(
            kind=one["kind"], dims=one["dims"], on=first, subject=_ANY_SUBJECT,
            amount_fen=_SOME, quantity=_SOME, goods_fen=_SOME,
        )  # fmt: skip
        if any(fact.indicator == code and _fits(fact, term.dims) for fact in facts_of_row(row)):
            return str(one["bound"])
    return ""


def _fits(fact: Fact, dims: Dims) -> bool:
    return all(
        set(keys) & set([said] if isinstance(said := fact.dims.get(name, ""), str) else said)
        for name, keys in dims.items()
    )
