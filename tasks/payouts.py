"""Doors to what a worker does of batches: putting large ones together, giving them up, using return files."""

from datetime import timedelta
from uuid import UUID

from celery import shared_task

from bangfu.kernel import clock
from bangfu.kernel.tenancy import StationRef
from bangfu.kernel.tenancy.tasks import NetworkTask, StationTask
from shared_apps.exchange import jobs
from tenant_apps.payouts.doorbell import ring_for, ring_to_give_up, ring_to_prepare
from tenant_apps.payouts.selectors import (
    batches_at_work,
    batches_being_given_up,
    batches_being_prepared,
    note_progress,
)
from tenant_apps.payouts.services import finish_giving_up, finish_preparing, use_or_hold

EVERY = timedelta(minutes=10)
# Below the visibility timeout of the broker.
_LIMITS = {"soft_time_limit": 280, "time_limit": 300}


@shared_task(name="payouts.prepare", base=StationTask, acks_late=True, **_LIMITS)
def prepare(station_id: int, batch_id: str) -> None:
    """Go on with putting a large batch together."""
    del station_id
    finish_preparing(UUID(batch_id), now=clock.now())


@shared_task(name="payouts.give_up", base=StationTask, acks_late=True, **_LIMITS)
def give_up(station_id: int, batch_id: str) -> None:
    """Go on with giving the applications of a large batch back."""
    del station_id
    finish_giving_up(UUID(batch_id), now=clock.now())


@shared_task(name="payouts.use_answer", base=StationTask, acks_late=True, **_LIMITS)
def use_answer(station_id: int, batch_id: str) -> None:
    """Let the return file of a batch be so."""
    del station_id
    batch = UUID(batch_id)
    use_or_hold(batch, now=clock.now(), progress=lambda done: note_progress(batch, done))


@shared_task(name="payouts.sweep", base=NetworkTask, **_LIMITS)
def sweep() -> int:
    """Ring for every batch to prepare or to give up and every return file that can be used, station by station."""
    now = clock.now()

    def ring_at_one(_station: StationRef) -> None:
        for batch in batches_being_prepared():
            ring_to_prepare(batch.pk)
        for batch in batches_being_given_up():
            ring_to_give_up(batch.pk)
        for batch in batches_at_work():
            ring_for(batch)

    return jobs.run_due(
        "payouts.sweep",
        lambda _slot: jobs.fan_out("payouts.sweep", ring_at_one, now=now),
        every=EVERY,
        now=now,
    )
