"""What an indicator is, what a fact is, and the indicators of the network itself.

Every app declares its indicators once, in its own ``indicators.py``; lists, dashboards, API, exports and
reconciliation read the declaration through ``shared_apps.rollup.registry``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal, NamedTuple

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text

IndicatorClass = Literal["A", "S", "D", "R", "E"]
Dims = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One number that is counted everywhere in the same way.

    ``cls`` says how it adds up: ``A`` over stations and time, ``S`` a stock (over stations, not over
    time), ``D`` a distinct count (over neither), ``R`` a ratio of its parts, ``E`` with pairs eliminated.
    ``fact`` is the code its facts carry, its own unless given. ``measure`` says whether the number is
    ``n`` of the facts or their ``value``. ``numerator`` and ``denominator`` name codes of other
    indicators; ``FIL-01@opening`` is the stock before the period. One that is not ``listed`` exists
    for such parts alone. ``counted`` is the dotted name of a function that counts a station's whole stock
    anew, ``(on: date) -> Iterable[Fact]``, for what changes by the passing of days and not by a write.
    One that is not ``named`` is counted without households, so no list stands behind it. ``quotient`` says how a ratio
    is read: as a percentage, or as yuan of one each, where the numerator is money.
    ``pairs`` of class ``E`` is the code that counts, at the nearest station above both, what two ends of one movement
    tell twice: totals of a subtree are without it, what a station itself recorded is with it.

    Source: domain §4.1, §4.2.8.
    """

    code: str
    name: Text
    english: str
    unit: str
    cls: IndicatorClass
    fact: str = ""
    dims: tuple[str, ...] = ()
    numerator: tuple[str, ...] | None = None
    denominator: tuple[str, ...] | None = None
    measure: Literal["n", "value"] = "n"
    listed: bool = True
    counted: str = ""
    named: bool = True
    quotient: Literal["percent", "yuan"] = "percent"
    pairs: str = ""

    @property
    def fact_code(self) -> str:
        """The code that the facts of this indicator carry."""
        return self.fact or self.code


class Fact(NamedTuple):
    """One change of one indicator at one station, without any name.

    ``period`` is the first day of the month in which it counts. A stock changes by ``n=1`` and later
    ``n=-1``; a change of a dimension is both at once. A dimension may hold several values: the fact
    then counts once under each of them and once in the total. ``subject`` is the keyed hash (16 bytes)
    of the household, where households are to be counted once over stations.

    A recount makes thousands of them; a tuple takes half the time of a frozen dataclass.
    """

    indicator: str
    period: date
    dims: Dims = MappingProxyType({})
    n: int = 1
    value: int = 0
    subject: bytes | None = None

    def reversed(self) -> Fact:
        """Return the fact that takes this one back."""
        return self._replace(n=-self.n, value=-self.value)


def change_of(before: Iterable[Fact], after: Iterable[Fact]) -> list[Fact]:
    """Return the facts that lead from one projection to another; nothing where they are equal."""
    left = list(after)
    gone = []
    for fact in before:
        if fact in left:
            left.remove(fact)
        else:
            gone.append(fact.reversed())
    return gone + left


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """How an app proves its facts; declared as ``SOURCE`` beside ``INDICATORS``.

    Both are dotted names of functions that run inside the station. ``recount() -> Iterable[Fact]``
    derives every fact of the station anew from its records. ``listing(subjects) -> list[Listed]`` says
    which records of the own station the hashes stand for. ``begins_in`` are the models, as
    ``app_label.Model``, that a recount reads first: a station without a row of any of them has no
    facts of this source, and is not asked. Empty: it is always asked.
    """

    recount: str
    listing: str = ""
    begins_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One record behind a number, as the list of a cell shows it: nothing personal but its number."""

    number: str
    title: str
    url: str


INDICATORS = [
    Indicator(
        code="NET-01",
        name=_("帮扶站点数"),
        english="Stations in operation",
        unit="个",
        cls="S",
        dims=("level", "station_kind"),
    ),
    Indicator(
        code="NET-02",
        name=_("站点覆盖率"),
        english="Station coverage",
        unit="%",
        cls="R",
        dims=("level",),
        numerator=("NET-02.N",),
        denominator=("NET-02.D",),
    ),
    Indicator(
        code="NET-02.N",
        name=_("已设站点的行政单位数"),
        english="Administrative units that have a station",
        unit="个",
        cls="S",
        dims=("level",),
        listed=False,
    ),
    Indicator(
        code="NET-02.D",
        name=_("应设站点的行政单位数"),
        english="Administrative units that should have a station",
        unit="个",
        cls="S",
        dims=("level",),
        listed=False,
    ),
    Indicator(
        code="NET-04",
        name=_("工作人员数"),
        english="Staff",
        unit="人",
        cls="S",
        dims=("role", "working_time"),
    ),
]
