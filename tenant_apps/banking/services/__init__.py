"""Everything that is done with bank statements."""

from tenant_apps.banking.services.exporting import export_reconciliation
from tenant_apps.banking.services.handling import (
    CLOSE_CREDIT,
    CLOSE_DEBIT,
    confirm_line,
    look_again,
    propose_closing,
    propose_match,
    return_line,
)
from tenant_apps.banking.services.posting import confirm_statement, post, withdraw_statement
from tenant_apps.banking.services.uploading import read_in, upload_statement
from tenant_apps.banking.services.working import go_on

__all__ = [
    "CLOSE_CREDIT",
    "CLOSE_DEBIT",
    "confirm_line",
    "confirm_statement",
    "export_reconciliation",
    "go_on",
    "look_again",
    "post",
    "propose_closing",
    "propose_match",
    "read_in",
    "return_line",
    "upload_statement",
    "withdraw_statement",
]
