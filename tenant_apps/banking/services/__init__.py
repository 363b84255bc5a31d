"""Everything that is done with bank statements."""

from tenant_apps.banking.services.entering import CLOSE_CREDIT, CLOSE_DEBIT, propose_closing
from tenant_apps.banking.services.exporting import export_reconciliation
from tenant_apps.banking.services.handling import (
    confirm_line,
    look_again,
    propose_match,
    return_line,
    reveal_account,
)
from tenant_apps.banking.services.posting import confirm_statement, post, withdraw_statement
from tenant_apps.banking.services.refunding import call_off_refund, propose_refund
from tenant_apps.banking.services.undoing import can_undo, propose_undoing
from tenant_apps.banking.services.uploading import read_in, upload_statement
from tenant_apps.banking.services.working import WORK, go_on, work_on

__all__ = [
    "CLOSE_CREDIT",
    "CLOSE_DEBIT",
    "WORK",
    "call_off_refund",
    "can_undo",
    "confirm_line",
    "confirm_statement",
    "export_reconciliation",
    "go_on",
    "look_again",
    "post",
    "propose_closing",
    "propose_match",
    "propose_refund",
    "propose_undoing",
    "read_in",
    "return_line",
    "reveal_account",
    "upload_statement",
    "withdraw_statement",
    "work_on",
]
