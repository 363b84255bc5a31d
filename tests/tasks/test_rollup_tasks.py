"""Folding and reconciliation as the workers do them."""

from bangfu.kernel.tenancy import in_network
from shared_apps.reconciliation.models import Break, Run, RunState
from shared_apps.rollup.services import fold_facts
from tasks.reconciliation import nightly, work_on
from tasks.rollups import count, fold
from tests.conftest import NOON
from tests.shared_apps.rollup.on_file import put_on_file
from tests.shared_apps.rollup.test_recount import spoil


def test_the_worker_folds_what_the_stations_recorded(township):
    put_on_file(township)

    assert fold() > 0
    assert fold() == 0


def test_the_worker_counts_the_stations_once(township):
    assert count() > 0
    assert count() == 0


def test_the_network_is_compared_once_a_night(township):
    put_on_file(township)
    fold_facts(now=NOON)
    spoil(township)

    assert nightly() is True
    assert nightly() is False

    with in_network():
        assert Break.objects.count() == 1
        assert Run.objects.get().state == RunState.DONE


def test_a_run_left_to_a_worker_is_done(township):
    with in_network():
        run = Run.objects.create(root_id=township.id, asked_by="周管理", started_at=NOON, total=2)

    work_on(run.pk)

    with in_network():
        run.refresh_from_db()
    assert (run.state, run.done) == (RunState.DONE, 2)
