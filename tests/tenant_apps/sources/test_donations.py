"""Donations in money and goods, named funds, and the share that goes up."""

import pytest

from bangfu.kernel.errors import IllegalMove, InvalidInput
from tenant_apps.casework.models import Clock
from tenant_apps.sources import services
from tenant_apps.sources.errors import OverCommitted
from tenant_apps.sources.rules import DonorRule, share_of
from tests.tenant_apps.sources.conftest import BOTH_MET, acting_at

GIFT = 1_000_00


@pytest.fixture
def gift(county):
    return county.open_fund("JZ01", "移动助学金", "donation", programmes=["schooling"])


def pledge(desk, fund, fen=GIFT, donor="张家口移动公司", **more):
    with acting_at(desk.station):
        return services.pledge_donation(
            kind="cash", donor=donor, amount_fen=fen, fund_id=fund.pk,
            **more, **desk.edge(desk.finance),
        )  # fmt: skip


def give(desk, fund, fen=GIFT, **more):
    donation = pledge(desk, fund, fen, **more)
    desk.books(donation.number, fen, kind="donation", counterparty=donation.donor)
    return donation


def test_a_pledge_is_no_money_until_the_bank_booked_it(county, gift):
    donation = pledge(county, gift)
    assert county.balance("4003") == 0
    assert [one.ref for one in county.expected("donation")] == [donation.number]

    county.books(donation.number, GIFT, kind="donation")

    assert (county.balance("1001", gift), county.balance("4003")) == (GIFT, GIFT)
    assert county.balance("8001", gift) == GIFT
    assert county.expected("donation") == []
    with pytest.raises(IllegalMove):
        county.books(pledge(county, gift).number, GIFT + 1, kind="donation")


def test_money_is_pledged_to_a_fund_of_donations_and_goods_are_described(county, gift):
    with acting_at(county.station):
        for wrong in (
            {"kind": "cash", "donor": "甲", "amount_fen": 1, "fund_id": county.fund().pk},
            {"kind": "goods", "donor": "甲", "amount_fen": 1},
            {"kind": "goods", "donor": " ", "amount_fen": 1, "goods": "大米 10 袋"},
            {"kind": "goods", "donor": "甲", "amount_fen": 0, "goods": "大米 10 袋"},
        ):
            with pytest.raises(InvalidInput):
                services.pledge_donation(**wrong, **county.edge(county.finance))


def test_receipts_count_without_a_gap_and_are_due_in_ten_working_days(county, gift):
    given = [give(county, gift, donor=f"单位{number}") for number in range(3)]
    with acting_at(county.station):
        assert (
            Clock.objects.filter(kind="donation_receipt", stopped_at=None).first().working_days
            == 10
        )
        numbers = [
            services.give_receipt(one.pk, **county.edge(county.finance)).receipt_text
            for one in given
        ]
        assert Clock.objects.filter(kind="donation_receipt", stopped_at=None).count() == 0
    assert numbers == ["2026-00001", "2026-00002", "2026-00003"]


def test_goods_are_received_without_the_bank(county):
    with acting_at(county.station):
        donation = services.pledge_donation(
            kind="goods", donor="爱心超市", amount_fen=3_000_00, goods="大米 50 袋",
            **county.edge(county.finance),
        )  # fmt: skip
        services.receive_goods(donation.pk, **county.edge(county.finance))
        assert services.give_receipt(donation.pk, **county.edge(county.finance)).receipt_number == 1
    assert county.balance("4003") == 0


def test_fifty_thousand_carry_five_times_four_thousand_for_two_and_a_half_years(county, gift):
    county.endow(gift, 50_000_00)
    with acting_at(county.station):
        tenths = services.lay_down_rule(
            gift.pk, students=5, each_fen=4_000_00, **county.edge(county.finance)
        )
    assert tenths == 25


def test_more_than_the_balance_and_pledges_is_not_promised(county, gift):
    county.endow(gift, 50_000_00)
    with acting_at(county.station), pytest.raises(OverCommitted):
        services.lay_down_rule(
            gift.pk, students=5, each_fen=4_000_00, until=2028, **county.edge(county.finance)
        )
    pledge(county, gift, 10_000_00)
    with acting_at(county.station):
        services.lay_down_rule(
            gift.pk, students=5, each_fen=4_000_00, until=2028, **county.edge(county.finance)
        )
        with pytest.raises(OverCommitted):
            services.lay_down_rule(
                gift.pk, students=16, each_fen=4_000_00, **county.edge(county.finance)
            )


@pytest.mark.parametrize(
    ("students", "until", "year", "committed"),
    [(5, None, 2026, 20_000), (5, 2026, 2026, 20_000), (5, 2028, 2026, 60_000), (5, 2025, 2026, 0)],
)
def test_what_is_promised_until_the_end(students, until, year, committed):
    rule = DonorRule(students=students, each_fen=4_000_00, until=until)
    assert rule.committed_fen(year) == committed * 100


@pytest.mark.parametrize(
    ("total", "share"), [(2_210_000_00, 1_550_000_00), (1, 1), (0, 0), (3, 2), (2, 1)]
)
def test_the_share_of_one_day_pay_is_rounded_to_the_fen(total, share):
    assert share_of(total, part=155, whole=221) == share


def test_the_share_goes_up_as_a_transfer_and_leaves_the_income_of_the_city(money, county):
    fund = county.open_fund("YRJ26", "爱心一日捐", "donation")
    give(county, fund, 2_210_000_00, campaign="one_day")
    with acting_at(county.station):
        services.lay_down_share(fund.pk, part=155, whole=221, **county.edge(county.finance))
        planned = services.plan_share(
            fund.pk, payee="张家口市总工会", **county.edge(county.finance)
        )
        with pytest.raises(InvalidInput):
            services.plan_share(fund.pk, payee="张家口市总工会", **county.edge(county.finance))
        services.check_transfer(planned.pk, **county.edge(county.supervisor))
        services.approve_transfer(planned.pk, BOTH_MET, **county.edge(county.head))
        services.instruct_transfer(planned.pk, **county.edge(county.finance))
    county.books(planned.number, 1_550_000_00, counterparty="张家口市总工会")
    money.deliver()
    money.city.books(planned.number, 1_550_000_00)
    money.deliver()

    assert county.end(planned).state == "closed"
    assert (county.balance("4003"), money.city.balance("4003")) == (660_000_00, 1_550_000_00)
    assert (county.balance("1101"), county.balance("5101")) == (0, 0)
