"""The papers of the platform, each a title and blocks of text."""

from tenant_apps.documents.papers.aid import (
    aid_approval,
    aid_minutes,
    decided_row,
    meeting_name,
    minutes_subject,
    minutes_title,
)
from tenant_apps.documents.papers.blocks import Sheet
from tenant_apps.documents.papers.household import (
    Household,
    Leaving,
    Stamp,
    Visit,
    application,
    approval,
    authorisation,
    exit_confirmation,
    file_cover,
)
from tenant_apps.documents.papers.lists import (
    RosterRow,
    means_request,
    notice_sheet,
    roster,
)
from tenant_apps.documents.papers.payouts import Part, payout_roster, payout_slip
from tenant_apps.documents.papers.sources import donation_receipt, transfer_letter
from tenant_apps.documents.papers.vouchers import voucher_sheet

__all__ = [
    "Household",
    "Leaving",
    "Part",
    "RosterRow",
    "Sheet",
    "Stamp",
    "Visit",
    "aid_approval",
    "aid_minutes",
    "application",
    "approval",
    "authorisation",
    "decided_row",
    "donation_receipt",
    "exit_confirmation",
    "file_cover",
    "means_request",
    "meeting_name",
    "minutes_subject",
    "minutes_title",
    "notice_sheet",
    "payout_roster",
    "payout_slip",
    "roster",
    "transfer_letter",
    "voucher_sheet",
]
