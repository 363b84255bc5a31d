"""One archive of many parts, written as it is fetched: it is never whole in memory nor on the disk."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime

from bangfu.kernel import clock


class _Outlet(io.BytesIO):
    """What an archive is written to; what was drained is gone, and only its length is remembered."""

    def __init__(self) -> None:
        super().__init__()
        self._drained = 0

    def tell(self) -> int:
        return self._drained + super().tell()

    def seek(self, position: int, whence: int = io.SEEK_SET, /) -> int:
        if whence == io.SEEK_SET:
            position -= self._drained
        return self._drained + super().seek(position, whence)

    def drain(self) -> bytes:
        """Give what was written since the last time."""
        written = self.getvalue()
        self._drained += len(written)
        super().seek(0)
        self.truncate(0)
        return written


def archive(parts: Iterable[tuple[str, bytes]], *, made_at: datetime) -> Iterator[bytes]:
    """Write parts, each a name and its content, as a ZIP; the same parts give the same bytes.

    Parts are stored as they are: a PDF is compressed already. Holds one part at a time.
    """
    outlet = _Outlet()
    stamp = made_at.astimezone(clock.LOCAL)
    day = (stamp.year, stamp.month, stamp.day, stamp.hour, stamp.minute, 0)
    with zipfile.ZipFile(outlet, "w", compression=zipfile.ZIP_STORED) as written:
        for name, content in parts:
            written.writestr(zipfile.ZipInfo(name, date_time=day), content)
            yield outlet.drain()
    yield outlet.drain()
