"""A signature drawn on a screen: whether there is anything on it."""

from __future__ import annotations

import base64
import binascii
import struct
import zlib

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import InvalidInput, Problem

_START = "data:image/png;base64,"
_HEAD = b"\x89PNG\r\n\x1a\n"
_LARGEST_BYTES = 300_000
_LARGEST_RAW = 4_000_000
# So many bytes of a picture are not blank where somebody wrote at least two characters.
_LEAST_INK = 400


def signature_of(drawn: str) -> bytes:
    """Return the picture that a page sent as a data address.

    Raises:
        InvalidInput: R01 it is no picture of a signature · R02 nothing, or only a dot, was drawn.
    """
    try:
        data = base64.b64decode(drawn.removeprefix(_START), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _refused() from error
    if not drawn.startswith(_START) or not data.startswith(_HEAD) or len(data) > _LARGEST_BYTES:
        raise _refused()
    if _ink(data) < _LEAST_INK:
        raise InvalidInput(
            [
                Problem(
                    code="R02", field="signature",
                    message=_("签名是空的或太短，请领款人本人写下完整姓名。"),
                )
            ]
        )  # fmt: skip
    return data


def _ink(data: bytes) -> int:
    raw, at = zlib.decompressobj(), len(_HEAD)
    pixels = bytearray()
    try:
        while at + 8 <= len(data):
            size, kind = struct.unpack(">I4s", data[at : at + 8])
            if kind == b"IDAT":
                pixels += raw.decompress(data[at + 8 : at + 8 + size], _LARGEST_RAW - len(pixels))
            at += size + 12
            if kind == b"IEND" or len(pixels) >= _LARGEST_RAW:
                break
    except zlib.error as error:
        raise _refused() from error
    return len(pixels) - pixels.count(0)


def _refused() -> InvalidInput:
    return InvalidInput(
        [Problem(code="R01", field="signature", message=_("没有收到签名，请重新签名后提交。"))]
    )
