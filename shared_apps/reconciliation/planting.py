"""Faults planted behind the services' back, so that visitors of a demonstration see them found.

Never in production: the settings forbid a demonstration there, and this refuses outside one.
"""

import random
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from bangfu.kernel.tenancy import in_network
from shared_apps.exchange.models import Message, MessageState
from shared_apps.reconciliation.errors import NotADemo
from shared_apps.reconciliation.proofs import memory_of
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
    with in_network(), transaction.atomic():
        return Planted(station_code=_wrong_number(chance), message=_lost_message(chance))


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


def _lost_message(chance: random.Random) -> str | None:
    # One that its sender can send again: first of all one that has not arrived yet.
    candidates = [
        message
        for message in Message.objects.filter(
            state__in=[MessageState.NEW, MessageState.DONE]
        ).order_by("posted_at", "pk")
        if memory_of(message.stream) is not None
    ]
    waiting = [message for message in candidates if message.state == MessageState.NEW]
    if not candidates:
        return None
    message = chance.choice(waiting or candidates)
    said = str(message)
    message.delete()
    return said
