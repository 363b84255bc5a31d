"""The pages of transfers, donations and plans, clicked through."""

import pytest

from bangfu.kernel.tenancy import in_station
from tenant_apps.sources.models import Donation, Transfer
from tests.tenant_apps.sources.conftest import PAYEE, TODAY

COUNTY = "/s/130705/sources"


@pytest.fixture
def post(signed_in):
    def send(actor, path, **data):
        return signed_in(actor).post(f"{COUNTY}/{path}", data, follow=True).content.decode()

    return send


@pytest.fixture
def text(signed_in):
    def fetch(actor, path=""):
        answer = signed_in(actor).get(f"{COUNTY}/{path}")
        assert answer.status_code == 200, answer.content
        return answer.content.decode()

    return fetch


def test_a_transfer_is_planned_checked_approved_and_instructed_on_its_page(
    county, township, post, text
):
    said = post(
        county.finance, "transfers/new/", to=township.station.code, fund=str(county.fund().pk),
        amount="20000.00", year="2026", payee=PAYEE, purpose="两节送温暖",
    )  # fmt: skip
    assert "等待另一人复核" in said
    assert "贰万元整" in said
    with in_station(county.station):
        key = Transfer.objects.get().pk
    assert ">复核</button>" not in text(county.finance, f"transfers/{key}/")
    post(county.supervisor, f"transfers/{key}/check/")
    assert "请完整填写" in post(county.head, f"transfers/{key}/approve/", chair_met_on=TODAY)
    post(
        county.head, f"transfers/{key}/approve/", chair_met_on=TODAY, chair_decided="同意",
        party_met_on=TODAY, party_decided="审定",
    )  # fmt: skip
    said = post(county.finance, f"transfers/{key}/instruct/")

    assert "请在付款单附言中填写 BK" in said
    listed = text(county.supervisor, "transfers/?side=out")
    assert "20,000.00" in listed
    assert "已通知银行" in listed
    assert "没有符合条件的拨款" in text(county.supervisor, "transfers/?state=closed")


def test_a_donation_goes_from_the_pledge_to_the_feedback(county, post, text):
    gift = county.open_fund("JZ01", "爱心捐款", "donation")
    said = post(
        county.finance, "donations/new/", kind="cash", donor="李先生", is_anonymous="on",
        amount="500.00", campaign="one_day", fund=str(gift.pk),
    )  # fmt: skip
    assert "以银行到账为准" in said
    assert "对外匿名" in said
    with in_station(county.station):
        donation = Donation.objects.get()
    county.books(donation.number, 500_00, kind="donation", counterparty="李先生")
    post(county.finance, f"donations/{donation.pk}/receipt/")
    post(county.finance, f"donations/{donation.pk}/allocate/", words="两节慰问")
    post(county.finance, f"donations/{donation.pk}/use/", words="慰问 1 户")
    said = post(county.finance, f"donations/{donation.pk}/feed_back/", words="已致电感谢")

    assert "2026-00001" in said
    assert "已反馈" in text(county.head, "donations/?campaign=one_day")


def test_a_named_fund_is_laid_down_on_its_page(county, post, text):
    gift = county.open_fund("JZ01", "移动助学金", "donation")
    county.endow(gift, 50_000_00)
    refused = post(
        county.finance, f"plans/{gift.pk}/rule/", students="5", each="4000.00", until="2029"
    )
    assert "超过余额与认捐合计 50,000.00 元" in refused
    said = post(county.finance, f"plans/{gift.pk}/rule/", students="5", each="4000.00")

    assert "2.5 年" in said
    post(county.finance, f"plans/{gift.pk}/plan/", year="2026", planned="100000.00")
    listed = text(county.supervisor, "plans/?year=2026")
    assert "移动助学金" in listed
    assert "50.0%" in listed


def test_who_only_looks_sees_no_button(county, township, text):
    transfer = county.plan(township, county.fund(), 1_00)
    page = text(county.head, f"transfers/{transfer.pk}/")
    assert "通知银行付款</button>" not in page
    assert "编制拨款计划</a>" not in text(county.head, "transfers/")
    assert "登记认捐</a>" not in text(county.head, "donations/")


def test_a_station_below_none_is_told_why_it_cannot_pay_down(signed_in, enterprise, person_at):
    finance = person_at(enterprise, "finance")
    page = signed_in(finance).get(f"/s/{enterprise.code}/sources/transfers/new/")
    assert "先建立资金" in page.content.decode()
