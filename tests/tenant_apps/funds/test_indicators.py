"""The numbers of money, from the entries to the totals of the county, and back."""

from decimal import Decimal

import pytest

from bangfu.kernel.tenancy import in_station
from shared_apps.rollup.periods import Period
from shared_apps.rollup.selectors import answer
from shared_apps.rollup.services import fold_facts, recount_station
from tenant_apps.funds.services import close_period, open_year, reverse_journal
from tests.conftest import NOON
from tests.tenant_apps.funds.conftest import TODAY

MONTH = Period.parse("2026-11")


@pytest.fixture
def kept(books):
    books.receive(1000_00)
    books.post(books.leg("1001", 500_00, books.gift), books.leg("4003", -500_00, books.gift))
    books.post(books.leg("1001", 200_00), books.leg("4002", -200_00))
    books.spend(300_00)
    books.post(books.leg("5101", 100_00), books.leg("1001", -100_00))
    wrong = books.receive(7_00)
    reverse_journal(
        wrong.pk, effective_on=TODAY, reason="重复入账", maker=books.finance,
        actor=books.head, now=NOON,
    )  # fmt: skip
    fold_facts(now=NOON, wait=True)
    return books


def value(books, code, by=None):
    with in_station(books.station):
        found = answer(code, station=books.station, period=MONTH, by=by)
    return {part.key: part.value for part in found.parts} if by else found.value


@pytest.mark.parametrize(
    ("code", "yuan"),
    [("FUN-01", 1700), ("FUN-02", 200), ("FUN-03", 100), ("FUN-04", 300), ("FUN-05", 1300)],
)
def test_a_number_of_money_is_the_sum_of_its_entries_less_what_was_reversed(kept, code, yuan):
    assert value(kept, code) == Decimal(yuan)


def test_income_is_told_by_source_and_spending_by_programme(kept):
    assert value(kept, "FUN-01", by="fund_source") == {"central": 1200, "donation": 500}
    assert value(kept, "FUN-04", by="aid") == {"living": 300}


def test_the_facts_derived_anew_are_those_that_were_written(kept):
    assert not recount_station(kept.station)


def test_the_county_adds_up_what_its_stations_hold(kept, county):
    with in_station(county):
        assert answer("FUN-05", station=county, period=MONTH).value == Decimal(1300)


def test_opening_a_year_is_no_income(kept):
    for month in range(1, 13):
        close_period(year=2026, month=month, actor=kept.finance, now=NOON)

    open_year(year=2027, maker=kept.finance, actor=kept.head, now=NOON)
    fold_facts(now=NOON, wait=True)

    assert value(kept, "FUN-05") == Decimal(1300)
    assert not recount_station(kept.station)
