"""Workbooks handed out: the template of a station, and the rows of an import that need correcting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import Problem
from bangfu.kernel.tenancy import current_station
from shared_apps.audit.services import record
from shared_apps.importing.models import Outcome, Row
from tenant_apps.imports.payloads import Bundle
from tenant_apps.imports.selectors import get_run, rows_to_correct, stations_offered_to
from tenant_apps.imports.writing import FaultyRow, error_workbook, template_workbook
from tenants.models import Level

_READ_AT_ONCE = 500


def station_template(*, actor: Actor) -> bytes:
    """The empty form of the station in force, as a workbook.

    Raises:
        NotPermitted: the actor may not import.
    """
    actor.require("import.run")
    station = current_station()
    below = stations_offered_to(station)
    # A city or county mostly fills in rows for others, and would otherwise overlook its own code.
    return template_workbook(
        station_code=station.code,
        stations_below=below,
        is_prefilled=not below or station.level >= Level.TOWNSHIP,
    )


def export_errors(run_id: UUID, *, actor: Actor, now: datetime) -> bytes:
    """The faulty rows of an import as they were typed, with what is wrong; the audit chain notes it.

    Raises:
        NotPermitted, NotFound: the actor may not import, or there is no such import here.
    """
    actor.require("import.run")
    run = get_run(run_id)
    rows = rows_to_correct(run)
    record(
        event="import.errors_exported",
        actor=actor,
        subject=("import", run.pk),
        data={"rows": rows.count()},
        now=now,
    )
    return error_workbook(_faulty(rows.iterator(chunk_size=_READ_AT_ONCE)))


def _faulty(rows: Iterator[Row]) -> Iterator[FaultyRow]:
    for row in rows:
        problems = [Problem(**one) for one in row.problems]
        if row.outcome == Outcome.REFUSED:
            problems.append(
                Problem(
                    code="refused", message=row.reason, field="household_no", row=row.number,
                    column=_("户序号"),
                )
            )  # fmt: skip
        yield FaultyRow(Bundle.from_text(row.payload.reveal()), problems)
