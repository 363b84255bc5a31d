"""The pages of the ledger, from the first year to the reversal."""

import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from bangfu.kernel.tenancy import in_station
from shared_apps.audit.models import AuditRow
from shared_apps.printing.models import Paper
from tenant_apps.funds.models import Account, Journal, Period
from tenant_apps.funds.selectors import waiting_todos
from tenant_apps.funds.services import propose_voucher
from tests.conftest import NOON
from tests.tenant_apps.funds.conftest import TODAY

HOME = "/s/130705001/ledger"


@pytest.fixture
def books(open_books):
    return open_books


@pytest.fixture
def post(signed_in):
    def send(actor, path, **data):
        return signed_in(actor).post(f"{HOME}/{path}", data, follow=True)

    return send


@pytest.fixture
def text(signed_in):
    def fetch(actor, path=""):
        answer = signed_in(actor).get(f"{HOME}/{path}")
        assert answer.status_code == 200
        return answer.content.decode()

    return fetch


def voucher(books, fen="1000.00", memo="市总拨款到账"):
    return {
        "kind": "manual", "effective_on": "2026-11-20", "memo": memo,
        "legs-TOTAL_FORMS": 4, "legs-INITIAL_FORMS": 0,
        "legs-0-code": "1001", "legs-0-fund": str(books.fiscal.pk), "legs-0-debit": fen,
        "legs-1-code": "4002", "legs-1-fund": str(books.fiscal.pk), "legs-1-credit": "1000.00",
    }  # fmt: skip


def waiting_one(books):
    with in_station(books.station):
        return waiting_todos().get().subject_id


def test_a_voucher_goes_from_finance_to_the_head_and_into_the_books(books, post, text):
    made = post(books.finance, "vouchers/new/", **voucher(books)).content.decode()
    assert "壹仟元整" in made
    assert "您是制单人" in made
    key = waiting_one(books)
    assert "复核记账" in text(books.head, f"vouchers/waiting/{key}/")

    post(books.head, f"vouchers/waiting/{key}/check/")

    with in_station(books.station):
        journal = Journal.objects.get()
        account = Account.objects.get(code="1001")
    assert "2026-00001" in text(books.supervisor)
    assert "1,000.00" in text(books.supervisor, f"vouchers/{journal.pk}/")
    assert "市总拨款到账" in text(books.supervisor, f"accounts/{account.pk}/")
    assert "1001 专户银行存款" in text(books.supervisor, "balance/")
    assert "1,000.00" in text(books.supervisor, "final/")
    assert "1,000.00" in text(books.supervisor, f"funds/{books.fiscal.pk}/")


def test_what_does_not_balance_is_said_on_the_form(books, post):
    said = post(books.finance, "vouchers/new/", **voucher(books, fen="999.99")).content.decode()

    assert "借贷不平，相差 0.01 元" in said


def test_half_a_line_is_asked_to_be_completed(books, post):
    half = voucher(books) | {"legs-2-code": "4003"}

    assert (
        "请选择科目、资金并填写金额。"
        in post(books.finance, "vouchers/new/", **half).content.decode()
    )


def test_a_line_with_a_wrong_amount_is_not_told_that_it_has_none(books, post):
    wrong = voucher(books) | {"legs-0-debit": "1000.005"}

    said = post(books.finance, "vouchers/new/", **wrong).content.decode()

    assert "确认小数不超过 2 位" in said
    assert "请选择科目、资金并填写金额。" not in said


def test_a_voucher_is_returned_with_a_reason(books, post, text):
    post(books.finance, "vouchers/new/", **voucher(books))
    key = waiting_one(books)

    said = post(books.head, f"vouchers/waiting/{key}/return/", reason="应入 4001").content.decode()

    assert "已办理：退回凭证" in said
    with in_station(books.station):
        assert not Journal.objects.exists()


def test_a_reversal_is_asked_for_on_the_page_of_the_voucher(books, post, text):
    post(books.finance, "vouchers/new/", **voucher(books))
    key = waiting_one(books)
    post(books.head, f"vouchers/waiting/{key}/check/")
    post(books.finance, f"vouchers/{key}/reverse/", effective_on="2026-11-20", reason="重复入账")
    post(books.head, f"vouchers/waiting/{waiting_one(books)}/check/")

    assert "已冲销" in text(books.finance, f"vouchers/{key}/")


