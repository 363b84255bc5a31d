"""The files that go to a bank and come back: one interface, one layout a bank.

Nothing here knows the database. A file is read whole or refused whole, and what refuses it names the line, the
field and the remedy, and the type of break it is. The layouts are described in docs/bank-files.md.
"""

from tenant_apps.payouts.bankfile.judging import MOVES, Change, Expected, judge
from tenant_apps.payouts.bankfile.layouts import LAYOUTS, Layout, layout_of
from tenant_apps.payouts.bankfile.terms import (
    LARGEST_BYTES,
    MOST_LINES,
    FileRefused,
    Instruction,
    Payment,
    Reply,
    ReplyRow,
    Status,
)

__all__ = [
    "LARGEST_BYTES",
    "LAYOUTS",
    "MOST_LINES",
    "MOVES",
    "Change",
    "Expected",
    "FileRefused",
    "Instruction",
    "Layout",
    "Payment",
    "Reply",
    "ReplyRow",
    "Status",
    "judge",
    "layout_of",
]
