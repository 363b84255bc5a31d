"""Tell a worker that a return file waits to be used. Losing the bell costs a minute: a sweeper rings again."""

from __future__ import annotations

from bangfu.kernel import doorbell
from bangfu.kernel.tenancy import current_station
from tenant_apps.payouts.models import Batch

TASK = "payouts.use_answer"


def ring_for(batch: Batch) -> None:
    """Ask a worker to go on with a batch of the station in force."""
    doorbell.ring(TASK, current_station().id, str(batch.pk))
