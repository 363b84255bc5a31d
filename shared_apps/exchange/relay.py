"""Deliver messages: each is applied inside its recipient exactly once, in the order of its stream.

A message is claimed in a commit of its own, so that a crash counts as an attempt. Its handler runs and
it is marked done in one transaction, so that a crash leaves either both or neither. The number of the
attempt fences off a worker that lost its lease: only the latest claimant can mark it done.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from math import inf
from time import monotonic
from uuid import UUID

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from bangfu.kernel import clock
from bangfu.kernel.tenancy import StationRef, in_network, in_station
from shared_apps.exchange.errors import PermanentFailure
from shared_apps.exchange.handlers import handler_of
from shared_apps.exchange.models import Message, MessageState
from tenants.models import Station, StationState

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 8
# Longer than the hard limit of a worker's task, so a lease ends only after its holder is gone.
LEASE = timedelta(seconds=150)
BACKOFF_BASE = timedelta(seconds=5)
BACKOFF_LIMIT = timedelta(hours=1)
# A suspended or closed station receives nothing; its messages wait.
RECEIVING = frozenset({StationState.TRIAL, StationState.ACTIVE, StationState.MERGING})

# The constraint triggers of the station in force, as ``SET CONSTRAINTS`` takes them.
_DEFERRED = """
    SELECT quote_ident(current_schema()) || '.' || quote_ident(conname) FROM pg_constraint
    WHERE connamespace = current_schema()::regnamespace AND contype = 't' AND condeferrable
    ORDER BY conname
"""
_CLAIM = """
    UPDATE exchange_message SET
        attempts = attempts + 1,
        lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
    WHERE id = (
        SELECT candidate.id FROM exchange_message candidate
        WHERE candidate.recipient_id = %(recipient)s
          AND candidate.state = 'new'
          AND candidate.next_at <= clock_timestamp()
          AND (candidate.lease_until IS NULL OR candidate.lease_until < clock_timestamp())
          AND NOT EXISTS (
              SELECT FROM exchange_message earlier
              WHERE earlier.sender_id = candidate.sender_id
                AND earlier.recipient_id = candidate.recipient_id
                AND earlier.stream = candidate.stream
                AND earlier.seq < candidate.seq
                AND earlier.state IN ('new', 'parked')
          )
        ORDER BY candidate.next_at, candidate.seq
        LIMIT 1
        FOR UPDATE SKIP LOCKED
    )
    RETURNING id, attempts
"""


class LeaseLost(Exception):
    """Another worker took the message over while this one was busy with it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One message that this worker may apply, and the attempt by which it holds it."""

    message_id: UUID
    attempt: int


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn of a worker did, and whether it ended before nothing was due any more.

    Whoever takes a turn that was cut short sees to it that another follows.
    """

    applied: int
    is_cut_short: bool


def deliver(station_id: int, *, limit: int = 500, lease: timedelta = LEASE) -> int:
    """Apply up to ``limit`` messages that wait for a station; return how many were applied.

    A message that fails waits and does not hold up other streams. Several workers may serve one station.
    """
    return take_turn(station_id, limit=limit, lease=lease).applied


def take_turn(
    station_id: int, *, limit: int, seconds: float = inf, lease: timedelta = LEASE
) -> Turn:
    """Work on up to ``limit`` messages that wait for a station, beginning none after so many seconds."""
    with in_network():
        station = Station.objects.get(pk=station_id)
    if station.state not in RECEIVING:
        return Turn(applied=0, is_cut_short=False)
    until = monotonic() + seconds
    applied = 0
    for _round in range(limit):
        if monotonic() > until:
            break
        claim = _claim(station_id, lease=lease)
        if claim is None:
            return Turn(applied=applied, is_cut_short=False)
        applied += _try(claim, station.ref)
    return Turn(applied=applied, is_cut_short=True)


def deliver_all(*, lease: timedelta = LEASE) -> int:
    """Deliver whatever is due anywhere, until nothing is; return how many were applied."""
    total = 0
    while True:
        applied = sum(deliver(station_id, lease=lease) for station_id in stations_with_mail())
        if not applied:
            return total
        total += applied


