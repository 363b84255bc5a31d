"""Tell a worker that a station has messages. Losing the bell costs seconds, never a message."""

import time

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)

# After a bell that nobody heard, how long none is rung: acts must not wait for a broker that is down.
QUIET_SECONDS = 5.0


class _Bell:
    """The bell of this process."""

    def __init__(self) -> None:
        self.quiet_until = 0.0

    def ring(self, station_id: int) -> bool:
        """Ring and say whether the broker took it."""
        if time.monotonic() < self.quiet_until:
            return False
        try:
            current_app.send_task(
                "relay.deliver", args=[station_id], retry=False, ignore_result=True
            )
        except (OperationalError, OSError) as error:
            self.quiet_until = time.monotonic() + QUIET_SECONDS
            log.warning("doorbell_unheard", recipient=station_id, error=str(error))
            return False
        return True


_bell = _Bell()


def ring(station_id: int) -> bool:
    """Ask a worker to deliver what waits for ``station_id``; the sweeper does it if nobody hears.

    Returns whether the broker took it. Never raises, and never waits for a broker that is down.
    """
    return _bell.ring(station_id)
