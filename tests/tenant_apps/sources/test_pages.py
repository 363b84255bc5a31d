"""The pages of transfers, donations and plans, clicked through."""

from uuid import uuid4

import pytest

from shared_apps.printing.models import Paper
from tenant_apps.sources import services
from tenant_apps.sources.models import Donation, Transfer
from tests.tenant_apps.sources.conftest import PAYEE, TODAY, acting_at

pytestmark = pytest.mark.usefixtures("at_noon")

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
    with acting_at(county.station):
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
    with acting_at(county.station):
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


def test_the_api_plans_checks_approves_and_lists(county, township, signed_in):
    api = "/s/130705/api/v1/sources"
    json = {"content_type": "application/json"}
    body = {
        "to_code": township.station.code, "fund_id": str(county.fund().pk), "amount_fen": 100,
        "purpose": "两节送温暖", "payee": PAYEE, "year": 2026,
    }  # fmt: skip
    once = {"Idempotency-Key": str(uuid4())}
    made = signed_in(county.finance).post(f"{api}/transfers/", body, headers=once, **json)
    assert made.status_code == 201, made.content
    again = signed_in(county.finance).post(f"{api}/transfers/", body, headers=once, **json)
    assert again.json()["id"] == made.json()["id"]
    one = f"{api}/transfers/{made.json()['id']}"
    assert signed_in(county.finance).post(f"{one}/check/", {}, **json).status_code == 403
    assert signed_in(county.supervisor).post(f"{one}/check/", {}, **json).status_code == 200
    missing = signed_in(county.head).post(f"{one}/approve/", {"chair_decided": "同意"}, **json)
    assert missing.status_code == 422
    met = {
        "chair_met_on": "2026-11-20", "chair_decided": "同意", "party_met_on": "2026-11-20",
        "party_decided": "审定",
    }  # fmt: skip
    approved = signed_in(county.head).post(f"{one}/approve/", met, **json)
    assert approved.json()["state"] == "approved"
    listed = signed_in(county.supervisor).get(f"{api}/transfers/?side=out").json()
    assert [row["number"] for row in listed["results"]] == [made.json()["number"]]


def test_the_api_keeps_donations_and_what_is_laid_down(county, signed_in):
    api = "/s/130705/api/v1/sources"
    json = {"content_type": "application/json"}
    gift = county.open_fund("JZ01", "移动助学金", "donation")
    client = signed_in(county.finance)
    made = client.post(
        f"{api}/donations/",
        {"kind": "goods", "donor": "爱心超市", "amount_fen": 300, "goods": "大米 1 袋"},
        **json,
    )
    assert made.status_code == 201, made.content
    one = f"{api}/donations/{made.json()['id']}"
    assert client.post(f"{one}/receive_goods/", {}, **json).json()["state"] == "received"
    assert client.post(f"{one}/receipt/", {}, **json).json()["receipt"] == "2026-00001"
    refused = client.post(
        f"{api}/funds/{gift.pk}/rule/", {"students": 5, "each_fen": 400000}, **json
    )
    assert refused.json()["type"] == "/problems/over-committed"
    client.post(f"{api}/funds/{gift.pk}/plan/", {"year": 2026, "planned_fen": 100}, **json)
    assert client.get(f"{api}/plans/").json()[0]["planned_fen"] == 100


def test_the_letter_to_the_bank_and_the_receipt_are_printed_with_a_number(
    county, township, signed_in
):
    client, papers = signed_in(county.supervisor), "/s/130705/documents"
    planned = county.plan(township, county.fund(), 1_00)
    assert client.post(f"{papers}/transfers/{planned.pk}/").status_code != 200
    transfer = county.instruct(township, county.fund(), 16_803_20)
    gift = county.open_fund("JZ01", "爱心捐款", "donation")
    with acting_at(county.station):
        donation = services.pledge_donation(
            kind="cash", donor="李先生", amount_fen=500_00, fund_id=gift.pk, campaign="one_day",
            **county.edge(county.finance),
        )  # fmt: skip
    county.books(donation.number, 500_00, kind="donation", counterparty="李先生")
    with acting_at(county.station):
        services.give_receipt(donation.pk, **county.edge(county.finance))

    for address in (f"transfers/{transfer.pk}", f"donations/{donation.pk}"):
        answer = client.post(f"{papers}/{address}/")
        assert answer["Content-Type"] == "application/pdf", answer.content
        assert answer.content.startswith(b"%PDF")
    with acting_at(county.station):
        about = set(Paper.objects.values_list("kind", "about"))
    assert about == {("transfer_letter", transfer.number), ("donation_receipt", "2026-00001")}
