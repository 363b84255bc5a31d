"""The pages and endpoints of the bank, from the file to the reconciliation."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from bangfu.kernel.tenancy import in_station
from shared_apps.audit.models import AuditRow
from shared_apps.bankfiles.models import Line, Statement
from tests.tenant_apps.banking.banks import Booked, csv_of
from tests.tenant_apps.banking.conftest import DAY, Desk

HOME = "/s/130705001/banking"
API = "/s/130705001/api/v1/banking"


@pytest.fixture
def front(opened, waiting):
    """The desk, seen from outside of the station."""
    return Desk(opened, *waiting)


@pytest.fixture
def bring(signed_in):
    def send(actor, data, fund, name="11月.csv", path=f"{HOME}/upload/"):
        file = SimpleUploadedFile(name, data)
        return signed_in(actor).post(path, {"file": file, "fund_id": str(fund.pk)}, follow=True)

    return send


def here(front, question):
    with in_station(front.station):
        return question()


def lines_of(front):
    return {line.serial: line for line in here(front, lambda: list(Line.objects.all()))}


def test_a_statement_goes_from_finance_to_the_head_and_into_the_books(front, bring, signed_in):
    front.transfers.wait("BK-1001", 500_00, DAY, fund=front.fund)
    data = csv_of(
        [Booked("S1", DAY, 500_00, "张家口市总工会", "BK-1001"), Booked("S2", DAY, 8_00, "好心人")]
    )

    page = bring(front.finance, data, front.fund).content.decode()
    assert "您是导入人，须由另一人复核后入账。" in page
    assert "参考号、金额、方向一致" in page
    statement = here(front, Statement.objects.get)
    done = signed_in(front.head).post(f"{HOME}/statements/{statement.pk}/check/", follow=True)

    assert "已入账" in done.content.decode()
    lines = lines_of(front)
    assert {serial: line.state for serial, line in lines.items()} == {"S1": "matched", "S2": "held"}
    listed = signed_in(front.head).get(f"{HOME}/lines/").content.decode()
    assert "好心人" in listed
    assert "BK-1001" not in listed


def test_a_file_that_is_not_whole_says_row_by_row_what_is_wrong(front, bring):
    data = csv_of([Booked("S1", DAY, 500_00)]).replace(b"500.00,,", b"5OO,,")

    page = bring(front.finance, data, front.fund).content.decode()

    assert "整份退回" in page
    assert "第 5 行“收入”：“5OO”不是金额。请填写到分的数字，如 1234.50。" in page


@pytest.mark.fault
def test_a_line_is_paired_by_one_person_and_checked_by_another(front, bring, signed_in):
    front.transfers.wait("BK-1002", 9_00, DAY, fund=front.fund)
    bring(front.finance, csv_of([Booked("S1", DAY, 8_00, "县总工会")]), front.fund)
    statement = here(front, Statement.objects.get)
    signed_in(front.head).post(f"{HOME}/statements/{statement.pk}/check/")
    line = lines_of(front)["S1"]
    page = signed_in(front.finance).get(f"{HOME}/lines/{line.pk}/").content.decode()
    assert "BK-1002" in page
    assert "2101 待认领收款" in page

    entered = {"account": "4003", "fund_id": str(front.fund.pk), "memo": "捐款"}
    signed_in(front.finance).post(f"{HOME}/lines/{line.pk}/enter/", entered)
    own = signed_in(front.finance).get(f"{HOME}/lines/{line.pk}/").content.decode()
    assert "您是提出人" in own
    done = signed_in(front.head).post(f"{HOME}/lines/{line.pk}/agree/", follow=True)

    assert "已入账" in done.content.decode()


def test_the_number_of_the_other_account_stays_masked_until_a_reason_is_given(
    front, bring, signed_in
):
    bring(front.finance, csv_of([Booked("S1", DAY, 8_00, "县总工会")]), front.fund)
    line = lines_of(front)["S1"]

    shown = signed_in(front.finance).get(f"{HOME}/lines/{line.pk}/").content.decode()
    revealed = (
        signed_in(front.finance)
        .post(f"{HOME}/lines/{line.pk}/reveal/", {"reason": "退款核对"})
        .content.decode()
    )

    assert "6999990000000001111" not in shown
    assert "************1111" in shown
    assert "6999990000000001111" in revealed
    assert here(front, AuditRow.objects.filter(event="bank.account_revealed").count) == 1


def test_the_reconciliation_is_shown_and_taken_away_as_a_workbook(front, bring, signed_in):
    bring(front.finance, csv_of([Booked("S1", DAY, 8_00, "县总工会")]), front.fund)

    page = signed_in(front.books.supervisor).get(f"{HOME}/reconciliation/").content.decode()
    answer = signed_in(front.books.supervisor).post(
        f"{HOME}/reconciliation/export/", {"on": f"{DAY}"}
    )

    assert "调节后相等" in page
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [
        "企业银行存款日记账余额", "加：银行已收、账上未收", "调节后账面余额", "银行对账单余额",
        "调节后银行余额", "差额",
    ]  # fmt: skip
    assert here(front, AuditRow.objects.filter(event="bank.reconciliation_exported").count) == 1


def test_the_endpoints_do_what_the_pages_do(front, bring, signed_in):
    front.transfers.wait("BK-1003", 8_00, DAY, fund=front.fund)
    data = csv_of([Booked("S1", DAY, 8_00, "县总工会")])

    made = bring(front.finance, data, front.fund, path=f"{API}/statements/").json()
    assert (made["state"], made["lines_total"]) == ("waiting", 1)
    assert (
        signed_in(front.head).post(f"{API}/statements/{made['id']}/check/").json()["state"]
        == "done"
    )
    (line,) = signed_in(front.finance).get(f"{API}/lines/").json()["results"]
    assert (line["break_type"], line["amount_fen"]) == ("B1", 8_00)
    wish = {"line_ids": [line["id"]], "kind": "transfer", "ref": "BK-1003"}
    assert (
        signed_in(front.finance).post(f"{API}/lines/match/", wish, "application/json").status_code
        == 201
    )
    assert signed_in(front.finance).post(f"{API}/lines/{line['id']}/agree/").status_code == 403
    assert signed_in(front.head).post(f"{API}/lines/{line['id']}/agree/").status_code == 200
    assert signed_in(front.finance).get(f"{API}/reconciliation/").json()["left_fen"] == 0


def test_a_bad_file_is_answered_with_every_problem(front, bring):
    answer = bring(front.finance, b"hello", front.fund, path=f"{API}/statements/")

    assert answer.status_code == 422
    (problem,) = answer.json()["problems"]
    assert (problem["code"], problem["type"]) == ("no-header", "B11")


def test_a_break_of_the_bank_leads_to_its_line(front, bring, signed_in):
    bring(front.finance, csv_of([Booked("S1", DAY, 8_00, "好心人")]), front.fund)
    statement = here(front, Statement.objects.get)
    signed_in(front.head).post(f"{HOME}/statements/{statement.pk}/check/")
    line = lines_of(front)["S1"]

    listed = signed_in(front.finance).get("/s/130705001/breaks/?kind=bank").content.decode()
    assert "B1 银行已收，账上未记" in listed
    path = listed.split("/s/130705001/breaks/")[-1].split("/")[0]
    page = signed_in(front.finance).get(f"/s/130705001/breaks/{path}/").content.decode()

    assert f"/s/130705001/banking/lines/{line.pk}/" in page
    assert "收款认领，借 2101" in page


@pytest.mark.fault
def test_a_receipt_is_listed_sent_back_and_kept_after_all(front, bring, signed_in):
    bring(front.finance, csv_of([Booked("S1", DAY, 8_00, "误汇人")]), front.fund)
    statement = here(front, Statement.objects.get)
    signed_in(front.head).post(f"{HOME}/statements/{statement.pk}/check/")
    line = lines_of(front)["S1"]
    listed = signed_in(front.books.supervisor).get(f"{HOME}/receipts/").content.decode()
    assert "误汇人" in listed
    assert "待认领" in listed

    refused = signed_in(front.finance).post(f"{HOME}/lines/{line.pk}/refund/", {"payee": "误汇人"})
    assert refused.status_code == 422
    wish = {"payee": "误汇人", "memo": "来函要求退回"}
    signed_in(front.finance).post(f"{HOME}/lines/{line.pk}/refund/", wish)
    agreed = signed_in(front.head).post(f"{HOME}/lines/{line.pk}/agree/", follow=True)
    assert "附言写“TK" in agreed.content.decode()
    answer = signed_in(front.head).get(f"{API}/receipts/").json()
    assert [(one["serial"], one["act"]) for one in answer["results"]] == [("S1", "back")]

    signed_in(front.finance).post(f"{HOME}/lines/{line.pk}/keep/", {"reason": "查明是捐款"})
    assert (
        "退回：退还付款人"
        in signed_in(front.finance).get(f"{HOME}/lines/{line.pk}/").content.decode()
    )


@pytest.mark.fault
def test_a_pair_of_another_amount_asks_for_a_reason_and_shows_both_lines(front, bring, signed_in):
    front.transfers.wait("BK-1003", 5_00, DAY, fund=front.fund)
    bring(front.finance, csv_of([Booked("S1", DAY, 8_00, "县总工会")]), front.fund)
    statement = here(front, Statement.objects.get)
    signed_in(front.head).post(f"{HOME}/statements/{statement.pk}/check/")
    line = lines_of(front)["S1"]
    page = signed_in(front.finance).get(f"{HOME}/lines/{line.pk}/").content.decode()
    assert "多到 3.00 元" in page

    pair = {"kind": "transfer", "ref": "BK-1003", "part": ""}
    asked = signed_in(front.finance).post(f"{HOME}/lines/{line.pk}/pair/", pair, follow=True)
    assert "金额与待收不同" in asked.content.decode()
    signed_in(front.finance).post(f"{HOME}/lines/{line.pk}/pair/", pair | {"reason": "多汇"})
    done = signed_in(front.head).post(f"{HOME}/lines/{line.pk}/agree/", follow=True)

    assert "原额 8.00 元" in done.content.decode()
    assert sorted(line.amount_fen for line in lines_of(front).values()) == [3_00, 5_00]


def test_a_pair_of_another_amount_says_the_same_in_the_dialog_and_without_scripts(
    front, bring, signed_in
):
    front.transfers.wait("BK-1003", 5_00, DAY, fund=front.fund)
    front.transfers.wait("BK-1004", 8_00, DAY, fund=front.fund)
    bring(front.finance, csv_of([Booked("S1", DAY, 8_00, "县总工会")]), front.fund)
    statement = here(front, Statement.objects.get)
    signed_in(front.head).post(f"{HOME}/statements/{statement.pk}/check/")
    page = (
        signed_in(front.finance).get(f"{HOME}/lines/{lines_of(front)['S1'].pk}/").content.decode()
    )

    forms = [one for one in page.split("<form")[1:] if "/pair/" in one]
    named = re.compile(r'name="(kind|ref|part)" value="([^"]*)"')
    said = [tuple(named.findall(one.partition("</form>")[0])) for one in forms]
    other = (("kind", "transfer"), ("ref", "BK-1003"), ("part", ""))
    same = (("kind", "transfer"), ("ref", "BK-1004"), ("part", ""))
    assert sorted(said) == [other, other, same]
    assert page.count("多到 3.00 元") == 2
    assert (
        len(
            re.findall(
                r'<noscript><form.*?name="reason"[^>]* required.*?</noscript>', page, re.DOTALL
            )
        )
        == 1
    )


@pytest.mark.fault
def test_what_was_entered_is_taken_back_over_the_interface(front, bring, signed_in):
    bring(front.finance, csv_of([Booked("S1", DAY, 8_00, "县总工会")]), front.fund)
    statement = here(front, Statement.objects.get)
    signed_in(front.head).post(f"{HOME}/statements/{statement.pk}/check/")
    line = lines_of(front)["S1"]
    wish = {"account": "4003", "fund_id": str(front.fund.pk), "memo": "捐款", "with_budget": True}

    keys = iter("abcd")

    def send(actor, step, body=None):
        return signed_in(actor).post(
            f"{API}/lines/{line.pk}/{step}/", body or {}, content_type="application/json",
            headers={"Idempotency-Key": next(keys)},
        )  # fmt: skip

    assert send(front.finance, "enter", wish).status_code == 201
    assert send(front.head, "agree").status_code == 200
    assert send(front.finance, "undo", {"reason": "记错"}).json()["state"] == "proposed"
    assert send(front.head, "agree").status_code == 200

    assert lines_of(front)["S1"].state == "held"


def test_a_far_page_of_open_lines_steps_over_keys(front, signed_in):
    booked = [Booked(f"S{number}", DAY, 1_00, "好心人") for number in range(21)]
    here(front, lambda: front.take_in(*booked))
    browser = signed_in(front.finance)

    with CaptureQueriesContext(connection) as asked_for:
        shown = browser.get(f"{HOME}/lines/?page=2").content.decode()

    (rows,) = [one["sql"] for one in asked_for if "OFFSET 20" in one["sql"]]
    assert rows.index("IN (SELECT") < rows.index("OFFSET 20")
    assert shown.count("S20") >= 1
    assert "S19" not in shown


def test_far_pages_of_a_statement_and_of_unclaimed_receipts_step_over_keys(front, signed_in):
    booked = [Booked(f"S{number}", DAY, 1_00, "好心人") for number in range(21)]
    statement = here(front, lambda: front.take_in(*booked))
    browser = signed_in(front.finance)

    for address in (f"{HOME}/statements/{statement.pk}/?page=2", f"{HOME}/receipts/?page=2"):
        with CaptureQueriesContext(connection) as asked_for:
            browser.get(address)
        (rows,) = [one["sql"] for one in asked_for if "OFFSET 20" in one["sql"]]
        assert rows.index("IN (SELECT") < rows.index("OFFSET 20")
