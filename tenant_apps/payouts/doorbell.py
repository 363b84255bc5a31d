"""Tell a worker that something of a batch waits. Losing the bell costs minutes: a sweeper rings again."""

from __future__ import annotations

from uuid import UUID

from bangfu.kernel import doorbell
from bangfu.kernel.tenancy import current_station
from tenant_apps.payouts.models import Batch

TASK = "payouts.use_answer"
PREPARES_TASK = "payouts.prepare"
GIVES_UP_TASK = "payouts.give_up"


def ring_for(batch: Batch) -> None:
    """Ask a worker to use the return file of a batch of the station in force."""
    doorbell.ring(TASK, current_station().id, str(batch.pk))


def ring_to_prepare(batch_id: UUID) -> None:
    """Ask a worker to go on with putting a batch of the station in force together."""
    doorbell.ring(PREPARES_TASK, current_station().id, str(batch_id))


def ring_to_give_up(batch_id: UUID) -> None:
    """Ask a worker to go on with giving a batch of the station in force up."""
    doorbell.ring(GIVES_UP_TASK, current_station().id, str(batch_id))
