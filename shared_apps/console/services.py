"""What is done to open stations from above, and by a station to its own profile."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import InvalidInput, Problem
from bangfu.kernel.tenancy import in_network
from shared_apps.audit.services import record
from shared_apps.console.errors import TooFewStandards
from shared_apps.console.rules import PASS_MARK, STANDARDS
from shared_apps.notifications.services import notify
from tenants.lifecycle import STATION_FLOW, move_station
from tenants.models import Station
from tenants.selectors import forget_stations

PROFILE = ("union_name", "union_uscc", "address", "phone", "founded_on", "takes_direct_units")


@transaction.atomic
def accept_station(*, code: str, met: Collection[str], actor: Actor, now: datetime) -> Station:
    """End the trial of a station that meets enough of the ten standards.

    Raises:
        TooFewStandards: fewer than the pass mark are met.

    Source: domain §3.1, I-B01.
    """
    known = sorted(set(met) & set(STANDARDS))
    actor.require("onboarding.decide")
    if len(known) < PASS_MARK:
        raise TooFewStandards(wanted=PASS_MARK, met=len(known))
    return _move(code, "accept", data={"standards": known}, actor=actor, now=now)


@transaction.atomic
def suspend_station(*, code: str, reason: str, actor: Actor, now: datetime) -> Station:
    """Make a station read-only for its people, for a reason they are told.

    Raises:
        InvalidInput: no reason is given.
    """
    if not reason.strip():
        raise InvalidInput([Problem(code="required", field="reason", message=_("请填写理由。"))])
    return _move(code, "suspend", data={"reason": reason}, actor=actor, now=now)


@transaction.atomic
def resume_station(*, code: str, actor: Actor, now: datetime) -> Station:
    """Let a suspended station work again."""
    return _move(code, "resume", data={}, actor=actor, now=now)


@transaction.atomic
def change_profile(
    *, station_id: int, said: Mapping[str, object], actor: Actor, now: datetime
) -> Station:
    """Change what a station says of itself; its name, level and place are the parent's to change."""
    actor.require("settings.manage")
    with in_network():
        station = Station.objects.select_for_update().get(pk=station_id)
        changed = sorted(name for name in PROFILE if getattr(station, name) != said[name])
        for name in changed:
            setattr(station, name, said[name])
        station.save(update_fields=changed or ["phone"])  # type: ignore[no-untyped-call]
    record(
        event="station.profile-changed",
        actor=actor,
        subject=("station", station_id),
        data={"fields": changed},
        now=now,
    )
    forget_stations()
    return station


def _move(
    code: str, action: str, *, data: Mapping[str, object], actor: Actor, now: datetime
) -> Station:
    station = move_station(code, action, actor=actor, now=now)
    record(
        event=f"station.{action}", actor=actor, subject=("station", station.pk), data=data, now=now
    )
    with in_network():
        notify(
            station_id=station.pk,
            capability="settings.view",
            kind=f"station.{action}",
            title=_("上级对本站办理了：%(step)s"),
            params={"step": str(STATION_FLOW.steps[action].label)},
            body=str(data.get("reason", "")),
            now=now,
        )
    return station
