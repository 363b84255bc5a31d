"""A large batch is answered by a worker: what waits, who is rung for, what the page shows meanwhile."""

import pytest

from bangfu.kernel import doorbell
from bangfu.kernel.tenancy import in_station
from tasks import payouts as tasks
from tenant_apps.payouts.models import Batch, BatchState
from tenant_apps.payouts.selectors import batches_at_work, note_progress, progress_of
from tenant_apps.payouts.services import answering
from tests.conftest import FOR_A_PART

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def rung(monkeypatch):
    """Every batch is large; the bells that were rung."""
    bells = []
    monkeypatch.setattr(answering, "AT_ONCE", 1)
    monkeypatch.setattr(doorbell, "ring", lambda task, *args: bells.append((task, args)))
    return bells


def test_a_large_batch_waits_for_a_worker_and_a_sweep_finds_it(paying, rung, signed_in):
    office = paying
    with in_station(office.station):
        batch = office.sent(count=5)
        office.answered(batch)
        assert list(batches_at_work()) == []
        office.booked(batch)
        assert [one.pk for one in batches_at_work()] == [batch.pk]
        assert Batch.objects.get().state == BatchState.SENT
        note_progress(batch.pk, 3)
    page = signed_in(office.finance).get(
        f"/s/130705001/payouts/{batch.pk}/progress/", headers=FOR_A_PART
    )
    assert "3 / 5 笔" in page.content.decode()
    with in_station(office.station):
        tasks.use_answer.run(office.station.id, str(batch.pk))
        done = Batch.objects.get()
        assert (done.state, done.waits, progress_of(batch.pk)) == (BatchState.PAID, False, 5)
        assert list(batches_at_work()) == []
    page = signed_in(office.finance).get(
        f"/s/130705001/payouts/{batch.pk}/progress/", headers=FOR_A_PART
    )
    assert page["HX-Refresh"] == "true"