def test_the_supervisor_sees_no_button_that_changes_anything(books, post, text):
    post(books.finance, "vouchers/new/", **voucher(books))
    key = waiting_one(books)

    for path in ("", f"vouchers/waiting/{key}/", "funds/", "periods/"):
        page = text(books.supervisor, path)
        for word in ("填制凭证", "复核记账", "建立资金", "提交开立"):
            assert word not in page
    for path in (f"vouchers/waiting/{key}/check/", "funds/new/", "periods/2026/1/close/"):
        post(books.supervisor, path)
    with in_station(books.station):
        assert not Journal.objects.exists()
        assert not Period.objects.filter(state="closed").exists()


def test_months_are_closed_and_opened_again(books, post, text):
    post(books.finance, "periods/2026/1/close/")
    with in_station(books.station):
        assert Period.objects.get(year=2026, month=1).state == "closed"

    post(books.head, "periods/2026/1/reopen/", reason="补记一月利息")

    with in_station(books.station):
        assert Period.objects.get(year=2026, month=1).state == "open"
    assert "2026-01" in text(books.head, "periods/")


def test_a_fund_is_opened_on_its_form(books, post):
    said = post(
        books.finance, "funds/new/", code="GH26", name="本级工会帮扶资金", source="own_union",
        programmes=["living", "medical"], keeper="钱财务",
    ).content.decode()  # fmt: skip

    assert "本级工会帮扶资金" in said
    assert "生活救助、医疗(大病)救助" in said


def test_the_books_are_taken_away_as_a_workbook_and_that_is_noted(books, signed_in):
    with in_station(books.station):
        books.receive(100_00, memo="=1+1")
    answer = signed_in(books.supervisor).post(f"{HOME}/export/", {"year": 2026})

    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["记账凭证", "科目余额表", "资金预决算"]
    assert [cell.value for cell in book["记账凭证"][2]][:7] == [
        "2026-00001", "2026-11-20", "=1+1", "收支账", "1001 专户银行存款", "中央财政帮扶资金", 100,
    ]  # fmt: skip
    assert book["记账凭证"]["C2"].data_type == "s"
    with in_station(books.station):
        assert AuditRow.objects.filter(event="ledger.exported").exists()


@pytest.fixture
def both_books(books):
    """A voucher of 1,000 yuan that came, with its budget: the same money stands in both books."""
    with in_station(books.station):
        return books.post(
            books.leg("1001", 1_000_00), books.leg("4001", -1_000_00),
            books.leg("8001", 1_000_00), books.leg("8000", -1_000_00),
        )  # fmt: skip


def rows_of_foot(page):
    """The sums of a voucher's page: its capitals, debits and credits, book by book."""
    feet = re.findall(r"<tfoot>(.*?)</tfoot>", page, re.DOTALL)
    return [[part.strip() for part in re.findall(r">([^<>]+)<", foot)] for foot in feet]


def test_each_book_of_a_voucher_is_added_up_for_itself(books, both_books, text):
    page = text(books.supervisor, f"vouchers/{both_books.pk}/")

    assert re.findall(r"<caption[^>]*>(.*?)<", page) == ["收支账", "预算账"]
    assert rows_of_foot(page) == [
        ["合计 壹仟元整", "1,000.00", "1,000.00"], ["合计", "1,000.00", "1,000.00"],
    ]  # fmt: skip
    assert "2,000.00" not in page


def test_a_voucher_that_waits_shows_what_it_is_about_and_no_more(books, text):
    with in_station(books.station):
        draft = propose_voucher(
            kind="appropriation", effective_on=TODAY, memo="下达预算",
            legs=[books.leg(code, fen) for code, fen in (
                ("1001", 500_00), ("4001", -500_00), ("8001", 500_00), ("8000", -500_00))],
            actor=books.finance, now=NOON,
        )  # fmt: skip
        assert "500.00" in waiting_todos().get().headline
    page = text(books.head, f"vouchers/waiting/{draft.id}/")

    assert [row[1:] for row in rows_of_foot(page)] == [["500.00", "500.00"]] * 2


def test_the_workbook_adds_each_book_up_for_itself(books, both_books, signed_in):
    with in_station(books.station):
        books.receive(1_00)
    answer = signed_in(books.supervisor).post(f"{HOME}/export/", {"year": 2026})

    sheet = load_workbook(io.BytesIO(answer.content))["记账凭证"]
    last = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=8)]
    assert [[value for value in row if value] for row in last] == [
        ["合计", "收支账", 1_001, 1_001], ["合计", "预算账", 1_000, 1_000],
    ]  # fmt: skip


