"""Which programmes and campaigns there are, where and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import StationRef
from shared_apps.programmes.models import Campaign, Programme, Progress
from shared_apps.programmes.terms import Terms, read_terms
from tenants.models import Station
from tenants.selectors import USABLE, children_of


@dataclass(frozen=True, slots=True, kw_only=True)
class StationProgress:
    """How far a station and all below it are with a campaign: how many, and how many fen, by state.

    ``is_empty`` says that it listed nobody because every one of those stations reported that nobody there fits;
    ``nobody`` how many of its ``stations`` did (both zero while none has).
    """

    station_id: int
    code: str
    name: str
    counts: Mapping[str, tuple[int, int]]
    counted_at: datetime | None
    is_empty: bool = False
    nobody: int = 0
    stations: int = 0


def scopes_above(station: StationRef | None) -> list[str]:
    """Return the paths whose rows hold at a station: the network's, and of each station above and itself."""
    if station is None:
        return [""]
    parts = station.path.rstrip(".").split(".")
    return ["", *(".".join(parts[: depth + 1]) + "." for depth in range(len(parts)))]


def programmes_in_force(*, station: StationRef | None, on: date) -> dict[str, Programme]:
    """Return every programme that holds at a station on a day, by key, the most specific of each. One query."""
    held = Programme.objects.filter(
        _valid(on), withdrawn_at__isnull=True, scope_path__in=scopes_above(station)
    )
    found: dict[str, Programme] = {}
    for row in sorted(held, key=lambda one: (len(one.scope_path), one.version)):
        found[row.key] = row
    return dict(sorted(found.items(), key=lambda pair: (pair[1].aid, pair[0])))


def programme_names(*, station: StationRef | None) -> dict[str, str]:
    """Return how every programme is or was called at a station, by key, whether or not it still holds. One query."""
    known = Programme.objects.filter(
        withdrawn_at__isnull=True, scope_path__in=scopes_above(station)
    ).values_list("key", "name", "scope_path", "version")
    ordered = sorted(known, key=lambda one: (len(one[2]), one[3]))
    return {key: name for key, name, _scope, _version in ordered}


def programmes_of_year(year: int, *, station: StationRef | None) -> dict[str, Programme]:
    """Return every programme that held at a station on some day of a year, by key, the most specific. One query."""
    held = Programme.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=date(year, 1, 1)),
        withdrawn_at__isnull=True,
        valid_from__lte=date(year, 12, 31),
        scope_path__in=scopes_above(station),
    )
    ordered = sorted(held, key=lambda one: (len(one.scope_path), one.version))
    return {one.key: one for one in ordered}


def get_programme(key: str, *, station: StationRef | None, on: date) -> Programme:
    """Return a programme as it holds at a station on a day.

    Raises:
        NotFound: none of that key holds there then.
    """
    found = programmes_in_force(station=station, on=on).get(key)
    if found is None:
        raise NotFound
    return found


def programme_above(key: str, *, station: StationRef | None, on: date) -> Programme | None:
    """Return what holds just above a station on a day: what its own version is measured against."""
    if station is None:
        return None
    held = Programme.objects.filter(
        _valid(on),
        withdrawn_at__isnull=True,
        key=key,
        scope_path__in=scopes_above(station)[:-1],
    )
    return max(held, key=lambda one: (len(one.scope_path), one.version), default=None)


def get_programme_version(programme_id: int) -> Programme:
    """Return one version, whether or not it still holds: what a decision rested on.

    Raises:
        NotFound: there is none.
    """
    row = Programme.objects.filter(pk=programme_id).first()
    if row is None:
        raise NotFound
    return row


def names_of_versions(programme_ids: Iterable[int]) -> dict[int, str]:
    """Return what these versions are called."""
    found = Programme.objects.filter(pk__in=list(programme_ids))
    return dict(found.values_list("pk", "name"))


def versions_of(key: str, *, station: StationRef | None) -> QuerySet[Programme]:
    """Return every version of a programme that held or holds at a station, the newest and nearest first."""
    return Programme.objects.filter(key=key, scope_path__in=scopes_above(station)).order_by(
        "-scope_path", "-version"
    )


def terms_of(programme: Programme) -> Terms:
    """Return the terms of a version."""
    return read_terms(programme.terms)


def campaigns_seen(*, station: StationRef) -> QuerySet[Campaign]:
    """Return the campaigns a station may join, newest first: its own and those called above it."""
    return Campaign.objects.filter(scope_path__in=scopes_above(station)).order_by(
        "-opens_on", "-called_at"
    )


def names_of_campaigns(campaign_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return what these campaigns are called. One query."""
    found = Campaign.objects.filter(pk__in=list(campaign_ids))
    return dict(found.values_list("pk", "name"))


def get_campaign(campaign_id: UUID, *, station: StationRef) -> Campaign:
    """Return one campaign that a station may join.

    Raises:
        NotFound: there is none that it sees.
    """
    row = campaigns_seen(station=station).filter(pk=campaign_id).first()
    if row is None:
        raise NotFound
    return row


def progress_below(campaign_id: UUID, *, station: StationRef) -> list[StationProgress]:
    """Return how far each station right below is with a campaign, each with all its subtree, by code.

    One that has listed nobody has no counts. Closed stations are left out. Two queries, one more where a station
    reported that nobody fits.
    """
    children = {row.pk: row for row in children_of(station).filter(state__in=USABLE)}
    found: dict[int, list[Progress]] = {}
    rows = Progress.objects.filter(campaign_id=campaign_id).select_related("station")
    for row in rows:
        key = _below(row.station.path, station)
        if key is not None:
            found.setdefault(key, []).append(row)
    sizes: Counter[int] = Counter()
    if any(row.nobody_at for known in found.values() for row in known):
        usable = Station.objects.filter(path__startswith=station.path, state__in=USABLE)
        keys = (_below(path, station) for path in usable.values_list("path", flat=True))
        sizes.update(key for key in keys if key is not None)
    return [_progress_of(child, found.get(key, []), sizes[key]) for key, child in children.items()]


def _below(path: str, station: StationRef) -> int | None:
    """The key of the station right below under which a path lies; None where it lies elsewhere."""
    if not path.startswith(station.path) or path == station.path:
        return None
    return int(path.removeprefix(station.path).partition(".")[0])


def _progress_of(child: Station, rows: list[Progress], size: int) -> StationProgress:
    counts: dict[str, tuple[int, int]] = {}
    for row in rows:
        for state, (n, fen) in row.counts.items():
            known = counts.get(state, (0, 0))
            counts[state] = (known[0] + n, known[1] + fen)
    nobody = sum(bool(row.nobody_at) for row in rows)
    return StationProgress(
        station_id=child.pk,
        code=child.code,
        name=child.name,
        counts=counts,
        counted_at=max((row.counted_at for row in rows), default=None),
        is_empty=not counts and bool(size) and nobody >= size,
        nobody=nobody,
        stations=size if nobody else 0,
    )


def own_progress(campaign_id: UUID, *, station: StationRef) -> Progress | None:
    """Return how far a station itself is with a campaign, as it was counted last; None where nothing was."""
    return Progress.objects.filter(campaign_id=campaign_id, station_id=station.id).first()


def campaigns_to_count(*, since: date) -> list[Campaign]:
    """Return the campaigns whose lists may still move: those that closed after a day."""
    return list(Campaign.objects.filter(closes_on__gte=since).order_by("pk"))


def _valid(on: date) -> Q:
    return Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))
