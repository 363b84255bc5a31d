"""Work that is killed at a commit, as a server that dies kills it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from django.db import connection, connections


def killed(work: Callable[[], object], *, at_commit: int) -> bool:
    """Do something in a process that is killed -9 before its n-th commit; say whether it was."""
    connections["default"].close()
    pid = os.fork()
    if pid == 0:
        commit, seen = connection._commit, []

        def deadly_commit():
            seen.append(1)
            if len(seen) == at_commit:
                os.kill(os.getpid(), signal.SIGKILL)
            commit()

        connection._commit = deadly_commit
        try:
            work()
        finally:
            os._exit(0)
    _pid, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)
