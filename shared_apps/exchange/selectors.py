"""Questions about messages, jobs and what waits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Max, Min, Q, QuerySet

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import NotFound
from bangfu.kernel.tenancy import current_station, in_network, station_in_force
from shared_apps.exchange.models import JobRun, Message, MessageState, StationService
from shared_apps.exchange.relay import time_given

BOXES = ("all", "received", "sent")


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSearch:
    """What a list of messages is narrowed by; empty means any."""

    box: str = "all"
    state: str = ""
    kind: str = ""
    stream: str = ""


@dataclass(frozen=True, slots=True)
class Depth:
    """How many messages wait, how many are parked, and how old the oldest that waits is."""

    waiting: int
    parked: int
    oldest: timedelta


def messages_matching(search: MessageSearch, *, actor: Actor) -> QuerySet[Message]:
    """The messages of the realm in force that fit, newest first, without their bodies.

    A station sees what it sent and received; the network sees all.

    Raises:
        NotPermitted: the actor may not look at messages.
    """
    actor.require("message.view")
    station = station_in_force()
    messages = Message.objects.defer("body").select_related("sender", "recipient")
    if station is not None and search.box == "received":
        messages = messages.filter(recipient_id=station.id)
    elif station is not None and search.box == "sent":
        messages = messages.filter(sender_id=station.id)
    elif station is not None:
        # Both by their own index; row-level security alone would read the table.
        messages = messages.filter(Q(sender_id=station.id) | Q(recipient_id=station.id))
    for column in ("state", "kind", "stream"):
        value = getattr(search, column)
        if value:
            messages = messages.filter(**{column: value})
    return messages.order_by("-posted_at", "-seq")


def get_message(message_id: UUID, *, actor: Actor) -> Message:
    """Return one message of the realm in force.

    Raises:
        NotPermitted: the actor may not look at messages.
        NotFound: there is none here; one of others looks absent.
    """
    actor.require("message.view")
    message = Message.objects.select_related("sender", "recipient").filter(pk=message_id).first()
    if message is None:
        raise NotFound
    return message


def count_by_state() -> dict[str, int]:
    """How many messages of the realm in force stand in each state."""
    return dict(Message.objects.values_list("state").annotate(messages=Count("id")))


def depth_and_age(*, now: datetime) -> Depth:
    """How deep the messages of the whole network lie, for metrics. One query over open messages."""
    with in_network():
        found = Message.objects.filter(state__in=[MessageState.NEW, MessageState.PARKED]).aggregate(
            waiting=Count("id", filter=Q(state=MessageState.NEW)),
            parked=Count("id", filter=Q(state=MessageState.PARKED)),
            oldest=Min("posted_at", filter=Q(state=MessageState.NEW)),
        )
    oldest = now - found["oldest"] if found["oldest"] else timedelta()
    return Depth(found["waiting"], found["parked"], max(oldest, timedelta()))


def on_their_way(streams: Iterable[str], *, now: datetime) -> set[str]:
    """Which of these streams hold a message that is simply on its way: not delivered, and within the time it is given.

    What the two ends say of such a matter may differ until then. One query over open messages, both ways.
    """
    with in_network():
        return set(
            Message.objects.filter(
                stream__in=set(streams), state=MessageState.NEW, posted_at__gt=now - time_given()
            ).values_list("stream", flat=True)
        )


def waits_here(stream: str) -> bool:
    """Tell whether a message of a stream is on its way to the station in force, or parked before it."""
    here = current_station().id
    with in_network():
        return Message.objects.filter(
            recipient_id=here,
            stream=stream,
            state__in=[MessageState.NEW, MessageState.PARKED],
        ).exists()


def latest_runs() -> QuerySet[JobRun]:
    """The newest slot of every job, by name."""
    newest = JobRun.objects.values("job").annotate(newest=Max("pk")).values("newest")
    return JobRun.objects.filter(pk__in=newest).order_by("job")


def failing_services() -> QuerySet[StationService]:
    """The stations at which a job fails, the most often failing first."""
    return (
        StationService.objects.filter(failures__gt=0)
        .select_related("station")
        .order_by(F("failures").desc(), "job")
    )
