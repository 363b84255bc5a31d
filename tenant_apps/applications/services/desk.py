"""What the station tells the public: hours, welcome, and whether it takes applications."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.console.models import Desk


@transaction.atomic
def change_desk(
    *,
    takes_applications: bool,
    pause_note: str,
    hours: str,
    welcome: str,
    actor: Actor,
    now: datetime,
) -> Desk:
    """Change what the front page for the public says. Locks the station's one row.

    Raises:
        NotPermitted: the actor does not manage the station's settings.
    """
    actor.require("settings.manage")
    station = current_station()
    Desk.objects.get_or_create(station_id=station.id, defaults={"changed_at": now})
    desk = Desk.objects.select_for_update().get(station_id=station.id)
    desk.takes_applications = takes_applications
    desk.pause_note = pause_note.strip()
    desk.hours = hours.strip()
    desk.welcome = welcome.strip()
    desk.changed_by, desk.changed_at = actor.name, now
    desk.save(force_update=True)
    record(
        event="desk.changed",
        actor=actor,
        subject=("station", station.id),
        data={"takes_applications": takes_applications},
        now=now,
    )
    return desk
