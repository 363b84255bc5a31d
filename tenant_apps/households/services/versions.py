"""Versions of a file and the facts that follow from them."""

from __future__ import annotations

import base64
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import Secret
from bangfu.kernel.tenancy import current_station
from shared_apps.register.models import FileSerial
from shared_apps.rollup.services import record_facts
from tenant_apps.households.indicators import counted_of, facts_of_step
from tenant_apps.households.mapping import draft_of
from tenant_apps.households.models import (
    HouseholdFile,
    HouseholdMember,
    HouseholdVersion,
)
from tenant_apps.households.selectors import clear_rule

_NOT_KEPT = frozenset({"id_no_hash", "card_no_hash", "computation"})


@transaction.atomic(savepoint=False)
def record_version(
    *,
    file: HouseholdFile,
    event: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
    effective_on: date | None = None,
    is_counted_already: bool = False,
) -> HouseholdVersion:
    """Freeze what a file says now, and record what this changes in the roll-up.

    Call it in the transaction that changed the file, after the change is saved and the file's row is
    locked. `event` is the step of the flow. The facts are those of the difference to the version
    before, in the month of `effective_on`, which is today unless given. `is_counted_already` is for a
    file that moved: the station that took it in recorded the facts of both.
    """
    on = effective_on or clock.local_day(now)
    members = list(file.members.order_by("position"))
    # Not the picture of the version before, which is large.
    before = file.versions.order_by("-number").values_list("number", "counted").first()
    number, counted_before = before or (0, None)
    clears = clear_rule(station=current_station(), on=on)
    counted = counted_of(file, draft_of(file, members), on=on, clears=clears)
    version = HouseholdVersion(
        file=file,
        number=number + 1,
        effective_on=on,
        state=file.state,
        event=event,
        counted=counted,
        snapshot=snapshot_of(file, members),
        reason=reason,
        made_by_id=actor.user_id,
        made_by=actor.name,
        made_at=now,
    )
    version.save(force_insert=True)
    if is_counted_already:
        return version
    facts = facts_of_step(
        counted_before,
        counted,
        on=on,
        state=file.state,
        event=event,
        exit_reason=file.exit_reason,
        exit_measure=file.exit_measure,
    )
    if facts:
        record_facts(facts, now=now)
    return version


def snapshot_of(file: HouseholdFile, members: list[HouseholdMember]) -> dict[str, Any]:
    """Give every column of a file and its members as JSON; what is sealed stays sealed (base64)."""
    return {**_columns(file), "members": [_columns(member) for member in members]}


def give_file_number(*, file: HouseholdFile, station_code: str, now: datetime) -> str:
    """Give a file its number: station code, year, serial of four digits or more.

    Unique, not gapless: a number of a transaction that failed is given again, that of a refused
    file is not. Locks the serial of the year until the commit.
    """
    year = clock.local_day(now).year
    station_id = current_station().id
    FileSerial.objects.get_or_create(station_id=station_id, year=year)
    serial = FileSerial.objects.select_for_update().get(station_id=station_id, year=year)
    serial.last += 1
    serial.save(update_fields=["last"])
    file.file_no = f"{station_code}{year}{serial.last:04d}"
    return file.file_no


def _columns(row: HouseholdFile | HouseholdMember) -> dict[str, Any]:
    return {
        field.name: _plain(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.name not in _NOT_KEPT and not field.is_relation
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Secret):
        return {"sealed": base64.b64encode(value.sealed()).decode()}
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | bool | None) else str(value)
