from datetime import date

from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.rollup.periods import Period
from shared_apps.rollup.selectors import answer, tree_differences_of
from shared_apps.rollup.services import count_network
from tenants.models import Level, Station, StationKind, StationState
from tests.support.databases import TREE

NOVEMBER = Period.parse("2026-11")
DAY = date(2026, 11, 20)


def value(code, station, period=NOVEMBER, by=None):
    with in_station(station):
        found = answer(code, station=station, period=period, by=by)
    return {part.label: part.value for part in found.parts} if by else found.value


def test_stations_in_operation_are_counted_by_level(city, township):
    count_network(on=DAY)

    assert value("NET-01", city) == len(TREE)
    assert value("NET-01", township) == 2
    assert value("NET-01", city, by="level") == {
        level.label: count for level in Level if (count := sum(level == row[2] for row in TREE))
    }


def test_counting_again_changes_nothing(city):
    count_network(on=DAY)

    assert count_network(on=DAY) == 0


def test_a_suspended_station_leaves_the_count_in_the_month_it_happens(city, township):
    count_network(on=DAY)
    with in_network():
        Station.objects.filter(pk=township.id).update(state=StationState.SUSPENDED)

    count_network(on=date(2026, 12, 3))

    assert value("NET-01", city) == len(TREE)
    assert value("NET-01", city, Period.parse("2026-12")) == len(TREE) - 1
    assert tree_differences_of(city) == []


def test_coverage_is_stations_against_administrative_units(city, county):
    count_network(on=DAY)

    with in_network():
        units = answer("NET-02.D", station=city, period=NOVEMBER).value
    assert units == 266
    assert float(value("NET-02", city)) == round(sum(row[2] < 4 for row in TREE) * 100 / 266, 1)
    assert 0 < value("NET-02", county) < 100


def test_a_second_station_of_a_unit_covers_no_further_unit(city, county):
    count_network(on=DAY)
    before = value("NET-02", county)
    with in_network():
        one = Station.objects.get(pk=county.id)
        Station.objects.create(
            code="130705T",
            name="宣化区职工培训中心",
            level=one.level,
            kind=StationKind.TRAINING,
            region_code=one.region_code,
            state=StationState.ACTIVE,
            parent_id=one.parent_id,
            path=f"{one.path}900001.",
            opened_at=one.opened_at,
        )
    count_network(on=date(2026, 12, 3))

    assert value("NET-02", county, Period.parse("2026-12")) == before
    assert value("NET-02", city, Period.parse("2026-12")) == value("NET-02", city)


def test_staff_are_counted_by_their_roles(township, clerk, reviewer, city):
    count_network(on=DAY)

    assert value("NET-04", township) == 2
    assert value("NET-04", city) == 2
    assert value("NET-04", township, by="role") == {"经办人": 1, "审核人": 1}
