"""A worker that notices when its own heart has stopped."""

import os
import threading
import time
from collections.abc import Callable

import structlog

SILENCE_SECONDS = 120.0
EXIT_CODE = 70

log = structlog.get_logger(__name__)


def _end_this_process() -> None:
    # Not sys.exit: the main thread is what hangs. Whoever supervises the worker starts it again, and
    # tasks it had not acknowledged go to another.
    os._exit(EXIT_CODE)


class Heartbeat:
    """Ends the process when the worker's main loop has been silent too long."""

    def __init__(
        self,
        *,
        silence_seconds: float = SILENCE_SECONDS,
        end: Callable[[], None] = _end_this_process,
    ) -> None:
        self._silence_seconds = silence_seconds
        self._end = end
        self._last = time.monotonic()

    def beat(self) -> None:
        """Note that the main loop lives."""
        self._last = time.monotonic()

    def watch(self) -> None:
        """Watch from a thread of its own, from now on."""
        self.beat()
        threading.Thread(target=self._watch, name="heartbeat", daemon=True).start()

    def _watch(self) -> None:
        while (silent := time.monotonic() - self._last) < self._silence_seconds:
            time.sleep(self._silence_seconds / 12)
        log.error("worker_silent", seconds=round(silent))
        self._end()
