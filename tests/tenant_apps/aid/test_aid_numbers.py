"""The numbers of aid over a county: households once, averages of their parts, and what came back."""

from datetime import date

import pytest

from bangfu.kernel.tenancy import in_station
from shared_apps.rollup.periods import Period
from shared_apps.rollup.selectors import answer, files_behind, headlines
from shared_apps.rollup.services import fold_facts, recount_station
from tenant_apps.aid import services
from tenant_apps.households.work import files_to_do
from tests.tenant_apps.aid.conftest import desk_of

YEAR, MONTH = Period.parse("2026"), Period.parse("2026-11")


def pay(desk, file, *, on=date(2026, 11, 23), **changes):
    row = desk.approved(file, **changes)
    by = {"actor": desk.finance, "now": desk.now}
    services.batch_applications([row.pk], batch="P1", **by)
    return services.note_paid(row.pk, line=f"P1:{row.number}", on=on, **by)


def value(code, station, period=YEAR, by=None):
    return answer(code, station=station, period=period, by=by)


@pytest.fixture
def aided(desk):
    """Two households; the first was helped twice."""
    first, second = desk.household(), desk.household()
    rows = [
        pay(desk, first, amount_fen=100_000),
        pay(desk, first, amount_fen=50_000, cycle="2026-b", on=date(2026, 12, 1)),
        pay(desk, second, amount_fen=30_000),
    ]
    fold_facts(now=desk.now, wait=True)
    return rows


def test_households_count_once_and_times_as_often_as_they_were_helped(aided, county) -> None:
    with in_station(county):
        assert value("AID-01", county).value == 2
        assert value("AID-02", county).value == 3
        assert str(value("AID-03", county).value) == "1800.00"


def test_who_was_paid_leaves_the_list_of_those_never_helped(aided, desk) -> None:
    desk.household()
    with in_station(desk.station):
        assert files_to_do("never_helped", on=desk.now.date()).count() == 1


def test_the_average_is_the_money_over_households_each_once(aided, county) -> None:
    with in_station(county):
        assert str(value("AID-08", county).value) == "900.00"
        assert str(value("AID-08", county, MONTH).value) == "650.00"
        by_child = value("AID-08", county, by="child").parts
        assert {str(part.value) for part in by_child if part.value} == {"900.00"}
        by_month = value("AID-08", county, by="month").parts
        assert [str(part.value) for part in by_month if part.value] == ["650.00", "500.00"]
        assert str(headlines(["AID-08"], station=county, period=YEAR)["AID-08"]) == "900.00"


def test_coverage_is_households_helped_over_households_on_file(aided, desk, county) -> None:
    desk.household()
    desk.household()
    fold_facts(now=desk.now, wait=True)
    with in_station(county):
        assert str(value("AID-10", county).value) == "50.0"


def test_two_stations_that_help_one_household_count_it_once_above(
    aided, desk, county, enterprise, person_at
) -> None:
    beside = desk_of(enterprise, person_at)
    beside.seeds[0] = 50
    with in_station(enterprise):
        file = beside.household()
        pay(beside, file, household=bytes(aided[0].household))
    fold_facts(now=desk.now, wait=True)
    with in_station(county):
        found = value("AID-01", county)
    assert (found.sum, found.distinct, found.overlap) == (4, 2, 2)


def test_what_was_recounted_is_what_was_written(aided, desk) -> None:
    assert not recount_station(desk.station)
    services.note_returned(aided[2].pk, "账户注销", actor=desk.finance, now=desk.now)
    fold_facts(now=desk.now, wait=True)
    assert not recount_station(desk.station)
    assert value("AID-01", desk.station).value == 1


def test_the_list_behind_a_number_names_the_file(aided, desk) -> None:
    numbers = {one.number for one in files_behind("AID-01", period=YEAR)}
    assert {row.file.file_no for row in aided} <= numbers