def stations_with_mail() -> list[int]:
    """Return the stations for which something is due now, the one that waits longest first."""
    with in_network():
        rows = (
            Message.objects.filter(
                Q(lease_until__isnull=True) | Q(lease_until__lt=Now()),
                state=MessageState.NEW,
                next_at__lte=Now(),
                recipient__state__in=RECEIVING,
            )
            .order_by("next_at")
            .values_list("recipient_id", flat=True)
        )
        return list(dict.fromkeys(rows))


def backoff(attempt: int) -> timedelta:
    """Return how long a message waits after its ``attempt``-th failure: min(2^n · 5 s, 1 h)."""
    return min(BACKOFF_BASE * (1 << attempt), BACKOFF_LIMIT)


def time_given() -> timedelta:
    """Return how long a message may be on its way before anybody is troubled: all its attempts and the waits between.

    Some 41 minutes; after that it lies parked before the operators.
    """
    waits = (backoff(attempt) for attempt in range(1, MAX_ATTEMPTS))
    return sum(waits, start=LEASE * MAX_ATTEMPTS)


@contextmanager
def only_worker(job: str, station_id: int) -> Iterator[bool]:
    """Hold the right to do ``job`` for a station; gives False when another worker holds it."""
    place = [f"bangfu {job} {station_id}"]
    with in_network(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", place)
        (got,) = cursor.fetchone()
    try:
        yield got
    finally:
        if got:
            with in_network(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", place)


def _claim(station_id: int, *, lease: timedelta) -> Claim | None:
    with in_network(), transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"recipient": station_id, "lease": lease.total_seconds()})
        row = cursor.fetchone()
    return Claim(*row) if row else None


def _try(claim: Claim, recipient: StationRef) -> bool:
    if claim.attempt > MAX_ATTEMPTS:
        # Nobody lived to say why: the message killed its worker each time, or nearly.
        _park(claim, "the worker died at every attempt")
        return False
    try:
        _apply(claim, recipient)
    except LeaseLost:
        return False
    except SoftTimeLimitExceeded as error:
        # The worker's time is over. It says so at once, and does not die over the next message.
        _put_off(claim, _said(error))
        raise
    except PermanentFailure as error:
        _park(claim, _said(error))
        return False
    except Exception as error:
        log.exception("message_failed", message=str(claim.message_id), attempt=claim.attempt)
        if claim.attempt >= MAX_ATTEMPTS:
            _park(claim, _said(error))
        else:
            _put_off(claim, _said(error))
        return False
    return True


def _apply(claim: Claim, recipient: StationRef) -> None:
    with in_network(), transaction.atomic():
        message = Message.objects.select_for_update().get(pk=claim.message_id)
        if message.state != MessageState.NEW or message.attempts != claim.attempt:
            raise LeaseLost
        now = clock.now()
        with in_station(recipient):
            handler_of(message.kind)(message, now=now)
            _look_at_constraints()
        Message.objects.filter(pk=claim.message_id).update(
            state=MessageState.DONE, done_at=now, lease_until=None, last_error=""
        )


def _look_at_constraints() -> None:
    """Check now what a station's triggers check at the commit, which comes when their schema is left."""
    with connection.cursor() as cursor:
        cursor.execute(_DEFERRED)
        names = ", ".join(name for (name,) in cursor.fetchall())
        if names:
            cursor.execute(f"SET CONSTRAINTS {names} IMMEDIATE")
            cursor.execute(f"SET CONSTRAINTS {names} DEFERRED")


def _held(claim: Claim) -> Q:
    return Q(pk=claim.message_id, state=MessageState.NEW, attempts=claim.attempt)


def _put_off(claim: Claim, error: str) -> None:
    with in_network():
        Message.objects.filter(_held(claim)).update(
            next_at=Now() + backoff(claim.attempt), lease_until=None, last_error=error
        )


def _park(claim: Claim, error: str) -> None:
    with in_network():
        Message.objects.filter(_held(claim)).update(
            state=MessageState.PARKED, lease_until=None, last_error=error
        )
    log.error("message_parked", message=str(claim.message_id), error=error)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:2000]
