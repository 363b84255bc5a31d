"""What a station recorded and what its files give are the same numbers."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import StationRef, in_network, in_station
from shared_apps.rollup.services import fold_facts, recount_station
from tenant_apps.households import services, work
from tenant_apps.households.facts import facts_of_station, files_behind, files_left_alone
from tenant_apps.households.models import FileState, HouseholdFile
from tests.conftest import NOON
from tests.tenant_apps.households.households import complete


def put_on_file(file: HouseholdFile, actor: Actor, now: datetime = NOON) -> None:
    file.state = FileState.ON_FILE
    file.save()
    services.record_version(file=file, event="approve", actor=actor, now=now)


@pytest.fixture
def file(clerk: Actor, at_township: StationRef) -> HouseholdFile:
    opened = services.open_draft(complete(), actor=clerk, now=NOON).file
    put_on_file(opened, clerk)
    return opened


def test_a_file_that_counts_is_recounted_without_a_difference(
    file: HouseholdFile, clerk: Actor, township: StationRef
) -> None:
    file.tier, file.persons = "2", 3
    file.save()
    services.record_version(file=file, event="change", actor=clerk, now=NOON)
    with in_network():
        fold_facts(now=NOON)
    assert not recount_station(township)


def test_a_household_that_left_leaves_nothing_on_file(file: HouseholdFile, clerk: Actor) -> None:
    file.state, file.exit_reason = FileState.OUT, "income"
    file.save()
    services.record_version(file=file, event="confirm_exit", actor=clerk, now=NOON)
    facts = list(facts_of_station())
    on_file = sum(fact.n for fact in facts if fact.indicator == "FIL-01")
    left = [fact.dims for fact in facts if fact.indicator == "FIL-04"]
    assert (on_file, left) == (0, [{"exit_reason": "income", "exit_measure": "none"}])


def test_a_household_that_left_before_measures_were_asked_for_counts_as_it_did(
    file: HouseholdFile, clerk: Actor
) -> None:
    file.state, file.exit_reason = FileState.OUT, "income"
    file.save()
    version = services.record_version(file=file, event="confirm_exit", actor=clerk, now=NOON)
    del version.snapshot["exit_measure"]
    version.save()
    left = [fact.dims for fact in facts_of_station() if fact.indicator == "FIL-04"]
    assert left == [{"exit_reason": "income"}]


def test_the_list_behind_a_number_names_files_of_the_own_station_only(
    file: HouseholdFile, outsider: StationRef
) -> None:
    subject = bytes(file.id_no_hash or b"")
    listed = files_behind([subject])
    assert [one.url for one in listed] == [f"/s/130705001/files/{file.pk}/"]
    with in_station(outsider):
        assert files_behind([subject]) == []


def test_a_file_without_a_new_version_for_a_year_or_without_help_is_counted(
    file: HouseholdFile, clerk: Actor, monkeypatch
) -> None:
    def kinds(on: date) -> list[Any]:
        return [fact.dims["kind"] for fact in files_left_alone(on=on)]

    assert kinds(date(2027, 11, 19)) == [["never_helped"]]
    assert kinds(date(2027, 11, 20)) == [["unchanged", "never_helped"]]
    helped = HouseholdFile.objects.filter(pk=file.pk).values("pk")
    monkeypatch.setattr(work, "_helped", [lambda: helped])
    assert kinds(date(2027, 11, 19)) == []
    assert kinds(date(2027, 11, 20)) == [["unchanged"]]
    changed_at = datetime(2027, 3, 1, 4, 0, tzinfo=UTC)
    services.record_version(file=file, event="change", actor=clerk, now=changed_at)
    assert kinds(date(2027, 11, 20)) == []
