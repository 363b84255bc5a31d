from __future__ import annotations

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import StationRef, in_station
from shared_apps.accounts.roles import Role
from shared_apps.importing.models import Run
from tenant_apps.households.models import HouseholdFile
from tenant_apps.imports.columns import BROKEN_SHEET
from tests.tenant_apps.imports.test_import_judging import STATED
from tests.tenant_apps.imports.workbooks import form_for_test_stations, household, workbook_of


@pytest.fixture
def city_clerk(city, person_at) -> Actor:
    return person_at(city, Role.CLERK, name="周经办")


def address(station: StationRef, rest: str = "") -> str:
    return f"/s/{station.code}/api/v1/files/import/{rest}"


def upload(client, station: StationRef, data: bytes, name: str = "花名册.xlsx", **more: str):
    return client.post(address(station), {"file": SimpleUploadedFile(name, data), **more})


def test_a_small_upload_is_answered_with_counts_and_every_problem(
    township: StationRef, clerk: Actor, signed_in
) -> None:
    rows = [household(), household(household_no="2", insurance="有医保", id_no="130771197406160122",
                                   birth="1974-06-16")]  # fmt: skip
    answer = upload(signed_in(clerk), township, workbook_of(rows))

    body = answer.json()
    assert answer.status_code == 201
    assert body["state"] == "checked"
    assert body["counts"] == {
        "total": 2, "done": 2, "new": 1, "update": 0, "error": 1, "warning": 0,
    }  # fmt: skip
    (error,) = body["errors"]
    assert (error["row"], error["column"], error["code"]) == (3, "医保状况", "E302")
    assert "职工医保" in error["message"]
    assert answer["Location"] == body["url"]


def test_the_broken_sheet_is_answered_with_seventeen_rows_of_one_code_each(
    city: StationRef, city_clerk: Actor, signed_in
) -> None:
    answer = upload(signed_in(city_clerk), city, form_for_test_stations(), sheet=BROKEN_SHEET)

    assert [one["row"] for one in answer.json()["errors"]] == list(range(2, 19))
    assert [one["code"] for one in answer.json()["errors"]] == list(STATED)


@pytest.mark.fault
def test_confirming_makes_the_drafts_and_undoing_takes_them_away(
    township: StationRef, clerk: Actor, signed_in
) -> None:
    client = signed_in(clerk)
    url = upload(client, township, workbook_of([household()])).json()["url"]

    confirmed = client.post(f"{url}confirm/", {"update_existing": False}, "application/json")

    assert confirmed.json()["state"] == "done"
    assert confirmed.json()["outcomes"] == {"applied": 1}
    with in_station(township):
        assert HouseholdFile.objects.count() == 1
    assert client.post(f"{url}undo/").json()["outcomes"] == {"undone": 1}
    with in_station(township):
        assert HouseholdFile.objects.count() == 0


def test_confirming_twice_is_an_illegal_move(township: StationRef, clerk: Actor, signed_in) -> None:
    client = signed_in(clerk)
    url = upload(client, township, workbook_of([household()])).json()["url"]
    client.post(f"{url}confirm/")

    answer = client.post(f"{url}confirm/")

    assert answer.status_code == 409
    assert answer.json()["title"] == "import-not-ready"


def test_more_than_two_hundred_rows_are_checked_in_the_background(
    township: StationRef, clerk: Actor, signed_in
) -> None:
    rows = [household(household_no=str(n)) for n in range(201)]

    answer = upload(signed_in(clerk), township, workbook_of(rows))

    assert answer.status_code == 202
    assert answer.json()["state"] == "checking"
    assert answer["Location"].endswith(f"{answer.json()['id']}/")


def test_a_file_that_is_not_the_form_is_refused_with_the_reason_and_nothing_kept(
    township: StationRef, clerk: Actor, signed_in
) -> None:
    answer = upload(signed_in(clerk), township, b"\x89PNG\r\n\x1a\n" + bytes(64))

    assert answer.status_code == 422
    assert answer.json()["title"] == "workbook-not-a-workbook"
    assert "图片" in answer.json()["detail"]
    with in_station(township):
        assert not Run.objects.exists()


def test_an_upload_without_a_file_says_which_field_is_missing(
    township: StationRef, clerk: Actor, signed_in
) -> None:
    answer = signed_in(clerk).post(address(township), {})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "file"


def test_rows_are_paged_and_narrowed_by_verdict(
    township: StationRef, clerk: Actor, signed_in
) -> None:
    client = signed_in(clerk)
    rows = [household(), household(household_no="2")]
    url = upload(client, township, workbook_of(rows)).json()["url"]

    everything = client.get(f"{url}rows/?page_size=1").json()
    wrong = client.get(f"{url}rows/?verdict=error").json()

    assert [row["row"] for row in everything["results"]] == [2]
    assert everything["next"]
    assert [(row["row"], row["errors"][0]["code"]) for row in wrong["results"]] == [(3, "E201")]


def test_the_error_workbook_and_the_template_come_as_workbooks(
    township: StationRef, clerk: Actor, signed_in
) -> None:
    client = signed_in(clerk)
    url = upload(client, township, workbook_of([household(homes=2)])).json()["url"]

    errors = openpyxl.load_workbook(io.BytesIO(client.get(f"{url}errors.xlsx").content))
    template = openpyxl.load_workbook(
        io.BytesIO(client.get(address(township, "template/")).content)
    )

    assert errors["困难职工家庭"]["A2"].value.startswith("E401【住房套数】")
    assert template["困难职工家庭"]["B2"].value == township.code


def test_who_may_not_import_is_told_so(township: StationRef, reviewer: Actor, signed_in) -> None:
    assert upload(signed_in(reviewer), township, b"").status_code == 403


def test_an_import_of_another_station_looks_absent(
    township: StationRef, outsider: StationRef, clerk: Actor, person_at, signed_in
) -> None:
    theirs = person_at(outsider, Role.CLERK)
    run = upload(signed_in(clerk), township, workbook_of([household()])).json()["id"]

    client = signed_in(theirs)

    for rest in ("", "rows/", "errors.xlsx"):
        assert client.get(address(outsider, f"{run}/{rest}")).status_code == 404
    for rest in ("confirm/", "undo/"):
        assert client.post(address(outsider, f"{run}/{rest}")).status_code == 404
