from __future__ import annotations

import pytest

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import NoStation, StationRef, in_station, nowhere
from shared_apps.importing.models import Run, RunState
from tasks import imports
from tenant_apps.households.models import HouseholdFile
from tenant_apps.imports import selectors, services
from tests.conftest import NOON
from tests.tenant_apps.imports.workbooks import household, workbook_of


@pytest.fixture
def run(township: StationRef, clerk: Actor) -> Run:
    with in_station(township):
        return services.start_import(
            workbook_of([household()]), filename="a.xlsx", actor=clerk, now=NOON
        )


def state_of(run: Run, station: StationRef) -> str:
    with in_station(station):
        run.refresh_from_db()
    return run.state


def test_a_worker_checks_imports_and_takes_back_inside_the_station(
    run: Run, township: StationRef, clerk: Actor
) -> None:
    with nowhere():
        imports.check(township.id, str(run.pk))
    assert state_of(run, township) == RunState.CHECKED

    with in_station(township):
        services.confirm_import(run.pk, update_existing=False, actor=clerk, now=NOON)
    with nowhere():
        imports.confirm(township.id, str(run.pk))
    assert state_of(run, township) == RunState.DONE

    with in_station(township):
        assert HouseholdFile.objects.count() == 1
        services.undo_import(run.pk, actor=clerk, now=NOON)
    with nowhere():
        imports.undo(township.id, str(run.pk))
    assert state_of(run, township) == RunState.UNDONE


def test_a_task_without_a_station_does_not_run(run: Run) -> None:
    with nowhere(), pytest.raises(NoStation):
        imports.check(None, str(run.pk))


def test_the_sweeper_finds_what_a_lost_bell_left_lying(run: Run, township: StationRef) -> None:
    with nowhere():
        assert selectors.runs_at_work() == [(township.id, run.pk, RunState.CHECKING)]
        imports.check(township.id, str(run.pk))
        assert selectors.runs_at_work() == []
