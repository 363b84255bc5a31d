"""Bring a sum right after a number below it changed, and carry the change up the tree with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import current_station
from shared_apps.notifications.services import notify
from tenant_apps.reports.declarations import get_form
from tenant_apps.reports.drawing import drawn_below
from tenant_apps.reports.models import SEALED, Received, ReceivedState, Report, Version
from tenant_apps.reports.numbers import changes, picture_of
from tenant_apps.reports.selectors import received_link, units_below
from tenant_apps.reports.services.noting import (
    keep_sent,
    locked_report_of,
    note,
    seal,
    send,
    sent_body,
    words_of,
)

RECOMPUTED = "report.recomputed"


def recount(
    report: Report, *, because: Received, former: Version | None, now: datetime
) -> Version | None:
    """Seal a new version of the own report after the counted version of a unit below changed.

    Does nothing while the own report is not sealed: its sum is made when it is sent. The new version says
    which unit, which versions and which cells are why, and goes to the parent, which does the same.
    """
    if report.state not in SEALED or report.version is None:
        return None
    form = get_form(report.form)
    station = current_station()
    facts = drawn_below(form, report.months, station=station)
    picture = picture_of(
        report,
        form,
        station=station,
        below=units_below(report),
        overlaps={key: cell.overlap for key, cell in facts.items()},
    )
    cells = changes(report.version.picture["total"], picture["total"])
    if not cells and picture["below"] == report.version.picture["below"]:
        return None
    counted = because.counted
    cause = {
        "why": "recomputed",
        "unit": because.code,
        "unit_name": because.name,
        "from": former.number if former else 0,
        "to": counted.number if counted else 0,
        "cells": cells,
        "because": counted.cause if counted else {},
        "text": "",
    }
    version = seal(report.pk, picture, cause=cause, by=because.name, now=now)
    report.version = version
    report.changed_at = now
    report.save(update_fields=["version", "changed_at"])
    actor = Actor.system("report", station=station)
    note(
        report,
        "recompute",
        before=report.state,
        text=because.name,
        actor=actor,
        now=now,
        data={
            "version": version.number,
            "digest": bytes(version.digest).hex(),
            "unit": because.code,
            "cells": sorted(cells),
        },
    )
    if not report.is_top and station.parent_id is not None:
        send(
            RECOMPUTED,
            report,
            to=station.parent_id,
            key=f"{version.number}",
            body=sent_body(report, version),
            now=now,
        )
    return version


@transaction.atomic(savepoint=False)
def hear_recomputed(body: Mapping[str, Any], *, sender_id: int, now: datetime) -> None:
    """Take over the new sum of a station below, whose own number the parent there agreed to correct."""
    report = locked_report_of(body["form"], body["period"])
    unit = (
        Received.objects.select_for_update(of=("self",))
        .select_related("latest", "counted")
        .filter(form=body["form"], period=body["period"], station_id=sender_id)
        .first()
    )
    if report is None or unit is None or unit.latest is None:
        return
    if unit.latest.number >= body["version"]:
        return
    former = unit.counted
    keep_sent(unit, body, now=now)
    stands = former is not None and unit.state != ReceivedState.SUBMITTED
    if stands:
        unit.counted = unit.latest
    unit.save(update_fields=["latest", "counted"])
    note(
        unit,
        "recompute",
        before=unit.state,
        text=body["by"],
        actor=Actor.system("report", station=current_station()),
        place=unit.name,
        now=now,
        data={"version": body["version"], "digest": body["digest"]},
    )
    if stands:
        recount(report, because=unit, former=former, now=now)
        _tell(unit, now=now)


def _tell(unit: Received, *, now: datetime) -> None:
    notify(
        station_id=current_station().id,
        capability="report.review",
        kind="report",
        title=gettext_noop("%(unit)s更正后，%(form)s（%(period)s）的汇总数已重新计算"),
        params=words_of(unit),
        link=received_link(unit.pk),
        now=now,
    )
