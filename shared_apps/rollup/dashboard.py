"""What the page of the roll-up shows: cards, map, charts and table of one question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bangfu.kernel.tenancy import StationRef, current_station, in_network, station_in_force
from shared_apps.regions.selectors import regions_inside
from shared_apps.rollup.dimensions import CHILD, MONTH, title_of, unit_text
from shared_apps.rollup.indicators import Indicator
from shared_apps.rollup.periods import Period, earlier_month
from shared_apps.rollup.registry import indicator, listed_indicators, recounted_codes
from shared_apps.rollup.selectors import OWN, Answer, Part, answer, headlines, months_of, way_to
from shared_apps.rollup.tilemap import Place, Tile, short_name, tiles_of
from tenants.models import Level, Station

HEADLINES = ("FIL-01", "FIL-02", "FIL-03", "FIL-04", "FIL-05", "FIL-09", "NET-01", "NET-02")
GLANCE = ("FIL-01", "FIL-03", "FIL-04", "FIL-10")
# Beside them for whoever answers for money: what is left, what was spent and paid, how many were aided.
GLANCE_AT_MONEY = ("FUN-05", "FUN-04", "AID-03", "AID-01")
FIRST = "FIL-01"
TREND_MONTHS = 12
# Beyond so many bars a chart says nothing; the table has them all.
BARS = 20
DONUT_UP_TO = 8


@dataclass(frozen=True, slots=True)
class Question:
    """What the page was asked."""

    indicator: Indicator
    station: StationRef
    period: Period
    by: str

    def query(self, **changes: str) -> str:
        """Return the query of the same page with something changed."""
        said = {
            "indicator": self.indicator.code,
            "period": self.period.text,
            "by": self.by,
            "station": self.station.code,
        }
        return "?" + urlencode(said | changes)


@dataclass(frozen=True, slots=True)
class Card:
    """One headline number."""

    label: str
    text: str
    unit: str
    query: str
    is_asked: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    label: str
    text: str
    share: str
    query: str
    files_query: str


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything the page shows."""

    question: Question
    answer: Answer
    name: str
    text: str
    cards: list[Card]
    way: list[tuple[str, str]]
    tiles: list[Tile]
    is_placed: bool
    rows: list[Row]
    chart: Mapping[str, Any] | None
    trend: Mapping[str, Any]
    own_files_query: str

    @property
    def unit(self) -> str:
        """The unit of the numbers, in words."""
        return unit_text(self.answer.unit)

    @property
    def by_title(self) -> str:
        """How the parts are called."""
        return title_of(self.question.by)


def ask(*, station: StationRef, code: str, period: str, by: str, today: date) -> Question:
    """Return what a page is asked, with what is left open filled in.

    Without a dimension an indicator is shown by the stations below, or where there are none by its
    first dimension.

    Raises:
        UnknownIndicator, UnknownPeriod: as their names say.
    """
    asked = indicator(code or FIRST)
    month = Period.parse(period) if period else Period.month_of(today)
    if not by:
        with in_network():
            has_children = Station.objects.filter(parent_id=station.id).exists()
        by = CHILD if has_children or not asked.dims else asked.dims[0]
    elif by not in {CHILD, MONTH, *asked.dims}:
        # The page was at a dimension that the newly chosen indicator does not have.
        by = CHILD
    return Question(asked, station, month, by)


def dashboard(question: Question) -> Dashboard:
    """Answer a question with everything its page shows; some fifteen small queries over totals."""
    found = answer(
        question.indicator.code,
        station=question.station,
        period=question.period,
        by=question.by,
    )
    name = name_of(question.indicator)
    tiles = _tiles(question, found) if question.by == CHILD else []
    return Dashboard(
        question=question,
        answer=found,
        name=name,
        text=number_text(found.value),
        cards=cards_of(HEADLINES, question=question),
        way=[(step.name, question.query(station=step.code)) for step in way_to(question.station)],
        tiles=tiles,
        is_placed=any(tile.column for tile in tiles),
        rows=_rows(question, found),
        chart=_chart(question, found, name),
        trend=_trend(question, name),
        own_files_query=_own_files_query(question, found),
    )


