from __future__ import annotations

import pytest

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import StationRef, in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.exchange import relay
from shared_apps.exchange.models import Message
from shared_apps.importing.models import Outcome, Run, RunState
from tenant_apps.casework.models import Todo
from tenant_apps.households.models import HouseholdFile, HouseholdMember
from tenant_apps.households.services import change_draft
from tenant_apps.imports import selectors, services
from tests.conftest import NOON
from tests.tenant_apps.imports.workbooks import form_for_test_stations, household, workbook_of

SECOND = {
    "household_no": "2", "name": "柳试二", "card_name": "柳试二", "id_no": "130771197406160122",
    "birth": "1974-06-16",
}  # fmt: skip
CHILD = {
    "household_no": "1", "name": "柳试甲", "relation": "女儿", "id_no": "130771200809020241",
    "health": "健康或良好", "insurance": "居民医保", "identity": "其他", "income_fen": 0,
    "living_together": "是",
}  # fmt: skip


@pytest.fixture
def city_clerk(city, person_at) -> Actor:
    return person_at(city, Role.CLERK, name="周经办")


def imported(data: bytes, actor: Actor, *, update_existing: bool = False) -> Run:
    run = services.start_import(data, filename="花名册.xlsx", actor=actor, now=NOON)
    services.check_import(run.pk, now=NOON)
    services.confirm_import(run.pk, update_existing=update_existing, actor=actor, now=NOON)
    services.apply_import(run.pk, now=NOON)
    run.refresh_from_db()
    return run


def undone(run: Run, actor: Actor) -> Run:
    services.undo_import(run.pk, actor=actor, now=NOON)
    services.take_back_import(run.pk, now=NOON)
    run.refresh_from_db()
    return run


def outcomes(run: Run) -> list[str]:
    return [row.outcome for row in selectors.rows_of(run)]


def test_good_rows_become_drafts_with_their_members_and_bad_ones_stay_out(
    at_township: StationRef, clerk: Actor
) -> None:
    run = imported(workbook_of([household(), household(**SECOND, homes=2)], [CHILD]), clerk)

    file = HouseholdFile.objects.get()
    assert (file.name, file.state, file.inc_wages_fen) == ("柳试一", "draft", 2640000)
    assert file.opened_by == "王经办"
    assert file.id_no.reveal() == "130771197406150127"
    assert [member.name for member in HouseholdMember.objects.filter(file=file)] == ["柳试甲"]
    assert run.state == RunState.DONE
    assert outcomes(run) == [Outcome.APPLIED, Outcome.WAITING]


def test_a_second_import_of_the_same_file_finds_the_drafts_and_leaves_them(
    at_township: StationRef, clerk: Actor
) -> None:
    first = imported(workbook_of([household()]), clerk)

    again = imported(workbook_of([household(inc_wages_fen=100)]), clerk)

    assert (again.new_rows, again.update_rows) == (0, 1)
    assert outcomes(again) == [Outcome.SKIPPED]
    assert HouseholdFile.objects.get().inc_wages_fen == 2640000
    assert first.pk != again.pk


def test_the_very_same_file_uploaded_again_names_the_import_that_took_it(
    at_township: StationRef, clerk: Actor
) -> None:
    data = workbook_of([household()])
    first = imported(data, clerk)

    again = services.start_import(data, filename="b.xlsx", actor=clerk, now=NOON.replace(hour=5))

    assert selectors.earlier_import_of(again) == first


def test_an_update_changes_what_the_row_fills_in_and_keeps_the_rest(
    at_township: StationRef, clerk: Actor
) -> None:
    imported(workbook_of([household(skills="电工")], [CHILD]), clerk)

    run = imported(workbook_of([household(inc_wages_fen="30000.50")]), clerk, update_existing=True)

    file = HouseholdFile.objects.get()
    assert (file.inc_wages_fen, file.skills) == (3000050, "电工")
    assert HouseholdMember.objects.count() == 1
    assert outcomes(run) == [Outcome.APPLIED]


def test_a_head_on_a_submitted_file_is_an_error_not_an_update(
    at_township: StationRef, clerk: Actor
) -> None:
    imported(workbook_of([household()]), clerk)
    HouseholdFile.objects.update(state="submitted")

    run = services.start_import(
        workbook_of([household()]), filename="a.xlsx", actor=clerk, now=NOON
    )
    services.check_import(run.pk, now=NOON)

    (row,) = selectors.rows_of(run)
    assert [one["code"] for one in row.problems] == ["E201"]
    assert "已提交" in row.problems[0]["message"]


