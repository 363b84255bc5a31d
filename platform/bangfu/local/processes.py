"""Which process is which, without being fooled by recycled process numbers."""

import os
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class ProcessId:
    """One process for good: its number together with its start in clock ticks and the boot."""

    pid: int
    started: int
    boot: str

    @classmethod
    def of(cls, pid: int) -> Self | None:
        """The process that bears this number now; none when nobody does, or only a zombie."""
        try:
            # The name in brackets may itself hold brackets and blanks: what follows the last one counts.
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        except OSError:
            return None
        if fields[0] in {"Z", "X"}:
            return None
        return cls(pid=pid, started=int(fields[19]), boot=boot)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        return cls(pid=int(data["pid"]), started=int(data["started"]), boot=str(data["boot"]))

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    def alive(self) -> bool:
        return type(self).of(self.pid) == self


def end(process: ProcessId, *, patience_seconds: float) -> bool:
    """Ask a process to finish, and kill it when it does not within the given time.

    Returns:
        Whether it finished by itself.
    """
    if _signal(process, signal.SIGTERM):
        deadline = time.monotonic() + patience_seconds
        while time.monotonic() < deadline:
            if not process.alive():
                return True
            time.sleep(0.05)
        _signal(process, signal.SIGKILL)
        while process.alive():
            time.sleep(0.02)
        return False
    return True


def works_in(pid: int, folder: Path) -> bool:
    """Whether the process has its working directory in this very folder."""
    try:
        return Path(f"/proc/{pid}/cwd").samefile(folder)
    except OSError:
        return False


def _signal(process: ProcessId, number: signal.Signals) -> bool:
    if not process.alive():
        return False
    try:
        os.kill(process.pid, number)
    except ProcessLookupError:
        return False
    return True
