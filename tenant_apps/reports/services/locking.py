"""Lock what stands below a report that was accepted."""

from __future__ import annotations

from datetime import datetime

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import current_station
from tenant_apps.reports.flow import RECEIVED_FLOW
from tenant_apps.reports.models import Received, ReceivedState, Report
from tenant_apps.reports.services.noting import send

LOCKED = "report.locked"


def lock_below(report: Report, *, actor: Actor, now: datetime) -> None:
    """Lock every accepted report below, and let their stations know; the caller has a transaction."""
    system = Actor.system("report", station=current_station())
    accepted = Received.objects.select_for_update().filter(
        form=report.form, period=report.period, state=ReceivedState.ACCEPTED
    )
    for unit in accepted.order_by("id"):
        lock_unit(unit, by=actor.name, actor=system, now=now)


def lock_unit(unit: Received, *, by: str, actor: Actor, now: datetime) -> None:
    """Lock one accepted report below, and let its station know."""
    unit.state = RECEIVED_FLOW.advance("lock", state=unit.state, actor=actor)
    unit.save(update_fields=["state"])
    if unit.station_id is not None and unit.counted is not None:
        send(
            LOCKED,
            unit,
            to=unit.station_id,
            key=f"{unit.counted.number}:locked:{now.isoformat()}",
            body={"version": unit.counted.number, "by": by, "place": current_station().name},
            now=now,
        )
