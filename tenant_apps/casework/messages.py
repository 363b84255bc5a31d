"""What the stations below report of their deadlines."""

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.tenancy import current_station
from shared_apps.exchange.handlers import handles
from shared_apps.exchange.models import Message
from shared_apps.notifications.services import notify
from tenant_apps.casework.models import Todo
from tenant_apps.casework.selectors import SUPERVISES, clock_label
from tenant_apps.casework.services import close_todos, open_todo
from tenant_apps.casework.services.clocks import MISSED, SETTLED

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
    close_todos(subject=(SUBJECT, UUID(message.body["clock"])), kind=MISSED, now=now)
