"""Visits as the product records them, with their facts and without: one writer of several at one station."""

import random
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from unittest import mock

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.rollup.indicators import Fact
from tenant_apps.households.models import HouseholdFile
from tenant_apps.pairing.models import VisitWay
from tenant_apps.pairing.services import visiting
from tenants.models import Station


def record_visits(*, place: str, share: int, writers: int, seconds: float) -> dict[str, Any]:
    """Record visits for so many seconds to this writer's share of the files; return what each took, in seconds.

    No file is another writer's: what the writers have in common is the station and its numbers. Whether a
    visit tells its facts is drawn at random; without them it does everything else it does.
    """
    with in_network():
        station = Station.objects.get(code=place).ref
    with in_station(station):
        mine = list(HouseholdFile.objects.order_by("pk").values_list("pk", flat=True))
    mine = mine[share::writers]
    actor = Actor.system("demo", station=station)
    details = visiting.ContactDetails(
        visited_on=clock.today(),
        way=VisitWay.VISIT,
        by_names="走访人",
        findings="家庭情况无变化。",
    )
    ways = {"with facts": visiting.record_facts, "without facts": _nothing}
    took: dict[str, list[float]] = {label: [] for label in ways}
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        label = random.choice(list(ways))  # noqa: S311
        with mock.patch.object(visiting, "record_facts", ways[label]):
            began = time.perf_counter()
            with in_station(station):
                visiting.record_contact(
                    random.choice(mine),  # noqa: S311
                    details,
                    actor=actor,
                    now=clock.now(),
                )
            took[label].append(time.perf_counter() - began)
    return took


def _nothing(_facts: Sequence[Fact], *, now: datetime) -> None:
    """Stand in for recording facts."""
