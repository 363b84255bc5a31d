"""The doors to what follows a change of rules."""

import pytest

from bangfu.kernel.tenancy import NoStation, in_network, in_station
from bangfu.kernel.tenancy.context import nowhere
from shared_apps.policies.models import ChangeState, StationChange, TierChange
from shared_apps.policies.services import lay_down_rule
from tasks import policies
from tests.support.databases import NOON


def test_the_sweep_begins_what_is_due_and_a_worker_finishes_it(county, county_head) -> None:
    with in_station(county):
        lay_down_rule(
            key="income.line",
            value=90_000,
            valid_from=NOON.date(),
            source="低保标准",
            document_no="无文号",
            station=county,
            actor=county_head,
            now=NOON,
        )
    assert policies.sweep() == 1
    with in_network():
        change = TierChange.objects.get()
    assert policies.work_on(str(change.pk)) is True
    assert policies.sweep() == 0
    with in_network():
        change.refresh_from_db()
    assert change.state == ChangeState.LISTED


def test_the_sweep_rings_again_for_a_station_whose_worker_died(county, township) -> None:
    with in_network():
        change = TierChange.objects.create(
            scope_path=county.path, started_at=NOON, state=ChangeState.LISTED
        )
        StationChange.objects.create(change=change, station_id=township.id, asked=3)
    assert policies.sweep() == 1


def test_a_confirmation_without_its_station_does_not_run(township) -> None:
    assert policies.confirm(township.id) == 0
    with nowhere(), pytest.raises(NoStation):
        policies.confirm()
