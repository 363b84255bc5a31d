"""What the stations below report of their deadlines."""

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.tenancy import current_station
from shared_apps.console.rules import RESUMED
from shared_apps.exchange.handlers import handles
from shared_apps.exchange.models import Message
from shared_apps.notifications.services import notify
from tenant_apps.casework.models import Todo
from tenant_apps.casework.selectors import SUPERVISES, clock_label
from tenant_apps.casework.services import close_todos, open_todo
from tenant_apps.casework.services.clocks import (
    HANDED_UP,
    MISSED,
    SETTLED,
    TAKEN_BACK,
    take_clocks_back,
)

SUBJECT = "clock"


@handles(MISSED)
def hear_of_missed_deadline(message: Message, *, now: datetime) -> None:
    """Let somebody urge the station on; once, however often the message comes."""
    body = message.body
    clock_id = UUID(body["clock"])
    if Todo.objects.filter(subject_kind=SUBJECT, subject_id=clock_id, kind=MISSED).exists():
        return
    title = _("督办：%(station)s %(clock)s已于 %(due)s 逾期 %(reference)s")
    params = {
        "station": body["station_name"],
        "clock": clock_label(body["kind"]),
        "due": body["due_on"],
        "reference": body["reference"],
    }
    open_todo(
        subject=(SUBJECT, clock_id),
        kind=MISSED,
        capability=SUPERVISES,
        title=title,
        params=params,
        due_on=date.fromisoformat(body["due_on"]),
        is_closed_by_hand=True,
        now=now,
    )
    notify(
        station_id=current_station().id,
        capability=SUPERVISES,
        kind=MISSED,
        title=title,
        params=params,
        key=f"{MISSED}:{clock_id}",
        now=now,
    )


@handles(SETTLED)
def hear_of_settled_deadline(message: Message, *, now: datetime) -> None:
    """Take the reminder off the list: the station has done what was overdue."""
    subject = (SUBJECT, UUID(message.body["clock"]))
    close_todos(subject=subject, kind=MISSED, now=now)
    close_todos(subject=subject, kind=HANDED_UP, now=now)


@handles(RESUMED)
def take_deadlines_back(message: Message, *, now: datetime) -> None:
    """Watch the own deadlines again."""
    take_clocks_back(key=message.body["at"], now=now)


@handles(HANDED_UP)
def watch_for_a_suspended_station(message: Message, *, now: datetime) -> None:
    """Put a deadline of a suspended station before those who supervise."""
    body = message.body
    open_todo(
        subject=(SUBJECT, UUID(body["clock"])),
        kind=HANDED_UP,
        capability=SUPERVISES,
        title=_("代管：%(station)s已暂停，%(clock)s应于 %(due)s 前办结 %(reference)s"),
        params={
            "station": body["station_name"],
            "clock": clock_label(body["kind"]),
            "due": body["due_on"],
            "reference": body["reference"],
            "from": body["station_code"],
        },
        due_on=date.fromisoformat(body["due_on"]),
        is_closed_by_hand=True,
        now=now,
    )


@handles(TAKEN_BACK)
def let_go_of_deadlines(message: Message, *, now: datetime) -> None:
    """Take the deadlines of a station that works again off the list."""
    watched = Todo.objects.filter(
        kind=HANDED_UP, closed_at__isnull=True, params__from=message.body["station_code"]
    )
    for clock_id in list(watched.values_list("subject_id", flat=True)):
        close_todos(subject=(SUBJECT, clock_id), kind=HANDED_UP, now=now)
