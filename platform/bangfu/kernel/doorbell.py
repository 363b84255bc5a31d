"""Ring for a worker. Losing the bell costs seconds, never work: whatever waits is found by a sweep."""

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

    def ring(self, task: str, args: list[object]) -> bool:
        if time.monotonic() < self.quiet_until:
            return False
        try:
            current_app.send_task(task, args=args, retry=False, ignore_result=True)
        except (OperationalError, OSError) as error:
            self.quiet_until = time.monotonic() + QUIET_SECONDS
            log.warning("doorbell_unheard", task=task, error=str(error))
            return False
        return True


_bell = _Bell()


def ring(task: str, *args: object) -> bool:
    """Ask a worker to run ``task`` soon; say whether the broker took it.

    Never raises, and never waits for a broker that is down. ``args`` are plain values.
    """
    return _bell.ring(task, list(args))
