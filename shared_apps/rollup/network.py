"""What the network counts of itself: stations in operation, administrative units due, staff.

These follow the register of stations and people, so they are counted from it, never recorded by hand.
"""

from datetime import date

from bangfu.kernel.tenancy import in_network
from shared_apps.accounts.models import Membership
from shared_apps.regions.models import Region, RegionKind
from shared_apps.rollup.indicators import Fact
from tenants.models import Level, Station, StationState

NETWORK_CODES = ("NET-01", "NET-02.N", "NET-02.D", "NET-04")
IN_OPERATION = frozenset({StationState.TRIAL, StationState.ACTIVE})
FULL_TIME, PART_TIME = "full", "part"


def network_facts(*, month: date) -> dict[int, list[Fact]]:
    """Return the present stocks of every station ever opened, by station; those closed have none."""
    with in_network():
        stations = list(Station.objects.order_by("pk"))
        units = _units_due()
        staff = list(
            Membership.objects.filter(ended_at__isnull=True).values_list(
                "station_id", "roles", "is_full_time"
            )
        )
    facts: dict[int, list[Fact]] = {station.pk: [] for station in stations}
    working = [station for station in stations if station.state in IN_OPERATION]
    for station in working:
        level = str(station.level)
        facts[station.pk].append(
            Fact(
                indicator="NET-01",
                period=month,
                dims={"level": level, "station_kind": station.kind},
            )
        )
    owners: dict[str, int] = {}
    for station in working:
        if station.level < Level.ENTERPRISE:
            # A second station of a unit, a training centre say, covers no further one.
            owners.setdefault(_unit_code(station.region_code, station.level), station.pk)
    for code, unit_level, ancestors in units:
        dims = {"level": str(unit_level)}
        if code in owners:
            facts[owners[code]].append(Fact(indicator="NET-02.N", period=month, dims=dims))
        owner = next((owners[one] for one in (code, *ancestors) if one in owners), None)
        if owner is not None:
            facts[owner].append(Fact(indicator="NET-02.D", period=month, dims=dims))
    for station_id, roles, full_time in staff:
        facts[station_id].append(
            Fact(
                indicator="NET-04",
                period=month,
                dims={"role": roles, "working_time": FULL_TIME if full_time else PART_TIME},
            )
        )
    return facts


def _units_due() -> list[tuple[str, int, tuple[str, ...]]]:
    """The administrative units of the network's cities: (code, level, codes of the units above)."""
    cities = Station.objects.filter(level=Level.CITY).values_list("region_code", flat=True)
    due = []
    for city in {_unit_code(code, Level.CITY) for code in cities}:
        regions = Region.objects.filter(code__startswith=city[:4], valid_to__isnull=True).exclude(
            kind=RegionKind.GROUPING
        )
        for code, level in regions.values_list("code", "level"):
            above = (_unit_code(code, Level.COUNTY), city)
            due.append((code, level, tuple(one for one in above if one != code)))
    return due


def _unit_code(region_code: str, level: int) -> str:
    """Return the code of the unit of ``level`` in which a region lies, as the list of regions has it."""
    if level == Level.CITY:
        return f"{region_code[:4]}00"
    return region_code[: 6 if level == Level.COUNTY else 9]
