"""What people see of cards, partners and settlements, and do there."""

from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from bangfu.kernel.tenancy import in_station
from shared_apps.partners.models import Agreement, Partner
from tenant_apps.benefits.models import Card, Entry
from tenant_apps.benefits.selectors import waiting_settlements

BASE = "/s/130705001/benefits/"
API = "/s/130705001/api/v1/benefits/"


def test_a_card_is_asked_for_issued_and_charged(window, signed_in):
    browser = signed_in(window.clerk)
    assert str(window.li.pk) in browser.get(f"{BASE}cards/new/").content.decode()
    browser.post(f"{BASE}cards/new/{window.li.pk}/", {"kind": "shopping"})
    with in_station(window.station):
        card = Card.objects.get(file_id=window.li.pk)
    page = f"{BASE}cards/{card.pk}/"
    browser = signed_in(window.reviewer)
    assert "审核发证" in browser.get(page).content.decode()
    browser.post(f"{page}issue/", {"number": "G-002"})
    browser = signed_in(window.clerk)
    browser.post(f"{page}activate/")
    browser = signed_in(window.finance)
    browser.post(f"{page}charge/", {"amount": "300.00"})
    assert "300.00" in browser.get(page).content.decode()
    assert "G-002" in browser.get(f"{BASE}cards/?words=G-002").content.decode()


def test_the_outlets_of_the_partners_stand_below_their_field(window, signed_in):
    page = signed_in(window.clerk).get(f"{BASE}cards/purchase/").content.decode()

    assert "惠民超市：一店、二店" in page[page.index('name="outlet"') : page.index('name="amount"')]


def test_a_purchase_is_entered_at_the_outlet(window, signed_in):
    browser = signed_in(window.clerk)
    assert "1,000.00" in browser.get(f"{BASE}cards/purchase/?number=G-001").content.decode()
    said = {
        "number": "G-001", "partner": str(window.market.pk), "outlet": "一店", "amount": "33.33",
        "bought_on": f"{window.today:%Y-%m-%d}", "receipt": "A1",
    }  # fmt: skip
    answer = browser.post(f"{BASE}cards/purchase/", said)
    assert answer.url.endswith(f"/cards/{window.card.pk}/")
    content = browser.get(answer.url).content.decode()
    assert "29.33" in content
    refused = browser.post(f"{BASE}cards/purchase/", {**said, "receipt": "A2", "amount": "9999"})
    assert "余额 966.67 元，不足" in refused.content.decode()
    [entry] = window.entries(kind="purchase")
    browser.post(f"{BASE}entries/{entry.pk}/reverse/", {"reason": "退货"})
    assert window.fresh(window.card).balance_fen == 100_000


def test_reliefs_and_tickets_are_entered_for_a_household(window, signed_in):
    window.issued(window.wang, "preferential", "Y-001")
    browser = signed_in(window.clerk)
    said = {
        "relief": "rent", "amount": "100", "granted_on": f"{window.today:%Y-%m-%d}",
        "department": "房管局",
    }  # fmt: skip
    browser.post(f"{BASE}reliefs/new/{window.wang.pk}/", said)
    browser.post(f"{BASE}reliefs/tickets/{window.wang.pk}/")
    page = browser.get(f"{BASE}reliefs/").content.decode()
    assert "房管局" in page
    assert "2 张" in page
    refused = browser.post(f"{BASE}reliefs/new/{window.li.pk}/", said).content.decode()
    assert "没有有效的优待证" in refused


def test_a_partner_and_its_agreement_are_entered_by_two_people(window, signed_in):
    browser = signed_in(window.reviewer)
    browser.post(
        f"{BASE}partners/new/",
        {"kind": "hospital", "name": "市第一人民医院", "outlets": "本部\n东院"},
    )
    with in_station(window.station):
        partner = Partner.objects.get(name="市第一人民医院")
    page = f"{BASE}partners/{partner.pk}/"
    browser.post(
        f"{page}agreements/",
        {
            "number": "YY-1",
            "valid_from": "2026-01-01",
            "valid_to": "2026-12-31",
            "union_share": "85",
        },
    )
    with in_station(window.station):
        agreement = Agreement.objects.get(number="YY-1")
    assert agreement.union_basis_points == 8_500
    assert "确认执行" not in browser.get(page).content.decode()
    browser = signed_in(window.head)
    assert "确认执行" in browser.get(page).content.decode()
    browser.post(f"{BASE}agreements/{agreement.pk}/confirm/")
    assert "85%" in browser.get(page).content.decode()
    browser.post(f"{BASE}agreements/{agreement.pk}/end/", {"reason": "合并"})
    browser.post(f"{page}end/")
    with in_station(window.station):
        assert not Partner.objects.get(pk=partner.pk).is_active
    assert "市第一人民医院" in browser.get(f"{BASE}partners/").content.decode()


def test_a_telephone_of_a_partner_is_one_that_can_be_called(window, signed_in):
    browser, page = signed_in(window.reviewer), f"{BASE}partners/{window.market.pk}/edit/"
    said = {"kind": "supermarket", "name": "惠民超市"}

    refused = browser.post(page, {**said, "phone": "门卫转 302"})
    assert "电话应为 11 位手机号，或带区号的座机号" in refused.content.decode()
    browser.post(page, {**said, "phone": "+86 199-0000-0001"})

    with in_station(window.station):
        assert Partner.objects.get(pk=window.market.pk).phone == "19900000001"


def test_a_program_is_told_which_telephone_nobody_can_call(window, signed_in):
    browser, partners = signed_in(window.reviewer), f"{API}partners/"
    said = {"kind": "hospital", "name": "市第一人民医院"}

    refused = browser.post(partners, {**said, "phone": "2000000"}, content_type="application/json")
    assert refused.status_code == 422
    assert [(one["code"], one["field"]) for one in refused.json()["errors"]] == [("B112", "phone")]
    kept = browser.post(
        partners, {**said, "phone": "0313-2000000"}, content_type="application/json"
    )
    assert kept.status_code == 201


