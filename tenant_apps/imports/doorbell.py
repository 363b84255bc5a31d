"""Tell a worker that an import waits. Losing the bell costs a minute: a sweeper rings for what is left."""

from __future__ import annotations

from uuid import UUID

from bangfu.kernel import doorbell
from shared_apps.importing.models import RunState

TASKS = {
    RunState.CHECKING: "imports.check",
    RunState.CONFIRMING: "imports.confirm",
    RunState.UNDOING: "imports.undo",
}


def ring(station_id: int, run_id: UUID, state: str) -> None:
    """Ask a worker to go on with an import that is in a working state."""
    doorbell.ring(TASKS[RunState(state)], station_id, str(run_id))
