"""Do the step a statement waits for: at once when it is small, by a worker when it is not."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from bangfu.kernel import doorbell
from shared_apps.bankfiles.models import Statement, StatementState
from tenant_apps.banking.services.posting import post
from tenant_apps.banking.services.uploading import read_in

WORK = "banking.work_on"
ANSWERED_AT_ONCE = 200


def go_on(statement: Statement, *, now: datetime) -> Statement:
    """Read or post, as the state of the statement says; return it as it stands then."""
    if not statement.is_working:
        return statement
    if statement.state == StatementState.READING or statement.lines_total > ANSWERED_AT_ONCE:
        station_id, key = statement.station_id, str(statement.pk)
        transaction.on_commit(lambda: _ring(station_id, key))
        return statement
    work_on(statement.pk, now=now)
    statement.refresh_from_db()
    return statement


def work_on(statement_id: UUID, *, now: datetime) -> None:
    """Do the step a statement of the station in force waits for; one that waits for none is passed over."""
    read_in(statement_id, now=now)
    post(statement_id, now=now)


def _ring(station_id: int, key: str) -> None:
    doorbell.ring(WORK, station_id, key)
