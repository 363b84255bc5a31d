from __future__ import annotations

import pytest

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound, NotPermitted
from bangfu.kernel.tenancy import StationRef, in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.importing.models import Row, Run, RunState, Verdict
from shared_apps.notifications.models import Notification
from tenant_apps.imports import selectors
from tenant_apps.imports.columns import BROKEN_SHEET
from tenant_apps.imports.services.checking import check_chunk, check_import
from tenant_apps.imports.services.uploading import start_import
from tenants.models import Station, StationState
from tests.conftest import NOON
from tests.tenant_apps.imports.test_import_judging import STATED
from tests.tenant_apps.imports.workbooks import form_for_test_stations, household, workbook_of


@pytest.fixture
def city_clerk(city, person_at) -> Actor:
    return person_at(city, Role.CLERK, name="周经办")


def checked(data: bytes, actor: Actor, sheet: str = "") -> Run:
    run = start_import(data, filename="花名册.xlsx", actor=actor, now=NOON, sheet=sheet)
    check_import(run.pk, now=NOON)
    run.refresh_from_db()
    return run


def codes_of(run: Run) -> list[list[str]]:
    return [[one["code"] for one in row.problems] for row in selectors.rows_of(run)]


def test_the_form_uploaded_at_the_city_is_three_new_files_for_three_stations(
    city: StationRef, city_clerk: Actor
) -> None:
    with in_station(city):
        run = checked(form_for_test_stations(), city_clerk)

        assert (run.state, run.total_rows, run.new_rows, run.error_rows) == ("checked", 3, 3, 0)
        assert [row.target.code for row in selectors.rows_of(run)] == [
            "130705001E01", "130705001", "130702001",
        ]  # fmt: skip


def test_the_seventeen_broken_rows_get_exactly_their_seventeen_codes(
    city: StationRef, city_clerk: Actor
) -> None:
    with in_station(city):
        run = checked(form_for_test_stations(), city_clerk, sheet=BROKEN_SHEET)

        assert codes_of(run) == [[code] for code in STATED]
        assert run.only_check
        assert (run.total_rows, run.error_rows, run.warning_rows) == (17, 16, 1)


def test_at_a_station_the_rows_of_other_stations_are_refused(
    at_township: StationRef, clerk: Actor
) -> None:
    run = checked(form_for_test_stations(), clerk)

    assert codes_of(run)[2] == ["E601"]
    assert run.new_rows == 2


def test_a_station_that_does_not_exist_and_one_that_rests_are_refused_with_the_reason(
    city: StationRef, city_clerk: Actor, township: StationRef
) -> None:
    with in_network():
        Station.objects.filter(pk=township.id).update(state=StationState.SUSPENDED)
    rows = [
        household(station_code="999"),
        household(station_code=township.code, household_no="2", id_no="130771197406160122",
                  birth="1974-06-16"),
    ]  # fmt: skip
    with in_station(city):
        messages = [
            row.problems[0]["message"]
            for row in selectors.rows_of(checked(workbook_of(rows), city_clerk))
        ]

    assert "没有编码为“999”的站点" in messages[0]
    assert "暂停" in messages[1]


def test_a_household_without_a_number_or_with_one_used_before_is_refused(
    at_township: StationRef, clerk: Actor
) -> None:
    rows = [
        household(),
        household(id_no="130771197406160122", birth="1974-06-16"),
        household(household_no=None, id_no="130771197406170128", birth="1974-06-17"),
    ]

    assert codes_of(checked(workbook_of(rows), clerk)) == [[], ["household-no"], ["required"]]


def test_a_member_whose_household_is_missing_is_an_error_of_its_own(
    at_township: StationRef, clerk: Actor
) -> None:
    run = checked(workbook_of([household()], [{"household_no": "7", "name": "柳试甲"}]), clerk)

    assert run.total_rows == 2
    assert codes_of(run) == [[], ["household-no"]]


def test_the_same_head_twice_in_a_sheet_is_refused_the_second_time_only(
    at_township: StationRef, clerk: Actor
) -> None:
    run = checked(workbook_of([household(), household(household_no="2")]), clerk)

    assert codes_of(run) == [[], ["E201"]]
    assert "本表第 1 户" in selectors.rows_of(run)[1].problems[0]["message"]


def test_a_check_that_was_killed_goes_on_where_it_was(
    at_township: StationRef, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenant_apps.imports.services.checking.CHUNK", 2)
    rows = [household(household_no=str(n), id_no=f"x{n:09d}") for n in range(5)]
    run = start_import(workbook_of(rows), filename="a.xlsx", actor=clerk, now=NOON)
    assert check_chunk(run.pk, now=NOON)
    run.refresh_from_db()
    assert (run.done_rows, run.state) == (2, RunState.CHECKING)

    check_import(run.pk, now=NOON)

    run.refresh_from_db()
    assert (run.done_rows, run.state) == (5, RunState.CHECKED)
    told = Notification.objects.get(kind="import.checked")
    assert told.link == f"/s/{at_township.code}/files/import/{run.pk}/"
    assert not Row.objects.filter(run=run, verdict=Verdict.UNCHECKED).exists()


def test_one_who_may_not_import_is_refused_before_the_file_is_read(
    at_township: StationRef, reviewer: Actor
) -> None:
    with pytest.raises(NotPermitted):
        start_import(b"", filename="a.xlsx", actor=reviewer, now=NOON)


def test_an_import_of_another_station_looks_absent(
    township: StationRef, outsider: StationRef, clerk: Actor
) -> None:
    with in_station(township):
        run = checked(workbook_of([household()]), clerk)

    with in_station(outsider), pytest.raises(NotFound):
        selectors.get_run(run.pk)