def test_a_head_on_file_elsewhere_is_refused_naming_only_the_station(
    township: StationRef, outsider: StationRef, clerk: Actor, person_at
) -> None:
    with in_station(township):
        imported(workbook_of([household()]), clerk)

    with in_station(outsider):
        theirs = person_at(outsider, Role.CLERK)
        run = services.start_import(
            workbook_of([household(station_code=outsider.code)]),
            filename="a.xlsx", actor=theirs, now=NOON,
        )  # fmt: skip
        services.check_import(run.pk, now=NOON)
        (row,) = selectors.rows_of(run)

    assert [one["code"] for one in row.problems] == ["E201"]
    assert township.name in row.problems[0]["message"]
    assert "柳试一" not in row.problems[0]["message"]


def test_a_head_opened_by_somebody_else_after_the_check_does_not_stop_the_others(
    at_township: StationRef, clerk: Actor
) -> None:
    data = workbook_of([household(), household(**SECOND)])
    run = services.start_import(data, filename="a.xlsx", actor=clerk, now=NOON)
    services.check_import(run.pk, now=NOON)
    imported(workbook_of([household(**SECOND)]), clerk)

    services.confirm_import(run.pk, update_existing=False, actor=clerk, now=NOON)
    services.apply_import(run.pk, now=NOON)

    assert outcomes(run) == [Outcome.APPLIED, Outcome.SKIPPED]
    assert HouseholdFile.objects.count() == 2


