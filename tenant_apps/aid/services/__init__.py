"""Everything that is done with applications for aid."""

from tenant_apps.aid.services.approving import (
    Minutes,
    approve_application,
    decide_in_meeting,
    help_at_once,
    ratify_in_party_group,
)
from tenant_apps.aid.services.asking import decide_asked
from tenant_apps.aid.services.caring import (
    agree_to_payee,
    close_application,
    correct_payee,
    feed_back,
    reveal_payee,
    take_in_papers,
)
from tenant_apps.aid.services.chasing import chase, chase_all
from tenant_apps.aid.services.drafting import Asked, change_application, open_application
from tenant_apps.aid.services.listing import (
    Bulk,
    change_amounts,
    decide_many,
    hand_in_many,
    leave_out_many,
    list_person,
    propose_list,
    put_back,
    put_back_many,
    ratify_many,
    review_many,
)
from tenant_apps.aid.services.moving import (
    accept_application,
    check_application,
    decline_application,
    open_and_submit,
    refuse_application,
    return_application,
    review_application,
    submit_application,
    withdraw_application,
)
from tenant_apps.aid.services.nobody import report_nobody, take_back_nobody
from tenant_apps.aid.services.noticing import answer_objection
from tenant_apps.aid.services.paying import (
    batch_applications,
    note_not_paid,
    note_paid,
    note_returned,
    unbatch_application,
)

__all__ = [
    "Asked",
    "Bulk",
    "Minutes",
    "accept_application",
    "agree_to_payee",
    "answer_objection",
    "approve_application",
    "batch_applications",
    "change_amounts",
    "change_application",
    "chase",
    "chase_all",
    "check_application",
    "close_application",
    "correct_payee",
    "decide_asked",
    "decide_in_meeting",
    "decide_many",
    "decline_application",
    "feed_back",
    "hand_in_many",
    "help_at_once",
    "leave_out_many",
    "list_person",
    "note_not_paid",
    "note_paid",
    "note_returned",
    "open_and_submit",
    "open_application",
    "propose_list",
    "put_back",
    "put_back_many",
    "ratify_in_party_group",
    "ratify_many",
    "refuse_application",
    "report_nobody",
    "return_application",
    "reveal_payee",
    "review_application",
    "review_many",
    "submit_application",
    "take_back_nobody",
    "take_in_papers",
    "unbatch_application",
    "withdraw_application",
]
