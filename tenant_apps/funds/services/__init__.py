"""Everything that is done in the ledger."""

from tenant_apps.funds.services.events import (
    appropriate_budget,
    execute_budget,
    receive_bank_line,
    release_budget,
    reserve_budget,
)
from tenant_apps.funds.services.exporting import export_books
from tenant_apps.funds.services.keeping import (
    close_fund,
    close_period,
    open_fund,
    open_year,
    reopen_period,
)
from tenant_apps.funds.services.locking import lock_open_years
from tenant_apps.funds.services.posting import post_journal, reverse_journal
from tenant_apps.funds.services.promising import check_promises
from tenant_apps.funds.services.vouchers import (
    BY_HAND,
    check_voucher,
    propose_reversal,
    propose_voucher,
    propose_year,
    return_voucher,
)

__all__ = [
    "BY_HAND",
    "appropriate_budget",
    "check_promises",
    "check_voucher",
    "close_fund",
    "close_period",
    "execute_budget",
    "export_books",
    "lock_open_years",
    "open_fund",
    "open_year",
    "post_journal",
    "propose_reversal",
    "propose_voucher",
    "propose_year",
    "receive_bank_line",
    "release_budget",
    "reopen_period",
    "reserve_budget",
    "return_voucher",
    "reverse_journal",
]
