"""Pages of papers."""

from tenant_apps.documents.views.downloads import (
    batch,
    content,
    downloads,
    progress,
    remove,
)
from tenant_apps.documents.views.printing import (
    means_request,
    of_aid,
    of_aid_meeting,
    of_donation,
    of_file,
    of_meeting,
    of_notice,
    of_payout,
    of_payout_line,
    of_review,
    of_transfer,
    of_voucher,
    register,
)
from tenant_apps.documents.views.templates import template, template_reset, templates
from tenant_apps.documents.views.verifying import verify, verify_number

__all__ = [
    "batch",
    "content",
    "downloads",
    "means_request",
    "of_aid",
    "of_aid_meeting",
    "of_donation",
    "of_file",
    "of_meeting",
    "of_notice",
    "of_payout",
    "of_payout_line",
    "of_review",
    "of_transfer",
    "of_voucher",
    "progress",
    "register",
    "remove",
    "template",
    "template_reset",
    "templates",
    "verify",
    "verify_number",
]
