"""Doors to the relay of messages. The bell carries no payload: what is due is read from the table."""

from celery import shared_task

from bangfu.kernel import clock
from bangfu.kernel.answers import KEPT
from bangfu.kernel.tenancy.tasks import NetworkTask
from shared_apps.exchange import answers, doorbell, jobs, relay

DELIVERY_LIMIT = 200
# Well below the time a worker has for one task: a turn ends by itself, never in the middle of a message.
TURN_SECONDS = 40.0


@shared_task(name="relay.deliver", base=NetworkTask)
def deliver(station_id: int) -> int:
    """Apply what waits for a station; when more waits than one turn takes, ring again."""
    turn = relay.take_turn(station_id, limit=DELIVERY_LIMIT, seconds=TURN_SECONDS)
    if turn.is_cut_short:
        doorbell.ring(station_id)
    return turn.applied


@shared_task(name="relay.sweep", base=NetworkTask)
def sweep() -> int:
    """Ring for every station that has something due, so that a lost bell costs seconds at most."""
    waiting = relay.stations_with_mail()
    for station_id in waiting:
        doorbell.ring(station_id)
    return len(waiting)


@shared_task(name="relay.forget", base=NetworkTask)
def forget() -> int:
    """Delete the slots of jobs that ran more than a week ago, and answers kept for longer than they must."""
    now = clock.now()
    answers.forget_answers(before=now - KEPT)
    return jobs.forget_old_runs(before=now - jobs.KEPT)
