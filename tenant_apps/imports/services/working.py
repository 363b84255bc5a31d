"""Do the step an import waits for: at once when it is small, by a worker when it is not."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shared_apps.importing.models import Run, RunState
from tenant_apps.imports import doorbell
from tenant_apps.imports.services.checking import check_import
from tenant_apps.imports.services.confirming import apply_import
from tenant_apps.imports.services.undoing import take_back_import

ANSWERED_AT_ONCE = 200
"""Up to so many rows the person who uploads waits for the result."""

_STEPS = {
    RunState.CHECKING: check_import,
    RunState.CONFIRMING: apply_import,
    RunState.UNDOING: take_back_import,
}


def go_on(run: Run, *, now: datetime) -> Run:
    """Check, import or take back, as the state of the import says; returns it as it stands then."""
    step = _STEPS.get(RunState(run.state))
    if step is None:
        return run
    if run.total_rows > ANSWERED_AT_ONCE:
        transaction.on_commit(lambda: doorbell.ring(run.station_id, run.pk, run.state))
        return run
    step(run.pk, now=now)
    run.refresh_from_db()
    return run
