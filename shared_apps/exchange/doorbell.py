"""Tell a worker that a station has messages. Losing the bell costs seconds, never a message."""

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def ring(station_id: int) -> None:
    """Ask a worker to deliver what waits for ``station_id``; the sweeper does it if nobody hears."""
    try:
        current_app.send_task("relay.deliver", args=[station_id], retry=False, ignore_result=True)
    except (OperationalError, OSError) as error:
        log.warning("doorbell_unheard", recipient=station_id, error=str(error))
