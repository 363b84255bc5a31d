"""Orders to draw: how many each station gives, and how far each is, in numbers alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet, Sum

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import StationRef, current_station, in_network
from shared_apps.evaluations.models import Order, OrderPart, Outcome, Sample
from shared_apps.rollup.models import Member
from tenant_apps.surveys.selectors import VIEWS
from tenants.models import Station
from tenants.selectors import USABLE, stations_below

ORDERS = "report.review"
STREAM = "sample"
_AIDED = "AID-01"


def is_anybody_below(station: StationRef) -> bool:
    """Say whether a station has stations below it that work."""
    return stations_asked(station).exclude(pk=station.id).exists()


def stations_asked(station: StationRef) -> QuerySet[Station]:
    """Return who is asked by an order of ``station``: itself, and every station of its subtree that works."""
    return stations_below(station).filter(state__in=USABLE)


def aided_at_each(year: int, *, station: StationRef, aid: str = "") -> dict[int, int]:
    """Return how many households each station of a subtree aided in a year, by its key, as they were folded.

    A household is its keyed hash and counts at each station that aided it. ``aid`` bounds it to one kind of aid.
    """
    with in_network():
        rows = Member.objects.filter(
            station_id__in=stations_asked(station).values("pk"),
            indicator=_AIDED,
            period__gte=date(year, 1, 1),
            period__lte=date(year, 12, 1),
        )
        if aid:
            rows = rows.filter(dims__contains={"aid": aid})
        once = rows.values("station_id", "subject").annotate(total=Sum("n")).filter(total__gt=0)
        return dict(Counter(once.values_list("station_id", flat=True)))


def own_orders() -> QuerySet[Order]:
    """Return the orders of the station in force, newest first, those taken back too."""
    return Order.objects.filter(station_id=current_station().id).order_by("-asked_at")


def get_order(order_id: UUID, *, actor: Actor, lock: bool = False) -> Order:
    """Return an order of the station in force.

    Raises:
        NotPermitted, NotFound: as for any record.
    """
    actor.require(VIEWS)
    rows = own_orders().select_for_update() if lock else own_orders()
    found = rows.filter(pk=order_id).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class StationPart:
    """How far one station is with an order: ``part`` is none while the message is on its way."""

    station: Station
    part: OrderPart | None

    @property
    def sample(self) -> Sample | None:
        """The sample that counts there; none where nobody was drawn, or it was made void."""
        sample = self.part.sample if self.part else None
        return sample if sample is not None and sample.void_on is None else None

    @property
    def is_void(self) -> bool:
        """Whether what was drawn there was made void."""
        return self.part is not None and self.part.sample is not None and self.sample is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far all stations of an order are together: stations, and households of the samples that count."""

    asked: int
    arrived: int
    nobody: int
    size: int
    answered: int
    not_reached: int
    left: int


def parts_of(order: Order) -> list[StationPart]:
    """Return how far each station of an order is, by the place of the station. Two queries."""
    parts = {
        one.station_id: one
        for one in OrderPart.objects.filter(order_id=order.pk).select_related("sample__station")
    }
    stations = Station.objects.filter(pk__in=[int(key) for key in order.sizes]).order_by("path")
    return [StationPart(station=one, part=parts.get(one.pk)) for one in stations]


def progress_of(parts: Iterable[StationPart]) -> Progress:
    """Add up how far stations are."""
    kept = list(parts)
    samples = [one.sample for one in kept if one.sample is not None]
    outcomes = Counter(one.part.outcome for one in kept if one.part is not None)
    return Progress(
        asked=len(kept),
        arrived=outcomes.total(),
        nobody=outcomes[Outcome.NOBODY],
        size=sum(one.size for one in samples),
        answered=sum(one.answered for one in samples),
        not_reached=sum(one.not_reached for one in samples),
        left=sum(one.left for one in samples),
    )
