"""The numbers of money over stations: what goes from one to another inside a subtree is told once."""

from decimal import Decimal

from bangfu.kernel.tenancy import in_network
from shared_apps.rollup.periods import Period
from shared_apps.rollup.selectors import answer, headlines, months_of
from shared_apps.rollup.services import count_stocks, fold_facts, recount_station
from shared_apps.rollup.standings import standings_below
from tenant_apps.sources import services
from tenant_apps.sources.models import Transfer
from tests.conftest import NOON
from tests.support.scenes import scene
from tests.tenant_apps.sources import conftest
from tests.tenant_apps.sources.conftest import BOTH_MET, TODAY, acting_at

MONTH = Period.parse("2026-11")
FEN = 20_000_00


def value(desk, code, by=None):
    with acting_at(desk.station):
        found = answer(code, station=desk.station, period=MONTH, by=by)
    if by is None:
        return found.value
    return {part.key: part.value for part in found.parts}


def fold():
    fold_facts(now=NOON, wait=True)


def carry(money, upper, lower, fund, fen=FEN):
    """Money goes from one station to the next below, confirmed by both."""
    transfer = upper.instruct(lower, fund, fen)
    upper.books(transfer.number, fen)
    money.deliver()
    lower.books(transfer.number, fen)
    money.deliver()
    return transfer


@scene(after=conftest.money)
def cascade(cast, money):
    """The city hands 50,000 of its 80,000 to the county (which had 100,000), and that 20,000 to the township."""
    fund = money.city.open_fund()
    money.city.endow(fund, 80_000_00)
    carry(money, money.city, money.county, fund, 50_000_00)
    carry(money, money.county, money.township, money.county.fund())
    fold()
    return money


def test_the_city_tells_its_subtree_without_what_moved_inside(cascade):
    assert value(cascade.city, "FUN-01") == Decimal(180_000)
    assert value(cascade.city, "FUN-02") == 0
    assert value(cascade.city, "FUN-03") == 0
    assert value(cascade.city, "FUN-05") == Decimal(180_000)


def test_the_county_keeps_what_came_from_outside(cascade):
    assert value(cascade.county, "FUN-01") == Decimal(150_000)
    assert value(cascade.county, "FUN-02") == Decimal(50_000)
    assert value(cascade.county, "FUN-03") == 0


def test_the_township_keeps_all_that_came(cascade):
    assert value(cascade.township, "FUN-01") == value(cascade.township, "FUN-02") == 20_000


def test_parts_and_what_is_left_out_add_up_to_the_total(cascade):
    parts = value(cascade.county, "FUN-01", by="child")
    assert parts["130705001"] == Decimal(20_000)
    assert parts["own"] == Decimal(150_000)
    assert parts["pairs"] == Decimal(-20_000)
    assert sum(parts.values()) == value(cascade.county, "FUN-01")


def test_sources_months_and_headlines_leave_the_same_pairs_out(cascade):
    assert value(cascade.city, "FUN-01", by="fund_source") == {"central": Decimal(180_000)}
    city = cascade.city.station
    with acting_at(city):
        assert headlines(["FUN-01", "FUN-03"], station=city, period=MONTH) == {
            "FUN-01": Decimal(180_000),
            "FUN-03": Decimal(0),
        }
        year = months_of("FUN-01", station=city, period=Period.parse("2026"))
        assert [part.value for part in year if part.value] == [Decimal(180_000)]
    with in_network():
        drawn = [
            one.value
            for one in standings_below(city, ["FUN-01"], period=MONTH)
            if not dict(one.dims)
        ]
    assert sum(drawn) == 180_000_00


def test_every_fact_is_derived_anew_from_the_rows(cascade):
    for desk in cascade.desks:
        assert not recount_station(desk.station)


def test_money_that_came_back_is_in_no_pair_any_more(cascade):
    with acting_at(cascade.county.station):
        transfer = Transfer.objects.get(side="out")
        services.recall_transfer(
            transfer.pk, amount_fen=5_000_00, reason="未用",
            **cascade.county.edge(cascade.county.head),
        )  # fmt: skip
    cascade.deliver()
    cascade.township.books(transfer.number, 5_000_00)
    cascade.deliver()
    cascade.county.books(transfer.number, 5_000_00)
    fold()

    assert value(cascade.county, "FUN-01") == Decimal(150_000)
    assert value(cascade.county, "FUN-03") == 0
    assert value(cascade.county, "FUN-03", by="child")["own"] == Decimal(15_000)
    for desk in cascade.desks:
        assert not recount_station(desk.station)


def test_an_end_that_is_not_confirmed_is_in_no_pair(money):
    county, township = money.county, money.township
    transfer = county.instruct(township, county.fund(), FEN)
    county.books(transfer.number, FEN)
    money.deliver()
    township.books(transfer.number, FEN)
    fold()

    assert value(county, "FUN-02") == Decimal(20_000)
    assert value(county, "FUN-03") == 0


def test_one_day_pay_is_told_once_and_its_share_is_income_of_the_city(money):
    county, city = money.county, money.city
    fund = county.open_fund("YRJ26", "爱心一日捐", "donation")
    with acting_at(county.station):
        services.lay_down_share(fund.pk, part=155, whole=221, **county.edge(county.finance))
        donation = services.pledge_donation(
            kind="cash", donor="全市职工", amount_fen=2_210_000_00, fund_id=fund.pk,
            campaign="one_day", **county.edge(county.finance),
        )  # fmt: skip
    county.books(donation.number, 2_210_000_00, kind="donation")
    with acting_at(county.station):
        share = services.plan_share(fund.pk, payee="张家口市总工会", **county.edge(county.finance))
        services.check_transfer(share.pk, **county.edge(county.supervisor))
        services.approve_transfer(share.pk, BOTH_MET, **county.edge(county.head))
        services.instruct_transfer(share.pk, **county.edge(county.finance))
    county.books(share.number, share.amount_fen, counterparty="张家口市总工会")
    money.deliver()
    city.books(share.number, share.amount_fen)
    money.deliver()
    fold()

    assert value(city, "LOV-06", by="donation_campaign") == {"one_day": Decimal(2_210_000)}
    assert value(city, "LOV-06.P") == 1
    assert value(city, "FUN-01", by="fund_source")["donation"] == Decimal(2_210_000)
    with acting_at(city.station):
        own = answer("FUN-01", station=city.station, period=MONTH, by="child").parts
    assert {part.key: part.value for part in own}["own"] == Decimal(1_550_000)
    for desk in money.desks:
        assert not recount_station(desk.station)


def test_matching_money_is_measured_against_its_plan(money):
    county = money.county
    province = county.open_fund("SP26", "省级配套", "province")
    with acting_at(county.station):
        for fund, planned in ((county.fund(), 200_000_00), (province, 50_000_00)):
            services.plan_fund(
                fund.pk, year=2026, planned_fen=planned, **county.edge(county.finance)
            )
    count_stocks(county.station, on=TODAY, now=NOON)

    assert value(county, "FUN-06") == Decimal("40.0")
    by_source = value(county, "FUN-06", by="fund_source")
    assert by_source == {"central": Decimal("50.0"), "province": Decimal("0.0")}
