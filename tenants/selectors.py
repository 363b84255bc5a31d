"""Questions about the tree of stations."""

import time
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import StationRef, in_network
from tenants.models import Station, StationDomain, StationState

# Seconds for which a process trusts what it knows of a station; forget_stations() makes it ask at once.
TRUST_SECONDS = 5.0
# Strangers can ask for any code; what is remembered of them is bounded.
KNOWN_AT_MOST = 5_000
USABLE = frozenset(
    {StationState.TRIAL, StationState.ACTIVE, StationState.SUSPENDED, StationState.MERGING}
)

_known: dict[str, tuple[float, Station | None]] = {}


def forget_stations() -> None:
    """Make this process look every station up anew."""
    _known.clear()


def station_with_code(code: str) -> Station:
    """Return the usable station with exactly this code.

    Raises:
        NotFound: there is none, or it is closed.
    """
    station = _looked_up(f"code:{code}", lambda: stations_with_codes([code]).get(code))
    if station is None or station.state not in USABLE:
        raise NotFound
    return station


def stations_with_codes(codes: Iterable[str]) -> dict[str, Station]:
    """Return the stations that go by these codes, whatever their state, by the code asked for.

    A station answers to its own code and to its other codes. One query.
    """
    asked = set(codes)
    found: dict[str, Station] = {}
    for station in Station.objects.filter(Q(code__in=asked) | Q(other_codes__overlap=list(asked))):
        for code in asked.intersection([station.code, *station.other_codes]):
            found[code] = station
    return found


def station_with_host(host: str) -> Station | None:
    """Return the station that has ``host`` as its own address, if one has."""

    def find() -> Station | None:
        domain = StationDomain.objects.select_related("tenant").filter(domain=host).first()
        return domain.tenant if domain else None

    return _looked_up(f"host:{host}", find)


def _looked_up(key: str, find: Callable[[], Station | None]) -> Station | None:
    now = time.monotonic()
    known = _known.get(key)
    if known is None or known[0] < now:
        if len(_known) > KNOWN_AT_MOST:
            _known.clear()
        with in_network():
            known = _known[key] = (now + TRUST_SECONDS, find())
    return known[1]


def suspended_since(station: StationRef) -> datetime | None:
    """Return since when a station is suspended; None when it works. Trusted for seconds, as its code is."""
    known = _looked_up(
        f"code:{station.code}", lambda: stations_with_codes([station.code]).get(station.code)
    )
    return known.suspended_at if known and known.state == StationState.SUSPENDED else None


def get_station(station_id: int) -> Station:
    """Return the station with this key, whatever its state.

    Raises:
        NotFound: there is none.
    """
    try:
        return Station.objects.get(pk=station_id)
    except Station.DoesNotExist:
        raise NotFound from None


def stations_below(station: StationRef) -> QuerySet[Station]:
    """Every station of the subtree, ``station`` itself included, by path."""
    return Station.objects.filter(path__startswith=station.path).order_by("path")


def children_of(station: StationRef) -> QuerySet[Station]:
    """The stations right below, by code."""
    return Station.objects.filter(parent_id=station.id).order_by("code")


def open_stations() -> QuerySet[Station]:
    """Every station that works now, by path."""
    return Station.objects.filter(state__in=USABLE).order_by("path")


def ancestors_of(station: StationRef) -> list[Station]:
    """The stations above, root first, ``station`` not included. One query."""
    keys = [int(key) for key in station.path.split(".") if key][:-1]
    found = Station.objects.in_bulk(keys)
    return [found[key] for key in keys]


def refs_of(station_ids: Iterable[int]) -> dict[int, StationRef]:
    """The stations with these keys, by key. One query."""
    return {row.pk: row.ref for row in Station.objects.filter(pk__in=list(station_ids))}
