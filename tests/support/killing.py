"""Work that is killed at a commit, as a server that dies kills it."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable

from django.db import connection, connections

# A fork of a process with threads may find a lock held by a thread it does not have: it is ended then, not awaited.
PATIENCE_SECONDS = 60


def in_a_fork(work: Callable[[], object]) -> int:
    """Do something in a process of its own, which ends with it whatever happens; return its wait status.

    Raises:
        RuntimeError: the work raised an error (its trace is printed), or did not end.
    """
    connections["default"].close()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(PATIENCE_SECONDS)
            work()
            code = 0
        except BaseException:  # noqa: BLE001  (nothing may go on to be a second process of the tests)
            traceback.print_exc()
        finally:
            os._exit(code)
    _pid, status = os.waitpid(pid, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise RuntimeError("the process raised an error; its trace is printed above")
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        raise RuntimeError(f"the process did not end within {PATIENCE_SECONDS} s")
    return status


def killed(work: Callable[[], object], *, at_commit: int = 1, committed: bool = False) -> bool:
    """Do something in a process that is killed -9 before its n-th commit, or right after it; say whether it was."""

    def deadly() -> None:
        commit, seen = connection._commit, []

        def deadly_commit() -> None:
            seen.append(1)
            if len(seen) == at_commit and committed:
                commit()
            if len(seen) == at_commit:
                os.kill(os.getpid(), signal.SIGKILL)
            commit()

        connection._commit = deadly_commit
        work()

    return os.WIFSIGNALED(in_a_fork(deadly))
