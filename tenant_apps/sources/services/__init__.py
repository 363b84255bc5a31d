"""Everything that is done about transfers, donations and what is laid down for funds."""

from tenant_apps.sources.services.claiming import (
    claim_for_transfer,
    unidentified_receipts,
)
from tenant_apps.sources.services.donating import (
    give_receipt,
    move_donation,
    pledge_donation,
    receive_goods,
)
from tenant_apps.sources.services.giving_back import (
    agree_return,
    ask_return,
    stop_return,
    undo_return,
)
from tenant_apps.sources.services.laying_down import (
    lay_down_rule,
    lay_down_share,
    plan_fund,
    plan_share,
)
from tenant_apps.sources.services.planning import (
    Meetings,
    agree_on_received,
    approve_transfer,
    cancel_transfer,
    check_transfer,
    instruct_transfer,
    partners_of,
    plan_transfer,
    recall_transfer,
    report_use,
    settle_transfer,
)

__all__ = [
    "Meetings",
    "agree_on_received",
    "agree_return",
    "approve_transfer",
    "ask_return",
    "cancel_transfer",
    "check_transfer",
    "claim_for_transfer",
    "give_receipt",
    "instruct_transfer",
    "lay_down_rule",
    "lay_down_share",
    "move_donation",
    "partners_of",
    "plan_fund",
    "plan_share",
    "plan_transfer",
    "pledge_donation",
    "recall_transfer",
    "receive_goods",
    "report_use",
    "settle_transfer",
    "stop_return",
    "undo_return",
    "unidentified_receipts",
]
