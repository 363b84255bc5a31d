from datetime import date, timedelta

import pytest

from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.rollup.fold import CellDifference, apply_differences
from shared_apps.rollup.models import Leaf, Member, Tree
from shared_apps.rollup.periods import Period
from shared_apps.rollup.selectors import (
    NoListBehind,
    answer,
    files_behind,
    tree_differences_of,
)
from shared_apps.rollup.services import (
    correct_station,
    count_stocks,
    fold_facts,
    rebuild_totals,
    recount_station,
)
from tenant_apps.households.models import FileState
from tests.conftest import NOON
from tests.shared_apps.rollup.on_file import another_household, change, put_on_file

NOVEMBER = Period.parse("2026-11")


@pytest.fixture
def file(township):
    return put_on_file(township)


def value(code, station, period=NOVEMBER):
    with in_station(station):
        return answer(code, station=station, period=period).value


def test_an_approved_file_reaches_the_city(file, city):
    fold_facts(now=NOON)

    assert value("FIL-01", city) == 1
    assert value("FIL-02", city) == 2
    assert value("FIL-03", city) == 1


def test_facts_agree_with_files_before_and_after_folding(file, township):
    assert not recount_station(township)

    fold_facts(now=NOON)

    assert not recount_station(township)


def test_facts_agree_after_the_household_has_left_hardship(file, township, city):
    later = NOON + timedelta(days=30)
    change(township, file, FileState.OUT, event="confirm_out", now=later, exit_reason="income")
    fold_facts(now=later)

    assert not recount_station(township)
    assert value("FIL-01", city, Period.parse("2026-12")) == 0
    assert value("FIL-01", city) == 1
    assert value("FIL-04", city, Period.parse("2026-12")) == 1


def spoil(station, *, by=1, indicator="FIL-01"):
    """Make a number wrong behind the services' back, alike in the totals above."""
    with in_network():
        cell = Leaf.objects.get(station_id=station.id, indicator=indicator, dimension="")
    apply_differences(
        station_id=station.id,
        cells=[
            CellDifference(
                indicator, "", "", cell.period, cell.n + by, cell.value, cell.n, cell.value
            )
        ],
        members=[],
    )


def test_a_wrong_number_is_found_and_brought_right(file, township, city):
    fold_facts(now=NOON)
    spoil(township)

    found = recount_station(township)
    assert [(one.indicator, one.expected_n, one.actual_n) for one in found.cells] == [
        ("FIL-01", 1, 2)
    ]

    correct_station(township, found)
    assert not recount_station(township)
    assert value("FIL-01", city) == 1
    assert tree_differences_of(city) == []


def test_a_household_that_vanished_from_the_members_is_found(file, township):
    fold_facts(now=NOON)
    with in_network():
        Member.objects.filter(station_id=township.id, indicator="FIL-01").delete()

    found = recount_station(township)

    assert not found.cells
    assert [one.indicator for one in found.members] == ["FIL-01"]


def test_everything_rebuilt_from_files_differs_in_no_cell(file, township, enterprise):
    put_on_file(enterprise, **another_household())
    fold_facts(now=NOON)
    before = cells()

    with in_network():
        Leaf.objects.all().delete()
        Member.objects.all().delete()
        Tree.objects.all().delete()
    for station in (township, enterprise):
        correct_station(station, recount_station(station))
    rebuild_totals()

    assert cells() == before


def cells():
    with in_network():
        return {
            *Leaf.objects.exclude(n=0, value=0).values_list(
                "station_id", "indicator", "dimension", "key", "period", "n", "value"
            ),
            *Tree.objects.exclude(n=0, value=0).values_list(
                "ancestor_id", "indicator", "dimension", "key", "period", "n", "value"
            ),
        }


def test_a_station_lists_the_files_behind_its_own_number(file, township):
    fold_facts(now=NOON)

    with in_station(township):
        listed = files_behind("FIL-01", period=NOVEMBER, dimension="tier", key="1")
        others = files_behind("FIL-01", period=NOVEMBER, dimension="tier", key="2")

    assert [one.number for one in listed] == ["13070500120260001"]
    assert others == []


def test_the_parent_lists_nothing_of_the_stations_below(file, city):
    fold_facts(now=NOON)

    with in_station(city):
        assert files_behind("FIL-01", period=NOVEMBER) == []


def test_a_ratio_has_no_list(at_township):
    with pytest.raises(NoListBehind):
        files_behind("FIL-08", period=NOVEMBER)


def test_files_left_alone_are_counted_as_the_year_passes(file, township, city):
    in_a_year = date(2027, 11, 25)
    later = Period.parse("2027-11")

    count_stocks(township, on=date(2026, 11, 21), now=NOON)
    assert kinds("FIL-12", city, NOVEMBER) == {"建档未帮扶": 1}
    count_stocks(township, on=in_a_year, now=NOON)

    assert value("FIL-12", city, later) == 1
    assert kinds("FIL-12", city, later) == {"超一年未变更": 1, "建档未帮扶": 1}
    assert count_stocks(township, on=in_a_year, now=NOON) == 0


def kinds(code, station, period):
    with in_station(station):
        parts = answer(code, station=station, period=period, by="kind").parts
    return {part.label: part.value for part in parts if part.value}