def month_at_a_glance(*, station: StationRef, today: date, with_money: bool) -> list[list[Card]]:
    """Return the few numbers that a workbench begins with, row by row: the station and everything below it."""
    question = Question(indicator(FIRST), station, Period.month_of(today), "")
    codes = (*GLANCE, *GLANCE_AT_MONEY) if with_money else GLANCE
    cards = cards_of(codes, question=question)
    return [cards[at : at + len(GLANCE)] for at in range(0, len(cards), len(GLANCE))]


def cards_of(codes: Sequence[str], *, question: Question) -> list[Card]:
    """Return several indicators of a question's station and period, each with the way to its page."""
    values = headlines(codes, station=question.station, period=question.period)
    return [
        Card(
            label=name_of(indicator(code)),
            text=number_text(value),
            unit=unit_text(indicator(code).unit),
            query=question.query(indicator=code, by=""),
            is_asked=code == question.indicator.code,
        )
        for code, value in values.items()
    ]


def name_of(asked: Indicator) -> str:
    """Return how an indicator is called in the reader's language."""
    english = (get_language() or "").startswith("en")
    return asked.english if english else str(asked.name)


def number_text(value: Decimal | int | None) -> str:
    """Write a number as pages do; nothing at all is a dash."""
    return "—" if value is None else f"{value:,}"


def periods_offered(today: date, chosen: Period) -> list[tuple[str, str]]:
    """Return the periods of the drop-down: a year of months, five quarters, three years, the chosen one."""
    month = today.replace(day=1)
    texts = [f"{earlier_month(month, back):%Y-%m}" for back in range(13)]
    quarter = month.year * 4 + (month.month - 1) // 3
    texts += [f"{(quarter - back) // 4}Q{(quarter - back) % 4 + 1}" for back in range(5)]
    texts += [str(month.year - back) for back in range(3)]
    if chosen.text not in texts:
        texts.insert(0, chosen.text)
    return [(text, Period.parse(text).label) for text in texts]


def indicators_offered() -> list[tuple[str, str]]:
    """Return the indicators of the drop-down."""
    return [(one.code, f"{one.code} {name_of(one)}") for one in listed_indicators()]


def ways_offered(asked: Indicator) -> list[tuple[str, str]]:
    """Return the ways in which an indicator can be divided."""
    return [(by, title_of(by)) for by in (CHILD, *asked.dims, MONTH)]


def _tiles(question: Question, found: Answer) -> list[Tile]:
    with in_network():
        regions = dict(
            Station.objects.filter(parent_id=question.station.id).values_list("code", "region_code")
        )
        absent = []
        if question.station.level == Level.CITY:
            city = Station.objects.values_list("region_code", flat=True).get(pk=question.station.id)
            there = {code[:6] for code in regions.values()}
            absent = [
                (region.code, region.name)
                for region in regions_inside(f"{city[:4]}00", on=question.period.last)
                if region.code not in there and region.kind != "grouping"
            ]
    places = [
        Place(
            region_code=regions.get(part.key, "")[:6],
            name=part.label,
            number=part.value,
            text=number_text(part.value),
            url=question.query(station=part.key, by="") if part.key != OWN else "",
        )
        for part in found.parts
        if part.key != OWN
    ]
    return tiles_of(places, absent=absent, by_place=question.station.level == Level.CITY)


def _rows(question: Question, found: Answer) -> list[Row]:
    total = found.value
    rows = []
    for part in found.parts:
        query = ""
        if question.by == CHILD and part.key != OWN:
            query = question.query(station=part.key, by="")
        elif question.by == MONTH:
            query = question.query(period=part.key, by="")
        rows.append(
            Row(
                label=part.label,
                text=number_text(part.value),
                share=_share(part.value, total) if question.indicator.cls != "R" else "",
                query=query,
                files_query=_files_of(question, part),
            )
        )
    return rows