def test_an_import_that_was_killed_goes_on_and_imports_nothing_twice(
    at_township: StationRef, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenant_apps.imports.services.confirming.CHUNK", 1)
    data = workbook_of([household(), household(**SECOND)])
    run = services.start_import(data, filename="a.xlsx", actor=clerk, now=NOON)
    services.check_import(run.pk, now=NOON)
    services.confirm_import(run.pk, update_existing=False, actor=clerk, now=NOON)
    assert services.apply_chunk(run.pk, now=NOON)
    assert HouseholdFile.objects.count() == 1

    services.apply_import(run.pk, now=NOON)

    assert HouseholdFile.objects.count() == 2


def test_an_import_with_nothing_good_cannot_be_confirmed(
    at_township: StationRef, clerk: Actor
) -> None:
    run = services.start_import(
        workbook_of([household(homes=2)]), filename="a.xlsx", actor=clerk, now=NOON
    )
    with pytest.raises(services.ImportNotReady):
        services.confirm_import(run.pk, update_existing=False, actor=clerk, now=NOON)
    services.check_import(run.pk, now=NOON)
    with pytest.raises(services.NothingToImport):
        services.confirm_import(run.pk, update_existing=False, actor=clerk, now=NOON)


def test_an_import_is_confirmed_once(at_township: StationRef, clerk: Actor) -> None:
    run = imported(workbook_of([household()]), clerk)
    with pytest.raises(services.ImportNotReady):
        services.confirm_import(run.pk, update_existing=True, actor=clerk, now=NOON)


# Taking back


def test_taking_an_import_back_deletes_the_drafts_nobody_touched(
    at_township: StationRef, clerk: Actor
) -> None:
    run = imported(workbook_of([household(), household(**SECOND)]), clerk)
    touched = HouseholdFile.objects.get(name="柳试二")
    change_draft(touched.pk, changes={"skills": "电工"}, expected_version=1, actor=clerk, now=NOON)

    run = undone(run, clerk)

    assert run.state == RunState.UNDONE
    assert outcomes(run) == [Outcome.UNDONE, Outcome.KEPT]
    assert [file.name for file in HouseholdFile.objects.all()] == ["柳试二"]
    assert "修改过" in selectors.rows_of(run)[1].reason


def test_taking_an_update_back_brings_the_former_draft_back(
    at_township: StationRef, clerk: Actor
) -> None:
    imported(workbook_of([household(skills="电工", area="38.5")], [CHILD]), clerk)
    run = imported(
        workbook_of([household(skills="焊工", area=60, other_causes_1="09 子女上学")]),
        clerk,
        update_existing=True,
    )

    undone(run, clerk)

    file = HouseholdFile.objects.get()
    assert (file.skills, str(file.area), file.other_causes) == ("电工", "38.50", [])
    assert HouseholdMember.objects.count() == 1


def test_only_an_import_that_is_done_can_be_taken_back_and_once(
    at_township: StationRef, clerk: Actor
) -> None:
    run = undone(imported(workbook_of([household()]), clerk), clerk)
    with pytest.raises(services.ImportNotDone):
        services.undo_import(run.pk, actor=clerk, now=NOON)


# Down to the stations below


def files_of(station: StationRef) -> list[str]:
    with in_station(station):
        return [file.name for file in HouseholdFile.objects.order_by("name")]


@pytest.mark.fault
def test_rows_uploaded_at_the_city_arrive_in_the_three_stations_they_name(
    city: StationRef, city_clerk: Actor, township: StationRef, enterprise: StationRef,
    outsider: StationRef,
) -> None:  # fmt: skip
    with in_station(city):
        run = imported(form_for_test_stations(), city_clerk)
        assert outcomes(run) == [Outcome.SENT] * 3

    relay.deliver_all()

    assert files_of(enterprise) == ["柳试一"]
    assert files_of(township) == ["邱试二"]
    assert files_of(outsider) == ["阮试三"]
    with in_station(township):
        assert HouseholdMember.objects.count() == 3
        todo = Todo.objects.get(kind="import.received")
        assert (todo.capability, todo.params) == ("file.edit", {"count": 1})
        assert todo.link == f"/s/{township.code}/files/?state=draft"
    with in_station(city):
        assert HouseholdFile.objects.count() == 0
        assert outcomes(run) == [Outcome.APPLIED] * 3
        assert [one.station.code for one in selectors.destinations_of(run)] == [
            "130702001", "130705001", "130705001E01",
        ]  # fmt: skip


def test_nothing_personal_travels_in_the_open(city: StationRef, city_clerk: Actor) -> None:
    with in_station(city):
        imported(form_for_test_stations(), city_clerk)
    with in_network():
        bodies = " ".join(str(body) for body in Message.objects.values_list("body", flat=True))
    assert "rows" in bodies
    assert "柳试一" not in bodies
    assert "130771197406150127" not in bodies


@pytest.mark.fault
def test_a_household_that_got_a_file_meanwhile_is_answered_as_refused(
    city: StationRef, city_clerk: Actor, outsider: StationRef, enterprise: StationRef, person_at
) -> None:
    with in_station(city):
        run = imported(form_for_test_stations(), city_clerk)
    with in_station(outsider):
        theirs = person_at(outsider, Role.CLERK)
        imported(workbook_of([household(station_code=outsider.code)]), theirs)

    relay.deliver_all()

    assert files_of(enterprise) == []
    with in_station(city):
        first = selectors.rows_of(run)[0]
        assert first.outcome == Outcome.REFUSED
        assert "E201" in first.reason


def test_a_message_of_rows_applied_twice_makes_one_file(
    city: StationRef, city_clerk: Actor, enterprise: StationRef
) -> None:
    with in_station(city):
        imported(form_for_test_stations(), city_clerk)
    relay.deliver_all()
    with in_network():
        message = Message.objects.get(kind="import.rows", recipient_id=enterprise.id)

    with in_station(enterprise):
        services.receive_rows(message, now=NOON)
        assert HouseholdFile.objects.count() == 1


@pytest.mark.fault
def test_the_city_takes_its_import_back_from_the_stations(
    city: StationRef, city_clerk: Actor, township: StationRef, enterprise: StationRef, person_at
) -> None:
    with in_station(city):
        run = imported(form_for_test_stations(), city_clerk)
    relay.deliver_all()
    with in_station(township):
        file = HouseholdFile.objects.get()
        theirs = person_at(township, Role.CLERK)
        change_draft(
            file.pk, changes={"skills": "电工"}, expected_version=1, actor=theirs, now=NOON
        )

    with in_station(city):
        undone(run, city_clerk)
    relay.deliver_all()

    assert files_of(enterprise) == []
    assert files_of(township) == ["邱试二"]
    with in_station(city):
        assert outcomes(run) == [Outcome.UNDONE, Outcome.KEPT, Outcome.UNDONE]


def test_what_the_city_changed_in_a_draft_below_stays_and_both_are_told(
    city: StationRef, city_clerk: Actor, enterprise: StationRef, person_at
) -> None:
    with in_station(enterprise):
        theirs = person_at(enterprise, Role.CLERK)
        own = household(station_code=enterprise.code, skills="自己写的")
        imported(workbook_of([own]), theirs)
    with in_station(city):
        sent = workbook_of([household(station_code=enterprise.code, skills="焊工")])
        run = imported(sent, city_clerk, update_existing=True)
    relay.deliver_all()
    with in_station(enterprise):
        assert HouseholdFile.objects.get().skills == "焊工"
        assert Todo.objects.get(kind="import.changed").title == "核对上级导入更新过的原有草稿"

    with in_station(city):
        undone(run, city_clerk)
    relay.deliver_all()

    with in_station(city):
        row = selectors.rows_of(run)[0]
        assert row.outcome == Outcome.KEPT
        assert "不会自动恢复" in row.reason
    assert files_of(enterprise) == ["柳试一"]
