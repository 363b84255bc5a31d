"""Pages of reviews: the desk, one file as it was sent up, the steps, outside checks and meetings."""

from tenant_apps.reviews.views.desk import assign_chosen, desk, take_many
from tenant_apps.reviews.views.detail import detail, reveal
from tenant_apps.reviews.views.means import (
    batch,
    batch_list,
    checks,
    note_answer,
    send_list,
    settle,
    take_in,
)
from tenant_apps.reviews.views.meetings import meeting, meeting_new, meetings
from tenant_apps.reviews.views.steps import step

__all__ = [
    "assign_chosen",
    "batch",
    "batch_list",
    "checks",
    "desk",
    "detail",
    "meeting",
    "meeting_new",
    "meetings",
    "note_answer",
    "reveal",
    "send_list",
    "settle",
    "step",
    "take_in",
    "take_many",
]
