"""Everything that is done with batches."""

from tenant_apps.payouts.services.answering import (
    drop_answer,
    receive_answer,
    use_answer,
    use_or_hold,
)
from tenant_apps.payouts.services.closing import close_batch, differences, reconcile_batch
from tenant_apps.payouts.services.giving_up import finish_giving_up, go_on_giving_up
from tenant_apps.payouts.services.national import enter_nationally, nationally_left
from tenant_apps.payouts.services.preparing import (
    drop_line,
    freeze_batch,
    prepare_batch,
    standing_of,
)
from tenant_apps.payouts.services.receipts import (
    Proxy,
    not_handed_over,
    sign_on_paper,
    sign_on_screen,
)
from tenant_apps.payouts.services.sending import send_batch, take_bank_file
from tenant_apps.payouts.services.signing import (
    approve_batch,
    audit_batch,
    check_batch,
    return_batch,
    void_batch,
)
from tenant_apps.payouts.services.summing import export_summary, note_summary, summed_batch
from tenant_apps.payouts.services.taking import finish_preparing, go_on_preparing
from tenant_apps.payouts.services.waiving import (
    agree_waiver,
    ask_waiver,
    refuse_waiver,
)

__all__ = [
    "Proxy",
    "agree_waiver",
    "approve_batch",
    "ask_waiver",
    "audit_batch",
    "check_batch",
    "close_batch",
    "differences",
    "drop_answer",
    "drop_line",
    "enter_nationally",
    "export_summary",
    "finish_giving_up",
    "finish_preparing",
    "freeze_batch",
    "go_on_giving_up",
    "go_on_preparing",
    "nationally_left",
    "not_handed_over",
    "note_summary",
    "prepare_batch",
    "receive_answer",
    "reconcile_batch",
    "refuse_waiver",
    "return_batch",
    "send_batch",
    "sign_on_paper",
    "sign_on_screen",
    "standing_of",
    "summed_batch",
    "take_bank_file",
    "use_answer",
    "use_or_hold",
    "void_batch",
]
