"""Faults planted behind the services' back, so that visitors of a demonstration see them found.

Never in production: the settings forbid a demonstration there, and this refuses outside one.
"""

import random
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from bangfu.kernel.errors import DomainError
from bangfu.kernel.tenancy import StationRef, in_network, in_station
from shared_apps.exchange.models import Message, MessageState
from shared_apps.reconciliation.errors import NotADemo
from shared_apps.reconciliation.proofs import Resend, resend_of
from shared_apps.rollup.fold import CellDifference, apply_differences
from shared_apps.rollup.models import Leaf
from shared_apps.rollup.services import fold_facts
from tenants.models import Station


@dataclass(frozen=True, slots=True)
class Planted:
    """What was planted where: a code of a station with a wrong number, and the message that is gone."""

    station_code: str | None
    message: str | None


def plant_faults(seed: int, *, now: datetime) -> Planted:
    """Make one number wrong and one message vanish, the same ones for the same seed and data.

    Raises:
        NotADemo: this is no demonstration.
    """
    if not settings.BANGFU_DEMO:
        raise NotADemo
    fold_facts(now=now, wait=True)
    chance = random.Random(seed)  # noqa: S311
    with in_network():
        code = _wrong_number(chance)
    return Planted(station_code=code, message=_lost_message(chance, now=now))


def _wrong_number(chance: random.Random) -> str | None:
    cells = list(
        Leaf.objects.filter(indicator="FIL-01", dimension="", n__gt=0).order_by(
            "station__path", "period"
        )
    )
    if not cells:
        return None
    cell = chance.choice(cells)
    apply_differences(
        station_id=cell.station_id,
        cells=[
            CellDifference(
                indicator=cell.indicator,
                dimension="",
                key="",
                period=cell.period,
                expected_n=cell.n + 1,
                expected_value=cell.value,
                actual_n=cell.n,
                actual_value=cell.value,
            )
        ],
        members=[],
    )
    return Station.objects.get(pk=cell.station_id).code


def _lost_message(chance: random.Random, *, now: datetime) -> str | None:
    # Only one that its sender can send again; first of all one that has not arrived yet.
    with in_network():
        messages = list(
            Message.objects.filter(state__in=[MessageState.NEW, MessageState.DONE])
            .order_by("posted_at", "pk")
            .defer("body")
        )
        senders = {row.pk: row.ref for row in Station.objects.all()}
    chance.shuffle(messages)
    messages.sort(key=lambda message: message.state != MessageState.NEW)
    for message in messages:
        resend = resend_of(message.stream)
        if resend is None:
            continue
        said, key = str(message), message.pk
        with in_network(), transaction.atomic():
            Message.objects.filter(pk=key).delete()
            if _can_be_sent_again(message, senders[message.sender_id], resend, now=now):
                return said
            transaction.set_rollback(True)
    return None


def _can_be_sent_again(
    message: Message, sender: StationRef, resend: Resend, *, now: datetime
) -> bool:
    try:
        with in_station(sender), transaction.atomic():
            resend(message.stream, message.recipient_id, now=now)
            restored = Message.objects.filter(pk=message.pk).exists()
            transaction.set_rollback(True)
    except DomainError:
        return False
    return restored
