"""``python -m bangfu.local.leash <starter> <program> …``: run a program that ends with its starter.

The kernel sends SIGTERM when the starter is gone, however it went; so a killed ``bangfu up`` leaves
no web or worker processes behind.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(starter: int, *command: str) -> None:
    """Tie this process to its starter and become the program."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != starter:
        sys.exit("the starter is gone already")
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
