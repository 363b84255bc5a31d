"""A run of the machine taken again, and made shorter: what can be left out of it, is."""

from django.db import DatabaseError

from bangfu.kernel.errors import DomainError
from shared_apps.exchange.errors import OtherBodyUnderKey
from tests.faults.life_walk import Violation

WRONG = (Violation, DatabaseError, DomainError, OtherBodyUnderKey)


def what_goes_wrong(machine, steps):
    """Take steps one after another; return what was wrong and how many were taken, or None.

    A step that is not possible any more, because one before it was left out, does nothing.
    """
    run = machine()
    wrong = None
    try:
        for name, given in steps:
            getattr(run, name)(**given)
    except WRONG as error:
        wrong = error
    try:
        run.teardown()
    except WRONG as error:
        wrong = error
    return None if wrong is None else (wrong, list(run.taken))


def shortened(machine, steps, *, tries):
    """Leave out of steps what the failure does not need, in halves, quarters and so on.

    Returns the failure of the shortest run and its steps, after so many tries at most. A failure of another
    kind is as good: each is one.

    Raises:
        LookupError: the steps do not fail.
    """
    found = what_goes_wrong(machine, steps)
    if found is None:
        raise LookupError("the run does not fail when it is taken again")
    size = (len(found[1]) + 1) // 2
    while size and tries > 0:
        place = 0
        while place < len(found[1]) and tries > 0:
            tries -= 1
            rest = found[1][:place] + found[1][place + size :]
            less = what_goes_wrong(machine, rest)
            if less is None:
                place += size
            else:
                found = less
        size //= 2
    return found