def test_the_api_gives_the_sums_of_each_book(books, both_books, signed_in):
    said = signed_in(books.supervisor).get(f"/s/130705001/api/v1/ledger/journals/{both_books.pk}/")

    assert said.json()["totals"] == [
        {"book": "cash", "debit_fen": 1_000_00, "credit_fen": 1_000_00},
        {"book": "budget", "debit_fen": 1_000_00, "credit_fen": 1_000_00},
    ]


def test_a_voucher_is_printed_with_a_number_that_can_be_verified(books, signed_in):
    with in_station(books.station):
        journal = books.receive(168032_00)

    answer = signed_in(books.supervisor).post(f"/s/130705001/documents/vouchers/{journal.pk}/")

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    with in_station(books.station):
        paper = Paper.objects.get()
    assert (paper.kind, paper.about) == ("voucher", "2026-00001")


def test_a_station_without_books_is_led_to_open_them(outsider, person_at, signed_in):
    head = person_at(outsider, "head")

    page = signed_in(head).get("/s/130702001/ledger/").content.decode()

    assert "还没有开账" in page


def test_the_api_makes_checks_and_lists_a_voucher(books, signed_in):
    api = "/s/130705001/api/v1/ledger"
    body = {
        "kind": "manual", "effective_on": "2026-11-20", "memo": "市总拨款到账",
        "legs": [
            {"code": "1001", "fund_id": str(books.fiscal.pk), "amount_fen": 100},
            {"code": "4002", "fund_id": str(books.fiscal.pk), "amount_fen": -100},
        ],
    }  # fmt: skip
    json = {"content_type": "application/json"}
    made = signed_in(books.finance).post(f"{api}/vouchers/", body, **json)
    assert made.status_code == 201, made.content
    assert made.json()["totals"] == [{"book": "cash", "debit_fen": 100, "credit_fen": 100}]
    key = made.json()["id"]
    own = signed_in(books.finance).post(f"{api}/vouchers/{key}/check/", {}, **json)
    assert own.status_code == 403
    assert own.json()["type"] == "/problems/maker-is-checker"
    checked = signed_in(books.head).post(f"{api}/vouchers/{key}/check/", {}, **json)
    assert checked.json()["number"] == "2026-00001"

    client = signed_in(books.supervisor)
    assert client.get(f"{api}/journals/").json()["results"][0]["id"] == key
    assert [leg["amount_fen"] for leg in client.get(f"{api}/journals/{key}/").json()["legs"]] == [
        100, -100,
    ]  # fmt: skip
    lines = client.get(f"{api}/balance/?year=2026").json()
    assert {line["code"]: line["closing_fen"] for line in lines} == {"1001": 100, "4002": -100}
    entries = client.get(f"{api}/accounts/{lines[0]['account_id']}/").json()
    assert entries[0]["balance_fen"] == 100
    assert {row["income_fen"] for row in client.get(f"{api}/standings/").json()} == {0, 100}
    assert len(client.get(f"{api}/periods/").json()) == 12
    assert client.get(f"{api}/vouchers/").json() == []


@pytest.mark.parametrize(
    "path",
    [
        "ledger/periods/", "ledger/balance/", "ledger/final/", "sources/plans/",
        "api/v1/ledger/periods/", "api/v1/ledger/balance/", "api/v1/ledger/standings/",
    ],
)  # fmt: skip
@pytest.mark.parametrize("year", ["²", "２０２６", "20²6"])
def test_a_year_that_is_no_number_breaks_no_page(books, signed_in, path, year):
    answered = signed_in(books.supervisor).get(f"/s/{books.station.code}/{path}", {"year": year})
    assert answered.status_code in {200, 400}


def test_a_station_without_books_is_told_to_open_them_on_the_page_of_balances(
    signed_in, person_at, township
):
    page = signed_in(person_at(township, "finance")).get(f"/s/{township.code}/ledger/balance/")
    assert "还没有开账" in page.content.decode()


def test_a_far_page_of_vouchers_sums_only_those_it_shows(books, signed_in):
    with in_station(books.station):
        for _number in range(21):
            books.receive(123_00)
    browser = signed_in(books.finance)

    with CaptureQueriesContext(connection) as asked_for:
        shown = browser.get(f"{HOME}/?page=2").content.decode()

    (rows,) = [one["sql"] for one in asked_for if "OFFSET 20" in one["sql"]]
    assert rows.index("IN (SELECT") < rows.index("OFFSET 20")
    assert "SUM(" not in rows[rows.index("IN (SELECT") :]
    assert shown.count("123.00") == 1
