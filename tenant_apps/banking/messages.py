"""What reconciliation asks of the bank every night and on demand."""

from __future__ import annotations

from shared_apps.reconciliation.models import BreakKind
from shared_apps.reconciliation.proofs import Difference, finds
from tenant_apps.banking.balance import differences


@finds(BreakKind.BANK)
def bank_against_books() -> list[Difference]:
    """Give every break between the bank and the books."""
    return differences()
