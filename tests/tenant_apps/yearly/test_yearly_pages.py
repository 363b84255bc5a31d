"""The pages and endpoints of the yearly report and of the books of the past."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shared_apps.accounts.roles import Role
from shared_apps.rollup.services import fold_facts
from tests.conftest import NOON
from tests.tenant_apps.yearly.conftest import rows_sheet, totals_sheet

HERE = "/s/130705001/yearly/"
API = "/s/130705001/api/v1/yearly/"
LEDGER = rows_sheet(
    {"kind": "电影票", "who": "1", "on": "2004-10-01", "quantity": 2},
    {"kind": "电影票", "who": "2", "on": "2004-10-01", "quantity": 2},
)


@pytest.fixture
def clerk_in(past, signed_in):
    return signed_in(past.clerks["township"])


def upload(client, data, **said):
    file = SimpleUploadedFile("登记簿.csv", data)
    given = {"kind": "rows", "source": "电影票登记簿", "file": file} | said
    return client.post(f"{HERE}books/", given, follow=True)


def test_a_clerk_takes_a_ledger_in_reads_the_sentence_and_takes_it_back(clerk_in):
    page = upload(clerk_in, LEDGER)
    assert "已录入 2 行" in page.content.decode()
    assert "电影票登记簿" in clerk_in.get(f"{HERE}books/").content.decode()
    fold_facts(now=NOON)
    report = clerk_in.get(f"{HERE}?year=2004&until=2005-03").content.decode()
    assert "为2户困难职工免费发放电影票4张。" in report
    book = page.redirect_chain[0][0]
    assert (
        "已撤销" in clerk_in.post(f"{book}undo/", {"reason": "重复"}, follow=True).content.decode()
    )
    fold_facts(now=NOON)
    assert "电影票" not in clerk_in.get(f"{HERE}?year=2004&until=2005-03").content.decode()


def test_wrong_rows_are_shown_with_row_and_column(clerk_in):
    page = upload(clerk_in, rows_sheet({"kind": "电影票", "who": "1", "on": "2004-10-01"}))
    assert page.status_code == 422
    assert "请填写张数" in page.content.decode()


def test_a_file_that_is_no_sheet_is_refused_on_the_page(clerk_in):
    page = upload(clerk_in, b"%PDF-1.4")
    assert page.status_code == 422
    assert "PDF" in page.content.decode()


@pytest.mark.parametrize("kind", ["rows", "totals"])
def test_the_template_is_a_workbook_that_comes_back_empty(clerk_in, kind):
    book = clerk_in.get(f"{HERE}books/template/{kind}/")
    assert book.content.startswith(b"PK")
    file = SimpleUploadedFile("模板.xlsx", book.content)
    page = clerk_in.post(f"{HERE}books/", {"kind": kind, "source": "空", "file": file})
    assert "没有可以录入的行" in page.content.decode()


def test_an_unknown_template_is_absent(clerk_in):
    assert clerk_in.get(f"{HERE}books/template/what/").status_code == 404


def test_a_month_that_is_none_is_said_so(clerk_in):
    assert clerk_in.get(f"{HERE}?year=2004&until=x").status_code == 422


def test_the_report_is_read_by_all_who_see_numbers_and_books_by_importers_only(
    past, signed_in, person_at
):
    head = signed_in(person_at(past.stations["township"], Role.HEAD))
    assert head.get(HERE).status_code == 200
    assert head.get(f"{HERE}books/").status_code == 403


def test_programs_take_books_in_read_the_report_and_take_books_back(clerk_in):
    given = {"kind": "totals", "origin": "工作报告"}
    data = totals_sheet(
        {"indicator": "LAW-01", "first": "2003-08", "last": "2005-03", "value": 8, "bound": "多"}
    )
    answer = clerk_in.post(f"{API}books/", given | {"file": SimpleUploadedFile("数.csv", data)})
    assert (answer.status_code, answer.json()["rows"]) == (201, 1)
    report = clerk_in.get(f"{API}report/?year=2004&until=2005-03").json()
    (sentence,) = report["sentences"]
    assert (sentence["text"], sentence["is_on_paper"]) == ("办理法律援助案件8多起。", True)
    assert clerk_in.get(f"{API}books/").json()["results"][0]["source"] == "工作报告"
    book = f"{API}books/{answer.json()['id']}/"
    assert clerk_in.get(book).json()["state"] == "kept"
    undone = clerk_in.post(f"{book}undo/", {"reason": "错"}, content_type="application/json")
    assert undone.json()["state"] == "undone"
    assert not clerk_in.get(f"{API}report/?year=2004&until=2005-03").json()["sentences"]


def test_wrong_rows_are_listed_for_programs(clerk_in):
    data = rows_sheet({"kind": "电影票", "who": "1", "on": "2004-10-01"})
    given = {"kind": "rows", "origin": "x", "file": SimpleUploadedFile("数.csv", data)}
    answer = clerk_in.post(f"{API}books/", given)
    assert answer.status_code == 422
    assert "请填写张数" in str(answer.json())
