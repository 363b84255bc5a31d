"""Questions about the whole network."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from bangfu.kernel.tenancy import StationRef, in_network
from shared_apps.accounts.models import Membership
from shared_apps.console.rules import PAYMENTS, REPORT_ACCEPTED
from shared_apps.exchange.models import Message
from shared_apps.rollup.models import Leaf
from tenants.models import Level, Station, StationSchema, StationState

OPEN = (StationState.TRIAL, StationState.ACTIVE, StationState.SUSPENDED, StationState.MERGING)


@dataclass(frozen=True, slots=True)
class Branch:
    """A station of the tree with what hangs right below it."""

    station: Station
    children: int
    people: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that a station on trial works. Source: domain §3.1, ``trial → active``."""

    reports: int
    payments: int

    @property
    def lacks(self) -> bool:
        """Whether no report of it was accepted, or nobody was paid by it."""
        return not (self.reports and self.payments)


def evidence_of(station: Station) -> Evidence:
    """Count the reports of a station that were accepted above, and the payments it made. Two queries."""
    with in_network():
        accepted = Message.objects.filter(recipient_id=station.pk, kind=REPORT_ACCEPTED)
        paid = Leaf.objects.filter(
            station_id=station.pk, indicator=PAYMENTS, dimension="", key=""
        ).aggregate(n=Sum("n", default=0))
        return Evidence(reports=accepted.count(), payments=int(paid["n"]))


def counts_by_level() -> list[tuple[str, int]]:
    """How many open stations each level has, from the city down. One query."""
    rows = (
        Station.objects.filter(state__in=OPEN)
        .order_by()
        .values("level")
        .annotate(number=Count("pk"))
    )
    numbers = {row["level"]: row["number"] for row in rows}
    return [(str(level.label), numbers.get(level, 0)) for level in Level]


def counts_by_state() -> dict[str, int]:
    """How many stations are in each state. One query."""
    rows = Station.objects.order_by().values("state").annotate(number=Count("pk"))
    return {row["state"]: row["number"] for row in rows}


def branches(parent: Station | None, *, words: str = "") -> Sequence[Branch]:
    """The stations right below one, or the roots; with ``words`` any that match. Two queries."""
    found = Station.objects.filter(parent=parent)
    if words:
        found = Station.objects.filter(Q(name__icontains=words) | Q(code__startswith=words))
    stations = list(found.annotate(below=Count("children", distinct=True)).order_by("code")[:300])
    people = dict(
        Membership.objects.filter(
            station_id__in=[station.pk for station in stations], ended_at__isnull=True
        )
        .order_by()
        .values_list("station_id")
        .annotate(number=Count("pk"))
    )
    return [Branch(station, station.below, people.get(station.pk, 0)) for station in stations]


def waiting_schemas() -> int:
    """How many schemas wait in the pool for a station."""
    return StationSchema.objects.filter(station=None).count()


def branches_of(station: Station) -> Sequence[Branch]:
    """The stations right below one, asked for from inside a station."""
    with in_network():
        return branches(station)


def people_of(station: Station) -> Sequence[Membership]:
    """Who belongs to a station, in the order they came."""
    with in_network():
        return list(
            Membership.objects.filter(station=station, ended_at__isnull=True)
            .select_related("user")
            .order_by("began_at", "pk")
        )


def can_be_reached(station: StationRef) -> bool:
    """Say whether a station has said its telephone and its address. One query."""
    said = Station.objects.filter(pk=station.id).exclude(phone="").exclude(address="")
    return said.exists()
