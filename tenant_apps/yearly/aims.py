"""Targets of a year: those of the station in force, those right below it, and how far a counted one is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import StationRef, current_station
from shared_apps.rollup.indicators import Fact
from shared_apps.rollup.registry import indicator, listed_indicators
from shared_apps.targets.models import Reached, Target, Verdict
from tenant_apps.casework.models import Todo
from tenant_apps.yearly.rules.catalogue import Measured, measured
from tenant_apps.yearly.rules.declaring import number
from tenant_apps.yearly.selectors import Counted, Frame, count

SUBJECT, WAITS = "year_target", "yearly.target"
VIEWS, FILLS, REVIEWS = "rollup.view", "report.fill", "report.review"
_STOCK = "S"
_WAYS = {"A": "sum", "D": "distinct", "E": "without_transfers", _STOCK: "stock"}
WAY_WORDS = {
    "": _("文字目标，不计数，由站点说明进展。"),
    "sum": _("累计数：该站及其下级站点全年各月相加。"),
    "distinct": _("去重数：该站及其下级站点全年内，同一对象只计一次。"),
    "without_transfers": _("累计数：该站及其下级站点全年各月相加，相互之间转拨的只计一次。"),
    "stock": _("存量：该站及其下级站点到目前的实有数。"),
}
"""How a target is counted, as people read it."""


def targets_of(station: StationRef, year: int) -> QuerySet[Target]:
    """Return the targets of a station for a year, in their order, those that were given up too.

    Row-level security shows the own ones and those of stations below.
    """
    rows = Target.objects.filter(station_id=station.id, year=year).select_related("station")
    return rows.order_by("position")


def targets_below(year: int) -> list[Target]:
    """Return what the stations right below set themselves for a year and did not give up, by station."""
    rows = Target.objects.filter(
        station__parent_id=current_station().id, year=year, dropped_on=None
    ).select_related("station")
    return list(rows.order_by("station__code", "position"))


def get_target(target_id: UUID, *, actor: Actor, own: bool = False) -> Target:
    """Return a target of the station in force; or, unless ``own``, of a station below it.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    actor.require(VIEWS)
    rows = Target.objects.select_related("station")
    if own:
        rows = rows.filter(station_id=current_station().id)
    found = rows.filter(pk=target_id).first()
    if found is None:
        raise NotFound
    return found


def target_door(target_id: UUID, actor: Actor) -> object:
    """Let somebody pass who may see the target. Raises: as ``get_target``."""
    return get_target(target_id, actor=actor)


def countable() -> list[Measured]:
    """Return the indicators that a target may count, by code: those that add up to one number.

    Money that moved between two stations of a subtree is counted once (class ``E``).
    """
    return [
        measured(one.code)
        for one in listed_indicators()
        if one.cls in {"A", "D", "E", _STOCK} and "." not in one.code
    ]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a counted target is: what was counted, and its part of the goal in per cent, rounded down."""

    counted: Counted
    percent: int


def standing_of(target: Target, *, station: StationRef, until: date) -> Standing | None:
    """Return how far a counted target of ``station`` is; None of one in words. Called at or above the station."""
    if not target.indicator or target.goal is None:
        return None
    span = "since" if indicator(target.indicator).cls == _STOCK else "year"
    asked = number(target.indicator, span, "subtree")  # type: ignore[arg-type]
    counted = count(asked, station=station, frame=Frame(target.year, until))
    return Standing(counted, counted.value * 100 // target.goal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A target as whoever confirms it has to see it: numbers alone, and nobody behind them.

    ``way`` names how it is counted (a key of ``WAY_WORDS``, empty of one in words), ``until`` the month up to which.
    ``is_asked`` says whether somebody of the station in force is to answer what was said last.
    """

    target: Target
    counts: Measured | None
    standing: Standing | None
    way: str
    until: date
    is_asked: bool

    @property
    def is_short(self) -> bool:
        """Whether the station calls done what the count does not reach."""
        is_done = self.target.reached == Reached.DONE
        return is_done and self.standing is not None and self.standing.percent < 100


def examined(target: Target, *, until: date) -> Examined:
    """Return what is known of a target of the station in force, or of one below it."""
    return Examined(
        target=target,
        counts=measured(target.indicator) if target.indicator else None,
        standing=standing_of(target, station=target.station.ref, until=until),
        way=_WAYS[indicator(target.indicator).cls] if target.indicator else "",
        until=Frame(target.year, until.replace(day=1)).months("year")[1],
        is_asked=target.pk in asked_here([target]),
    )


def asked_here(targets: Iterable[Target]) -> set[UUID]:
    """Return of which targets somebody here is to answer what was said last; one query."""
    said = {one.pk: one.round for one in targets if one.round and not one.verdict}
    waiting = Todo.objects.filter(
        subject_kind=SUBJECT, subject_id__in=said, kind=WAITS, closed_at__isnull=True
    )
    return {
        one.subject_id for one in waiting if one.params["said"]["round"] == said[one.subject_id]
    }


def standings_shown(
    own: Iterable[Target], below: Iterable[Target], *, until: date
) -> dict[UUID, Standing | None]:
    """Return how far the own targets are, and those below that wait for an answer: what a list counts."""
    waiting = (one for one in below if one.round and not one.verdict)
    return {
        one.pk: standing_of(one, station=one.station.ref, until=until) for one in (*own, *waiting)
    }


def is_reached(target: Target) -> bool:
    """Whether the station said that it is done, and the station above agreed."""
    return target.reached == Reached.DONE and target.verdict == Verdict.AGREED


def targets_set(*, on: date) -> Iterable[Fact]:
    """Count what the station set itself for the year of a day."""
    return _stock("GOV-02.D", on, list(_standing_targets(on)))


def targets_reached(*, on: date) -> Iterable[Fact]:
    """Count what of it is done, as the station above agreed."""
    return _stock("GOV-02.N", on, [one for one in _standing_targets(on) if is_reached(one)])


def _standing_targets(on: date) -> QuerySet[Target]:
    return targets_of(current_station(), on.year).filter(dropped_on=None)


def _stock(code: str, on: date, rows: list[Target]) -> list[Fact]:
    return [Fact(indicator=code, period=on.replace(day=1), n=len(rows))] if rows else []