@pytest.fixture
def december(window):
    window.buy(3_333, receipt="A1")
    window.buy(1_000, receipt="A2")
    window.next_month()
    with time_machine.travel(window.now, tick=False):
        yield window


def test_a_month_is_settled_on_the_pages(december, signed_in):
    browser = signed_in(december.finance)
    said = {
        "partner": str(december.market.pk), "month": "2026-11",
        "fund": str(december.books.fiscal.pk), "statement": "A1\t33.33\nA2, 10",
    }  # fmt: skip
    unread = browser.post(f"{BASE}settlements/new/", {**said, "statement": "A1"}).content.decode()
    assert "第 1 行看不懂" in unread
    browser.post(f"{BASE}settlements/new/", {**said, "statement": "A1 33.33"})
    assert "1 处不符" in browser.get(f"{BASE}settlements/").content.decode()
    browser.post(f"{BASE}settlements/{_waiting(december)}/return/")
    browser.post(f"{BASE}settlements/new/", said)
    browser = signed_in(december.head)
    assert "复核记账" in browser.get(f"{BASE}settlements/").content.decode()
    browser.post(f"{BASE}settlements/{_waiting(december)}/confirm/")
    with in_station(december.station):
        settled = Entry.objects.get(kind="settlement")
    assert (settled.covers, settled.union_fen) == (date(2026, 11, 1), 3_813)
    assert str(settled.voucher_id) in browser.get(f"{BASE}settlements/").content.decode()


def test_a_statement_is_taken_from_a_workbook(december, signed_in):
    said = {
        "partner": str(december.market.pk), "month": "2026-11",
        "fund": str(december.books.fiscal.pk),
    }  # fmt: skip
    browser = signed_in(december.finance)

    def upload(*rows):
        content = "\n".join(",".join(row) for row in rows).encode()
        return browser.post(
            f"{BASE}settlements/new/", {**said, "file": SimpleUploadedFile("dz.csv", content)}
        )

    assert "没有找到" in upload(("编号", "钱"), ("A1", "33.33")).content.decode()
    assert (
        "第 3 行看不懂"
        in upload(("小票号", "金额"), ("A1", "33.33"), ("A2", "十")).content.decode()
    )
    upload(("惠民超市", ""), ("小票号", "金额"), ("A1", "33.33"), ("A2", "10"))
    assert "复核记账" in signed_in(december.head).get(f"{BASE}settlements/").content.decode()


def test_the_endpoints_do_what_the_pages_do(december, signed_in):
    window = december
    card = f"{API}cards/{window.card.pk}/"

    def post(who, path, **body):
        return signed_in(who).post(path, body, content_type="application/json")

    asked = post(window.clerk, f"{API}cards/", file_id=str(window.li.pk), kind="preferential")
    made = f"{API}cards/{asked.json()['id']}/"
    assert post(window.reviewer, f"{made}steps/issue/", number="Y-9").status_code == 200
    assert post(window.clerk, f"{made}steps/activate/").json()["state"] == "active"
    granted = post(
        window.clerk, f"{API}reliefs/", file_id=str(window.li.pk), relief="rent", amount_fen=100,
        granted_on="2026-11-18", department="房管局",
    )  # fmt: skip
    assert granted.status_code == 201
    assert (
        post(window.clerk, f"{API}tickets/", file_id=str(window.li.pk), quantity=2).status_code
        == 201
    )
    assert post(window.finance, f"{card}charge/", amount_fen=100).status_code == 201
    bought = post(
        window.clerk, f"{card}purchases/", partner_id=str(window.market.pk), amount_fen=100,
        outlet="一店", bought_on="2026-12-01",
    ).json()  # fmt: skip
    assert (bought["union_fen"], bought["partner_fen"]) == (88, 12)
    back = post(window.clerk, f"{API}entries/{bought['id']}/reverse/", reason="退货")
    assert back.json()["union_fen"] == -88
    todo = post(
        window.finance, f"{API}settlements/", partner_id=str(window.market.pk), month="2026-11-01",
        fund_id=str(window.books.fiscal.pk),
        statement=[{"receipt": "A1", "amount_fen": 3333}, {"receipt": "A2", "amount_fen": 1000}],
    ).json()  # fmt: skip
    assert todo["different"] == 0
    posted = post(window.head, f"{API}settlements/waiting/{todo['id']}/confirm/").json()
    assert posted["union_fen"] == 3_813
    browser = signed_in(window.clerk)
    assert browser.get(f"{API}settlements/waiting/").json() == []
    assert len(browser.get(f"{API}settlements/").json()["results"]) == 1
    assert len(browser.get(f"{card}entries/").json()["results"]) == 6
    assert browser.get(card).json()["balance_fen"] == 95_767
    assert len(browser.get(f"{API}reliefs/").json()["results"]) == 2
    partner = f"{API}partners/{window.market.pk}/"
    assert browser.get(partner).json()["outlets"] == ["一店", "二店"]
    assert len(browser.get(f"{partner}agreements/").json()) == 1


def test_a_clerk_neither_charges_nor_settles(window, signed_in):
    browser = signed_in(window.clerk)
    assert browser.post(f"{BASE}cards/{window.card.pk}/charge/", {"amount": "1"}).status_code == 403
    assert browser.get(f"{BASE}settlements/new/").status_code == 403
    assert browser.get(f"{BASE}partners/new/").status_code == 403


def _waiting(window):
    with in_station(window.station):
        return waiting_settlements().get().pk
