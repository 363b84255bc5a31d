"""Tell a worker that a station waits to be opened. Losing the bell costs seconds: a sweep finds it."""

from uuid import UUID

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def ring(application_id: UUID) -> None:
    """Ask a worker to open the station of an approved application."""
    _send("onboarding.open", str(application_id))


def ring_for_waiting() -> None:
    """Ask a worker to open whatever waits."""
    _send("onboarding.open_waiting")


def _send(task: str, *args: str) -> None:
    try:
        current_app.send_task(task, args=list(args), retry=False, ignore_result=True)
    except (OperationalError, OSError) as error:
        log.warning("doorbell_unheard", task=task, error=str(error))
