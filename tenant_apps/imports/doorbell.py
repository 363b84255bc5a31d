"""Tell a worker that an import waits. Losing the bell costs a minute: a sweeper rings for what is left."""

from __future__ import annotations

from uuid import UUID

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

from shared_apps.importing.models import RunState

log = structlog.get_logger(__name__)

TASKS = {
    RunState.CHECKING: "imports.check",
    RunState.CONFIRMING: "imports.confirm",
    RunState.UNDOING: "imports.undo",
}


def ring(station_id: int, run_id: UUID, state: str) -> None:
    """Ask a worker to go on with an import that is in a working state."""
    task = TASKS[RunState(state)]
    try:
        current_app.send_task(task, args=[station_id, str(run_id)], retry=False, ignore_result=True)
    except (OperationalError, OSError) as error:
        log.warning("doorbell_unheard", task=task, run=str(run_id), error=str(error))
