from datetime import date

import pytest

from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.rollup.indicators import Fact
from shared_apps.rollup.periods import Period, UnknownPeriod
from shared_apps.rollup.registry import UnknownIndicator, listed_indicators
from shared_apps.rollup.selectors import (
    UnknownDimension,
    answer,
    headlines,
    station_in_sight,
    way_to,
)
from shared_apps.rollup.services import fold_facts
from tests.conftest import NOON
from tests.shared_apps.rollup.test_fold import LI, NOVEMBER, WANG, household, record

NOW = Period.parse("2026-11")
OCTOBER = date(2026, 10, 1)
DECEMBER = Period.parse("2026-12")


def fold():
    fold_facts(now=NOON)


def parts(found):
    return {part.key: part.value for part in found.parts}


@pytest.fixture
def households(township, enterprise, outsider):
    """Three households below one county, one of them on file in another county too."""
    record(township, household(WANG, tier="1"), household(LI, tier="2"))
    record(enterprise, household(b"z" * 16, tier="1"))
    record(outsider, household(WANG, tier="1"))
    fold()


def test_the_city_sees_the_sum_and_its_parts_by_county(households, city):
    with in_station(city):
        found = answer("FIL-01", station=city, period=NOW, by="child")

    assert found.value == 4
    assert parts(found) == {"130702": 1, "130705": 3}
    assert found.as_of == NOON


def test_a_household_of_two_counties_is_told_as_overlap(households, city, county):
    with in_station(city):
        whole = answer("FIL-01", station=city, period=NOW)
        below = answer("FIL-01", station=county, period=NOW)

    assert (whole.sum, whole.distinct, whole.overlap) == (4, 3, 1)
    assert (below.sum, below.distinct, below.overlap) == (3, 3, 0)


def test_a_dimension_is_named_in_words(households, city):
    with in_station(city):
        found = answer("FIL-01", station=city, period=NOW, by="tier")

    assert [(part.label, part.value) for part in found.parts] == [("深度困难", 3), ("相对困难", 1)]


def test_a_station_between_shows_its_own_part_beside_those_below(households, township):
    with in_station(township):
        found = answer("FIL-01", station=township, period=NOW, by="child")

    assert parts(found) == {"130705001E01": 1, "own": 2}


def test_a_stock_stays_until_it_is_taken_away(township, city):
    record(township, household(WANG, period=OCTOBER))
    record(township, household(WANG, n=-1, period=date(2026, 12, 1)))
    fold()

    with in_station(city):
        months = [
            answer("FIL-01", station=city, period=Period.parse(text)).value
            for text in ("2026-09", "2026-10", "2026-11", "2026-12", "2026Q4", "2026")
        ]

    assert months == [0, 1, 1, 0, 0, 0]


def test_a_flow_counts_in_its_own_period_alone(township, city):
    opened = {"indicator": "FIL-03", "dims": {"tier": "1"}}
    record(township, Fact(period=OCTOBER, **opened), Fact(period=NOVEMBER, **opened))
    fold()

    with in_station(city):
        found = [
            answer("FIL-03", station=city, period=Period.parse(text)).value
            for text in ("2026-09", "2026-10", "2026-11", "2026Q4", "2026", "2025")
        ]

    assert found == [0, 1, 1, 2, 2, 0]


def test_a_ratio_is_drawn_from_its_parts_and_never_from_ratios(township, outsider, city):
    record(township, *(household(bytes([i]) * 16) for i in range(3)))
    record(township, Fact(indicator="FIL-08.N", period=NOVEMBER))
    record(outsider, household(LI), Fact(indicator="FIL-08.N", period=NOVEMBER))
    fold()

    with in_station(city):
        found = answer("FIL-08", station=city, period=NOW, by="child")

    assert str(found.value) == "50.0"
    assert {key: str(value) for key, value in parts(found).items()} == {
        "130702": "100.0",
        "130705": "33.3",
    }


