"""Signatures of invented people, as the canvas of a phone sends them: a few strokes that follow from the name."""

from __future__ import annotations

import base64
import struct
import zlib
from random import Random

_WIDTH, _HEIGHT = 300, 120
_INK = b"\x11\x18\x27\xff"
_PER_CHARACTER, _POINTS = 4, 60


def signature_of_name(name: str, *, seed: str) -> str:
    """Return strokes for each character of a name as a data address; another seed gives another hand."""
    chance = Random(f"{seed}:{name}")  # noqa: S311
    pixels = bytearray(4 * _WIDTH * _HEIGHT)
    step = min(80, (_WIDTH - 40) // max(len(name), 1))
    for at in range(len(name)):
        left = 20 + at * step
        for _stroke in range(_PER_CHARACTER):
            corners = [
                (left + chance.randint(0, step - 12), chance.randint(18, _HEIGHT - 22))
                for _corner in range(3)
            ]
            _draw(pixels, corners)
    rows = b"".join(
        b"\0" + bytes(pixels[4 * _WIDTH * y : 4 * _WIDTH * (y + 1)]) for y in range(_HEIGHT)
    )
    head = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 6, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        (_chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(rows)), _chunk(b"IEND", b""))
    )
    return "data:image/png;base64," + base64.b64encode(data).decode()


def _draw(pixels: bytearray, corners: list[tuple[int, int]]) -> None:
    """Draw one curve through three corners, three pixels thick."""
    (x0, y0), (x1, y1), (x2, y2) = corners
    for point in range(_POINTS + 1):
        t = point / _POINTS
        x = round((1 - t) ** 2 * x0 + 2 * t * (1 - t) * x1 + t**2 * x2)
        y = round((1 - t) ** 2 * y0 + 2 * t * (1 - t) * y1 + t**2 * y2)
        for dy in range(3):
            for dx in range(3):
                at = 4 * (_WIDTH * min(y + dy, _HEIGHT - 1) + min(x + dx, _WIDTH - 1))
                pixels[at : at + 4] = _INK


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
