"""Signatures as a canvas sends them."""

import base64
import struct
import zlib

WIDTH, HEIGHT = 300, 120


def signature(seed: int = 1, *, blank: bool = False) -> str:
    """A PNG of some strokes as a data address; every seed gives another."""
    rows = []
    for y in range(HEIGHT):
        row = bytearray(4 * WIDTH)
        for x in range(WIDTH):
            if not blank and (x * (seed + 3) + y * y) % 41 < 3:
                row[4 * x : 4 * x + 4] = b"\x11\x18\x27\xff"
        rows.append(b"\0" + bytes(row))
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 6, 0, 0, 0)),
            _chunk(b"IDAT", zlib.compress(b"".join(rows))),
            _chunk(b"IEND", b""),
        )
    )
    return "data:image/png;base64," + base64.b64encode(data).decode()


def picture(seed: int = 1) -> bytes:
    """The same as a file, for scans and photos."""
    return base64.b64decode(signature(seed).partition(",")[2])


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
