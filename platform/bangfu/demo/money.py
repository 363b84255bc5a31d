"""The story of the money: from the city's appropriation to what a household signs for.

It is told in chapters, each at one station, in one transaction with the note that it was told: a load that was
killed goes on with the next. Everything is done by the services people use, by the people of the stations; what
the bank does comes as statements and return files. Left open for visitors: an application that waits for its
review, a batch that waits for the supervisor, and a receipt nobody has claimed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from bangfu.demo import money_aid, money_gifts, money_paid, money_transfers, plan
from bangfu.demo.desk import CITY, COUNTY, STREET, Desk
from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.audit.models import AuditRow
from shared_apps.audit.services import record
from shared_apps.exchange import relay
from shared_apps.exchange.models import Message, MessageState
from tenants.models import Station

TOLD = "demo.money-told"
# Until then the story is one of the year before, so that one set of books holds it.
_FIRST_DAY_OF_A_YEAR = (3, 15)
_PATIENCE_SECONDS, _PAUSE_SECONDS = 20.0, 0.2


@dataclass(frozen=True, slots=True)
class Chapter:
    """One part of the story, at one station."""

    key: str
    code: str
    tell: Callable[[Desk], None]


def chapters() -> tuple[Chapter, ...]:
    """Return the story in the order of its days."""

    def told(code: str, *tells: Callable[[Desk], None]) -> list[Chapter]:
        return [Chapter(f"{code}.{tell.__name__}", code, tell) for tell in tells]

    return (
        *told(CITY, money_transfers.open_books),
        *told(COUNTY, money_transfers.open_books),
        *told(STREET, money_transfers.open_books, money_gifts.agree_with_the_market),
        *told(CITY, money_transfers.receive_appropriation, money_transfers.send_to_county),
        *told(COUNTY, money_gifts.promise_donation, money_transfers.receive_from_city),
        *told(CITY, money_transfers.agree_on_less),
        *told(COUNTY, money_gifts.thank_donor, money_transfers.send_to_street),
        *told(COUNTY, money_aid.call_campaigns),
        *told(STREET, money_transfers.receive_from_county, money_gifts.take_in_goods),
        *told(COUNTY, money_aid.list_students, money_aid.bring_list_to_approval),
        *told(STREET, money_aid.list_festival, money_aid.list_students),
        *told(STREET, money_aid.bring_list_to_approval, money_gifts.use_cards),
        *told(STREET, money_paid.pay_festival, money_paid.pay_again, money_gifts.give_goods),
        *told(COUNTY, money_paid.pay_students),
        *told(STREET, money_paid.sign_receipts, money_gifts.settle_month),
        *told(COUNTY, money_paid.leave_batch_waiting, money_transfers.leave_receipt_unclaimed),
        *told(STREET, money_aid.leave_application_waiting),
    )  # fmt: skip


def tell_money(*, now: datetime) -> int:
    """Tell what of the story has not been told; return how many chapters that were. Safe to repeat."""
    with in_network():
        rows = AuditRow.objects.filter(event=TOLD).order_by("seq")
        told = dict(rows.values_list("subject_id", "data"))
        stations = {one.code: one.ref for one in Station.objects.filter(code__in=plan.FIRST)}
    last_day = _last_day(told, now=now)
    desks = {code: Desk(station, last_day) for code, station in stations.items()}
    count = 0
    for chapter in chapters():
        if chapter.key not in told:
            count += _tell(chapter, desks[chapter.code], now=now)
            _deliver([station.id for station in stations.values()])
    return count


def _tell(chapter: Chapter, desk: Desk, *, now: datetime) -> bool:
    """Tell one chapter, unless another worker has told it meanwhile; return whether it was told."""
    with in_station(desk.station), transaction.atomic():
        with in_network():
            # One worker tells at a time. Rows that refer to the station are written all the same.
            Station.objects.select_for_update(no_key=True).get(code=CITY)
            if AuditRow.objects.filter(event=TOLD, subject_id=chapter.key).exists():
                return False
        chapter.tell(desk)
        record(
            event=TOLD,
            actor=Actor.system("demo", station=desk.station),
            subject=("money", chapter.key),
            data={"day": desk.last_day.isoformat()},
            now=now,
        )
    return True


def _deliver(station_ids: Sequence[int]) -> None:
    """Deliver what the stations said to each other, also what another worker has in hand just now."""
    until = time.monotonic() + _PATIENCE_SECONDS
    relay.deliver_all()
    while time.monotonic() < until and _has_messages(station_ids):
        time.sleep(_PAUSE_SECONDS)
        relay.deliver_all()


def _has_messages(station_ids: Sequence[int]) -> bool:
    with in_network():
        return Message.objects.filter(recipient_id__in=station_ids, state=MessageState.NEW).exists()


def _last_day(told: dict[str, Any], *, now: datetime) -> date:
    """Return the day on which the story ends: the one it began with, whenever it goes on."""
    for data in told.values():
        return date.fromisoformat(data["day"])
    today = clock.local_day(now)
    if (today.month, today.day) >= _FIRST_DAY_OF_A_YEAR:
        return today
    return date(today.year - 1, 12, 31)