def test_the_yearly_exit_rate_counts_the_stock_before_the_year(township, city):
    record(township, *(household(bytes([i]) * 16, period=date(2025, 6, 1)) for i in range(4)))
    record(township, household(WANG), Fact(indicator="FIL-03", period=NOVEMBER))
    record(township, Fact(indicator="FIL-04", period=NOVEMBER, dims={"exit_reason": "none"}))
    fold()

    with in_station(city):
        found = answer("FIL-07", station=city, period=Period.parse("2026"))

    assert str(found.value) == "20.0"


def test_a_ratio_of_nothing_is_no_number(city):
    with in_station(city):
        assert answer("FIL-08", station=city, period=NOW).value is None


def test_months_of_a_year_show_the_stock_at_the_end_of_each(township, city):
    record(township, household(WANG, period=OCTOBER), household(LI, period=NOVEMBER))
    fold()

    with in_station(city):
        found = answer("FIL-01", station=city, period=Period.parse("2026Q4"), by="month")

    assert parts(found) == {"2026-10": 1, "2026-11": 2, "2026-12": 2}


def test_persons_on_file_are_counted_by_household_size(township, outsider, city):
    persons = {"indicator": "FIL-02", "period": NOVEMBER, "dims": {"tier": "1"}}
    record(township, Fact(value=3, subject=WANG, **persons))
    record(outsider, Fact(value=2, subject=WANG, **persons))
    fold()

    with in_station(city):
        found = answer("FIL-02", station=city, period=NOW)

    assert (found.sum, found.distinct, found.overlap) == (5, 3, 2)


def test_a_station_gets_no_answer_for_one_that_is_not_below_it(township, outsider, county):
    with in_station(township):
        for station in (outsider, county):
            with pytest.raises(NotFound):
                answer("FIL-01", station=station, period=NOW)


def test_another_branch_looks_absent(township, outsider):
    with in_station(township):
        with pytest.raises(NotFound):
            station_in_sight(outsider.code)
        with pytest.raises(NotFound):
            station_in_sight("no-such-code")


def test_the_way_down_begins_where_one_stands(township, county, city):
    with in_station(county):
        assert [step.code for step in way_to(township)] == ["130705", "130705001"]
    with in_network():
        assert [step.code for step in way_to(township)] == ["1307", "130705", "130705001"]


def test_an_unknown_dimension_is_answered_with_those_there_are(city):
    with in_station(city), pytest.raises(UnknownDimension, match="tier"):
        answer("FIL-01", station=city, period=NOW, by="shoe_size")


def test_an_unknown_indicator_is_not_found(city):
    with in_station(city), pytest.raises(UnknownIndicator):
        answer("ABC-01", station=city, period=NOW)


@pytest.mark.parametrize("text", ["2026-13", "2026Q5", "26", "", "november", "2026-11-01", "0000"])
def test_a_period_is_a_month_a_quarter_or_a_year(text):
    with pytest.raises(UnknownPeriod):
        Period.parse(text)


def test_every_indicator_of_the_network_and_of_files_is_declared():
    codes = [one.code for one in listed_indicators() if one.code[:3] in {"FIL", "NET"}]

    assert codes == [*(f"FIL-{n:02}" for n in range(1, 13)), "NET-01", "NET-02", "NET-04"]


def test_headlines_say_what_each_answer_says(households, township, city):
    record(
        township,
        Fact(indicator="FIL-03", period=OCTOBER),
        Fact(indicator="FIL-04", period=NOVEMBER),
    )
    record(
        township, household(b"y" * 16, period=OCTOBER), Fact(indicator="FIL-08.N", period=NOVEMBER)
    )
    fold()
    codes = [one.code for one in listed_indicators()]

    with in_station(city):
        for period in (NOW, Period.parse("2026Q4"), Period.parse("2026"), Period.parse("2025")):
            single = {code: answer(code, station=city, period=period).value for code in codes}
            assert headlines(codes, station=city, period=period) == single


def test_headlines_of_a_station_elsewhere_are_not_told(township, outsider):
    with in_station(township), pytest.raises(NotFound):
        headlines(["FIL-01"], station=outsider, period=NOW)
