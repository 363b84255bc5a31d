"""Keys of rows: UUID version 7, so that new rows of a station lie together in its indexes, in their order."""

import secrets
import threading
import time
from uuid import UUID

# A clock that was put back by more than this is believed; within it the order of what was made goes before the clock.
_SLACK_NS = 1_000_000_000


def uuid7() -> UUID:
    """Return a fresh UUIDv7: 60 bits of time in quarters of a microsecond, then 62 random bits.

    In one process each is greater than the one before, so that rows made in one millisecond keep their order.

    Source: RFC 9562, sections 5.7 and 6.2 (method 3, and the handling of a clock that is put back).
    """
    time_60 = _ORDER.next()
    milliseconds, fraction = time_60 >> 12, time_60 & 0xFFF
    return UUID(
        int=(milliseconds << 80)
        | (0x7 << 76)
        | (fraction << 64)
        | (0b10 << 62)
        | secrets.randbits(62)
    )


class _Order:
    """What the last key of this process said of its time, in ticks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> int:
        now = _ticks(time.time_ns())
        with self._lock:
            if self._last - _ticks(_SLACK_NS) < now <= self._last:
                now = self._last + 1
            self._last = now
        return now


def _ticks(nanoseconds: int) -> int:
    """Return milliseconds with twelve binary places."""
    return (nanoseconds << 12) // 1_000_000


_ORDER = _Order()
