"""Many people at the same moment, each with connections of their own; nobody is awaited for ever."""

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db import connections

from bangfu.kernel.errors import DomainError

# Crowds with a dozen acts each take a minute or two on a machine that does much else.
PATIENCE_SECONDS = 600
CROWD = 32


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Begin all acts together; return in their order what each answered, or how it was refused.

    Raises:
        ExceptionGroup: what else ended some of them.
        TimeoutError: some did not end.
    """
    answers = _together(acts)
    broken = [one for one in answers if _is_broken(one)]
    if broken:
        raise ExceptionGroup(f"{len(broken)} of {len(acts)} ended with an error", broken)
    return answers


def crowd(work: Callable[[int], Any], *, size: int = CROWD) -> list[Exception]:
    """Let so many people, numbered from 0, do the same together; return the errors that ended some of them.

    Raises:
        TimeoutError: some did not end.
    """
    answers = _together([partial(work, number) for number in range(size)])
    return [one for one in answers if isinstance(one, Exception)]


def _is_broken(answer: object) -> bool:
    return isinstance(answer, Exception) and not isinstance(answer, DomainError)


def _together(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    start = threading.Barrier(len(acts))
    answers: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            start.wait(timeout=PATIENCE_SECONDS)
            answers[place] = act()
        except Exception as error:  # noqa: BLE001  (whatever ended it, the caller is told)
            answers[place] = error
        finally:
            connections.close_all()

    # One that hangs is no reason for the process of the tests to go on for ever after them.
    threads = [
        threading.Thread(target=run, args=numbered, daemon=True) for numbered in enumerate(acts)
    ]
    deadline = time.monotonic() + PATIENCE_SECONDS
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    left = sum(thread.is_alive() for thread in threads)
    if left:
        raise TimeoutError(f"{left} of {len(acts)} did not end within {PATIENCE_SECONDS} s")
    return answers
