"""What a station does with a file that was sent up to it, and what it tells those below.

The station works on the picture that was sent. Each decision is written here, then sent down the way
the file came, so that every station on the way and the home station show where it stands.
"""

from tenant_apps.notices.services import end_over_notices as end_finished_notices
from tenant_apps.notices.services import raise_objection
from tenant_apps.reviews.services.deciding import (
    OwnReview,
    accept,
    approve,
    confirm_means,
    refuse,
    return_down,
)
from tenant_apps.reviews.services.looking import look_at, reveal
from tenant_apps.reviews.services.noticing import answer_objection, publish_notice
from tenant_apps.reviews.services.steps import DECIDED, review_key
from tenant_apps.reviews.services.travelling import (
    RECALL_REFUSED,
    follow,
    forward,
    receive,
    withdraw,
)

__all__ = [
    "DECIDED",
    "RECALL_REFUSED",
    "OwnReview",
    "accept",
    "answer_objection",
    "approve",
    "confirm_means",
    "end_finished_notices",
    "follow",
    "forward",
    "look_at",
    "publish_notice",
    "raise_objection",
    "receive",
    "refuse",
    "return_down",
    "reveal",
    "review_key",
    "withdraw",
]
