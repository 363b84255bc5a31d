"""The story of the money: from the city's appropriation to what a household signs for.

It is told in chapters, each at one station, in one transaction with the note that it was told: a load that was
killed goes on with the next. Everything is done by the services people use, by the people of the stations; what
the bank does comes as statements and return files. The county runs both campaigns over every township that was
open when the story began. What each role finds to do is left open by the chapters whose names begin with leave_
and begin_.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from bangfu.demo import money_aid, money_gifts, money_paid, money_transfers
from bangfu.demo.desk import CITY, COUNTY, STREET, Desk
from bangfu.demo.people import username_of
from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.models import User
from shared_apps.accounts.roles import Role
from shared_apps.audit.models import AuditRow
from shared_apps.audit.services import record
from shared_apps.exchange import relay
from shared_apps.exchange.models import Message, MessageState
from tenants.models import Level, Station

FURNISHED, TOLD = "demo.furnished", "demo.money-told"
# Until then the story is one of the year before, so that one set of books holds it.
_FIRST_DAY_OF_A_YEAR = (3, 15)
# A township with more households stays out: a network filled for measurements would tell of nothing else.
_MOST_HOUSEHOLDS = 30
_PATIENCE_SECONDS, _PAUSE_SECONDS = 20.0, 0.2


@dataclass(frozen=True, slots=True)
class Chapter:
    """One part of the story, at one station."""

    key: str
    code: str
    tell: Callable[[Desk], None]


@dataclass(frozen=True, slots=True)
class Story:
    """What the story began with, whenever it goes on: the day on which it ends, and the townships it is told of."""

    last_day: date
    townships: tuple[str, ...]


def chapters(townships: Sequence[str] = (STREET,)) -> tuple[Chapter, ...]:
    """Return the story over these townships, in the order of its days.

    Of three and more the last is late with its lists.
    """
    others = [code for code in townships if code != STREET]
    late = others[-1:] if len(others) > 1 else []

    def told(code: str, *tells: Callable[[Desk], None]) -> list[Chapter]:
        return [Chapter(f"{code}.{tell.__name__}", code, tell) for tell in tells]

    def each(codes: Sequence[str], *tells: Callable[[Desk], None]) -> list[Chapter]:
        return [chapter for code in codes for chapter in told(code, *tells)]

    return (
        *told(CITY, money_transfers.open_books),
        *told(COUNTY, money_transfers.open_books),
        *told(STREET, money_transfers.open_books, money_gifts.agree_with_the_market),
        *each(others, money_transfers.open_books),
        *told(CITY, money_transfers.receive_appropriation, money_transfers.send_to_county),
        *told(COUNTY, money_gifts.promise_donation, money_transfers.receive_from_city),
        *told(CITY, money_transfers.agree_on_less),
        *told(COUNTY, money_gifts.thank_donor, money_transfers.send_to_townships),
        *told(COUNTY, money_aid.call_campaigns),
        *told(STREET, money_transfers.receive_from_county, money_gifts.take_in_goods),
        *each(others, money_transfers.receive_from_county),
        *told(COUNTY, money_aid.list_students, money_aid.bring_list_to_approval),
        *told(STREET, money_aid.list_festival, money_aid.list_students),
        *told(STREET, money_aid.bring_list_to_approval, money_gifts.use_cards),
        *told(STREET, money_paid.pay_festival, money_paid.pay_again, money_gifts.give_goods),
        *told(COUNTY, money_paid.pay_students),
        *told(STREET, money_paid.sign_receipts, money_gifts.settle_month),
        *told(COUNTY, money_paid.leave_batch_waiting, money_transfers.leave_receipt_unclaimed),
        *told(COUNTY, money_transfers.leave_transfer_to_approve),
        *told(CITY, money_transfers.leave_transfers_waiting),
        *told(STREET, money_paid.leave_second_part_waiting, money_gifts.leave_statement_unchecked),
        *told(STREET, money_aid.leave_application_waiting),
        *each(late, money_aid.begin_lists),
        *each(
            [code for code in others if code not in late],
            money_aid.list_festival,
            money_aid.list_students,
            money_aid.bring_list_to_approval,
            money_paid.pay_lists,
            money_paid.put_away,
        ),
    )  # fmt: skip


def tell_money(
    *, now: datetime, turn_seconds: float = float("inf"), among: Sequence[str] | None = None
) -> int:
    """Tell what of the story has not been told; return how many chapters that were, none when all is told.

    Safe to repeat; after ``turn_seconds`` the rest is left for the next turn. A story that begins is told of the
    townships ``among`` these, by their codes, that are open.
    """
    until = time.monotonic() + turn_seconds
    with in_network():
        rows = AuditRow.objects.filter(event=TOLD).order_by("seq")
        told = dict(rows.values_list("subject_id", "data"))
        story = _story(told, among, now=now)
        codes = [CITY, COUNTY, *story.townships]
        stations = {one.code: one.ref for one in Station.objects.filter(code__in=codes)}
    desks = {
        code: Desk(station, story.last_day, story.townships) for code, station in stations.items()
    }
    count, given_up = 0, set[UUID]()
    for chapter in chapters(story.townships):
        if chapter.key in told:
            continue
        if time.monotonic() > until:
            break
        count += _tell(chapter, desks[chapter.code], now=now)
        _deliver([station.id for station in stations.values()], given_up)
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
            data={"day": desk.last_day.isoformat(), "townships": list(desk.townships)},
            now=now,
        )
    return True


def _deliver(station_ids: Sequence[int], given_up: set[UUID]) -> None:
    """Deliver what the stations said to each other, also what another worker has in hand just now.

    What cannot be delivered in time joins ``given_up``, and no later chapter waits for it.
    """
    until = time.monotonic() + _PATIENCE_SECONDS
    relay.deliver_all()
    while waiting := _messages_to(station_ids) - given_up:
        if time.monotonic() > until:
            given_up |= waiting
            return
        time.sleep(_PAUSE_SECONDS)
        relay.deliver_all()


def _messages_to(station_ids: Sequence[int]) -> set[UUID]:
    with in_network():
        waiting = Message.objects.filter(recipient_id__in=station_ids, state=MessageState.NEW)
        return set(waiting.values_list("pk", flat=True))


def _story(told: dict[str, Any], among: Sequence[str] | None, *, now: datetime) -> Story:
    """Return what the story began with, or begins with today."""
    for data in told.values():
        return Story(date.fromisoformat(data["day"]), tuple(data.get("townships", (STREET,))))
    today = clock.local_day(now)
    if (today.month, today.day) < _FIRST_DAY_OF_A_YEAR:
        today = date(today.year - 1, 12, 31)
    townships = _townships()
    return Story(
        today, townships if among is None else tuple(code for code in townships if code in among)
    )


def _townships() -> tuple[str, ...]:
    """Return the townships of the county that are open, have people for money, and few households."""
    below = Station.objects.filter(parent__code=COUNTY, level=Level.TOWNSHIP).order_by("code")
    codes = list(below.values_list("code", flat=True))
    named = {username_of(code, Role.FINANCE): code for code in codes}
    staffed = User.objects.filter(username__in=list(named)).values_list("username", flat=True)
    crowded = AuditRow.objects.filter(
        event=FURNISHED, subject_id__in=codes, data__households__gt=_MOST_HOUSEHOLDS
    ).values_list("subject_id", flat=True)
    return tuple(sorted({named[username] for username in staffed} - set(crowded)))
