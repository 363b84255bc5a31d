"""The one lock of the books: whoever counts before they post, or promises before they pay, takes it first.

The order of locks is the same everywhere: the record that is acted on, then the open years, then the month, then the
accounts in the order of their keys, then the audit chain.
"""

from __future__ import annotations

from tenant_apps.funds.models import Period, PeriodState


def lock_open_years() -> list[Period]:
    """Hold the books of the years that are open until the transaction ends, oldest first; nothing is posted meanwhile.

    The call is made inside a transaction. None are returned only where no year is open.
    """
    opened = Period.objects.filter(month=0, state=PeriodState.OPEN).order_by("year")
    while True:
        held = list(opened.select_for_update())
        # A year that was closed while this one waited for it drops out: the one opened in its stead is held instead.
        if held or not opened.exists():
            return held
