from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import StationRef, in_station
from shared_apps.accounts.roles import Role
from shared_apps.importing.models import Run, RunState
from tenant_apps.households.models import HouseholdFile
from tests.conftest import FOR_A_PART
from tests.tenant_apps.imports.workbooks import form_for_test_stations, household, workbook_of

SECOND = {
    "household_no": "2", "name": "柳试二", "card_name": "柳试二", "id_no": "130771197406160122",
    "birth": "1974-06-16",
}  # fmt: skip


def page(station: StationRef, rest: str = "") -> str:
    return f"/s/{station.code}/files/import/{rest}"


def upload(client, station: StationRef, data: bytes, name: str = "花名册.xlsx"):
    return client.post(page(station), {"file": SimpleUploadedFile(name, data)}, follow=True)


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_before_the_first_import_the_page_says_what_to_do(
    township: StationRef, clerk: Actor, signed_in
) -> None:
    answer = signed_in(clerk).get(page(township))
    assert "还没有导入过" in text_of(answer)
    assert f"/s/{township.code}/files/import/template/" in text_of(answer)


def test_an_upload_leads_to_its_preview_with_the_number_masked(
    township: StationRef, clerk: Actor, signed_in
) -> None:
    rows = [household(), household(**SECOND, homes=2)]
    answer = upload(signed_in(clerk), township, workbook_of(rows))

    text = text_of(answer)
    assert "确认导入" in text
    assert "E401" in text
    assert "两套及以上住房" in text
    assert "130771197406150127" not in text
    assert "柳试一" in text


def test_a_refused_file_leaves_one_on_the_page_with_the_reason(
    township: StationRef, clerk: Actor, signed_in
) -> None:
    answer = upload(signed_in(clerk), township, b"%PDF-1.7", name="名单.xlsx")
    assert answer.status_code == 422
    assert "PDF 文件" in text_of(answer)


def test_confirming_on_the_page_makes_drafts_and_shows_the_result(
    township: StationRef, clerk: Actor, signed_in
) -> None:
    client = signed_in(clerk)
    where = upload(client, township, workbook_of([household()])).redirect_chain[-1][0]

    answer = client.post(f"{where}confirm/", follow=True)

    assert "导入结果" in text_of(answer)
    with in_station(township):
        file = HouseholdFile.objects.get()
    assert f"/s/{township.code}/files/{file.pk}/" in text_of(answer)
    assert "撤销导入" in text_of(answer)


def test_a_big_import_shows_how_far_it_is_and_loads_anew_when_through(
    township: StationRef, clerk: Actor, signed_in
) -> None:
    client = signed_in(clerk)
    rows = [household(household_no=str(n)) for n in range(201)]
    where = upload(client, township, workbook_of(rows)).redirect_chain[-1][0]
    with in_station(township):
        Run.objects.update(done_rows=100)

    assert "100 / 201" in text_of(client.get(f"{where}progress/", headers=FOR_A_PART))
    with in_station(township):
        Run.objects.update(state=RunState.CHECKED)
    assert client.get(f"{where}progress/", headers=FOR_A_PART)["HX-Refresh"] == "true"


def test_the_city_sees_how_its_rows_fare_at_each_station(
    city: StationRef, person_at, signed_in
) -> None:
    client = signed_in(person_at(city, Role.CLERK))
    where = upload(client, city, form_for_test_stations()).redirect_chain[-1][0]

    answer = client.post(f"{where}confirm/", follow=True)

    assert "下发到各站点" in text_of(answer)
    assert "130705001E01" in text_of(client.get(f"{where}stations/", headers=FOR_A_PART))


def test_the_preview_is_narrowed_by_its_tabs(township: StationRef, clerk: Actor, signed_in) -> None:
    client = signed_in(clerk)
    rows = [household(), household(**SECOND, homes=2)]
    where = upload(client, township, workbook_of(rows)).redirect_chain[-1][0]

    assert "柳试一" not in text_of(client.get(f"{where}?show=error"))
    assert "柳试二" not in text_of(client.get(f"{where}?show=new"))


@pytest.mark.parametrize("rest", ["", "template/"])
def test_who_may_not_import_is_shown_no_page(
    township: StationRef, reviewer: Actor, signed_in, rest: str
) -> None:
    assert signed_in(reviewer).get(page(township, rest)).status_code == 403


def test_the_queries_of_the_preview_do_not_grow_with_its_rows(
    township: StationRef, clerk: Actor, signed_in
) -> None:
    client = signed_in(clerk)
    one = upload(client, township, workbook_of([household()])).redirect_chain[-1][0]
    rows = [household(household_no=str(n)) for n in range(20)]
    many = upload(client, township, workbook_of(rows)).redirect_chain[-1][0]

    def queries(where: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(where)
        return len(captured)

    assert queries(many) == queries(one)


def test_no_page_carries_inline_script_or_style(
    township: StationRef, clerk: Actor, signed_in
) -> None:
    client = signed_in(clerk)
    text = text_of(upload(client, township, workbook_of([household()])))
    assert " style=" not in text
    assert " onclick=" not in text
    assert "<script>" not in text
