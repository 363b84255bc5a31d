"""Of which kind a break is that the auditor found: by what it looked at."""

from __future__ import annotations

from collections.abc import Mapping

from shared_apps.reconciliation.models import BreakKind

# The first words of a check, the longer before the shorter; everything else is about the books themselves.
_BY_FIRST_WORDS: tuple[tuple[str, BreakKind], ...] = (
    ("ends-of-a-goods-", BreakKind.GOODS),
    ("ends-of-a-", BreakKind.TRANSFER),
    ("transfers-", BreakKind.TRANSFER),
    ("goods-", BreakKind.GOODS),
    ("stock-", BreakKind.GOODS),
    ("movement-", BreakKind.GOODS),
    ("food-", BreakKind.GOODS),
    ("card-", BreakKind.CARDS),
    ("settle", BreakKind.CARDS),
    ("month-settled-", BreakKind.CARDS),
    ("purchase-", BreakKind.CARDS),
    ("aid-", BreakKind.GRANT),
    ("need-", BreakKind.GRANT),
    ("held-", BreakKind.GRANT),
    ("batch-", BreakKind.PAYOUT),
    ("item-paid-", BreakKind.PAYOUT),
    ("paid-", BreakKind.PAYOUT),
    ("line-paid-", BreakKind.PAYOUT),
    ("spent-", BreakKind.PAYOUT),
    ("payouts-", BreakKind.PAYOUT),
)
# What one look of the auditor at a station may find.
AUDITED = (
    BreakKind.LEDGER,
    *dict.fromkeys(kind for _words, kind in _BY_FIRST_WORDS),
)
# What one comparison may find, where it is more than its own kind.
FOUND_WITH: Mapping[BreakKind, tuple[BreakKind, ...]] = {BreakKind.LEDGER: AUDITED}


def kind_of_check(check: str) -> BreakKind:
    """Say of which kind a finding of the auditor is."""
    return next(
        (kind for words, kind in _BY_FIRST_WORDS if check.startswith(words)), BreakKind.LEDGER
    )
