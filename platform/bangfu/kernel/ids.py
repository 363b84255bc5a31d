"""Keys of rows: UUID version 7, so that new rows of a station lie together in its indexes."""

import secrets
import time
from uuid import UUID


def uuid7() -> UUID:
    """Return a fresh UUIDv7: 48 bits of milliseconds, then 74 random bits.

    Source: RFC 9562, section 5.7.
    """
    milliseconds = time.time_ns() // 1_000_000
    random = secrets.randbits(74)
    high, low = random >> 62, random & ((1 << 62) - 1)
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low)