def _files_of(question: Question, part: Part) -> str:
    if not part.value:
        return ""
    if question.by == CHILD:
        is_own = part.key == OWN and _is_here(question.station)
        return _files_query(question, "", "") if is_own else ""
    if question.by == MONTH or not _is_here(question.station):
        return ""
    return _files_query(question, question.by, part.key)


def _own_files_query(question: Question, found: Answer) -> str:
    if not _is_here(question.station):
        return ""
    own = [part.value for part in found.parts if part.key == OWN]
    return _files_query(question, "", "") if question.by != CHILD or any(own) else ""


def _files_query(question: Question, dimension: str, key: str) -> str:
    asked = question.indicator
    if asked.cls == "R" or asked.counted or asked.fact_code not in recounted_codes():
        return ""
    return "?" + urlencode(
        {
            "indicator": asked.code,
            "period": question.period.text,
            "dimension": dimension,
            "key": key,
        }
    )


def _is_here(station: StationRef) -> bool:
    return station_in_force() is not None and current_station().id == station.id


def _share(value: Decimal | int | None, total: Decimal | int | None) -> str:
    if not total or value is None:
        return ""
    return f"{Decimal(value) * 100 / Decimal(total):.1f}%"


def _chart(question: Question, found: Answer, name: str) -> Mapping[str, Any] | None:
    parts = [part for part in found.parts if part.value is not None]
    if not parts or question.by == MONTH:
        return None
    if question.by != CHILD and found.indicator.cls != "R" and len(parts) <= DONUT_UP_TO:
        return {
            "legend": {"bottom": 0, "type": "scroll"},
            "series": [
                {
                    "type": "pie",
                    "name": name,
                    "radius": ["42%", "68%"],
                    "center": ["50%", "44%"],
                    "label": {"formatter": "{b}\n{d}%"},
                    "data": [{"name": part.label, "value": _plain(part.value)} for part in parts],
                }
            ],
        }
    largest = sorted(parts, key=lambda part: part.value or 0, reverse=True)[:BARS]
    return {
        "grid": {"left": 8, "right": 44, "top": 8, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "value", "minInterval": 1, "axisLabel": {"show": False}},
        "yAxis": {
            "type": "category",
            "inverse": True,
            "data": [_bar_label(question, part) for part in largest],
        },
        "series": [
            {
                "type": "bar",
                "name": name,
                "barMaxWidth": 18,
                "label": {"show": True, "position": "right"},
                "data": [
                    {"value": _plain(part.value), "url": _bar_url(question, part)}
                    for part in largest
                ],
            }
        ],
    }


def _bar_label(question: Question, part: Part) -> str:
    return short_name(part.label) if question.by == CHILD else part.label


def _bar_url(question: Question, part: Part) -> str:
    if question.by != CHILD or part.key == OWN:
        return ""
    return question.query(station=part.key, by="")


def _trend(question: Question, name: str) -> Mapping[str, Any]:
    last = question.period.last
    months = Period("", earlier_month(last, TREND_MONTHS - 1), last)
    parts = months_of(question.indicator.code, station=question.station, period=months)
    return {
        "grid": {"left": 8, "right": 16, "top": 24, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "category", "data": [part.label for part in parts]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [
            {
                "type": "line",
                "name": name,
                "showSymbol": True,
                "areaStyle": {"opacity": 0.12},
                "data": [_plain(part.value) for part in parts],
            }
        ],
    }


def _plain(value: Decimal | int | None) -> float | int | None:
    return float(value) if isinstance(value, Decimal) else value


def title_line(board: Dashboard) -> str:
    """Return the sentence that heads the page, the sheet and the print."""
    return _("%(station)s · %(period)s · %(indicator)s") % {
        "station": board.question.station.name,
        "period": board.question.period.label,
        "indicator": board.name,
    }
