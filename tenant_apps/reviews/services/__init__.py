"""What a station does with a file that was sent up to it, and what it tells those below.

The station works on the picture that was sent. Each decision is written here, then sent down the way
the file came, so that every station on the way and the home station show where it stands.
"""

from tenant_apps.notices.services import end_over_notices as end_finished_notices
from tenant_apps.notices.services import raise_objection
from tenant_apps.reviews.services.assigning import URGED, UrgedLately, assign, hear_urge, urge
from tenant_apps.reviews.services.deciding import (
    NoMeansCheck,
    OwnReview,
    accept,
    approve,
    confirm_means,
    refuse,
    return_down,
)
from tenant_apps.reviews.services.looking import ComparedItem, look_at, look_at_items, reveal
from tenant_apps.reviews.services.many import MANY, Outcome, take_step_on_many
from tenant_apps.reviews.services.means import (
    CheckIsOpen,
    ConflictMaterial,
    ConflictUnsettled,
    ItemsMissing,
    NotAuthorised,
    conclude_check,
    note_overdue_checks,
    recall_check,
    request_check,
)
from tenant_apps.reviews.services.means_items import ItemAnswer, record_answer, settle_item
from tenant_apps.reviews.services.means_lists import (
    Intake,
    NothingToSend,
    batch_workbook,
    send_checks,
    take_in_answers,
)
from tenant_apps.reviews.services.meetings import (
    MeetingDisagreed,
    MeetingNeeded,
    Said,
    note_meeting,
)
from tenant_apps.reviews.services.noticing import answer_objection, publish_notice, renew_notice
from tenant_apps.reviews.services.photos import (
    PHOTO_SENT,
    PHOTOS_ASKED,
    NoPhotos,
    ask_for_photos,
    keep_photo,
    photos_of,
    send_photos,
)
from tenant_apps.reviews.services.second_look import (
    SECOND_LOOK_REFUSED,
    pass_question_up,
    pass_question_up_again,
    take_up_second_look,
)
from tenant_apps.reviews.services.steps import DECIDED, review_key
from tenant_apps.reviews.services.travelling import (
    RECALL_REFUSED,
    decide_again,
    follow,
    forward,
    forward_again,
    is_followed,
    receive,
    was_sent_on,
    withdraw,
)

__all__ = [
    "DECIDED",
    "MANY",
    "PHOTOS_ASKED",
    "PHOTO_SENT",
    "RECALL_REFUSED",
    "SECOND_LOOK_REFUSED",
    "URGED",
    "CheckIsOpen",
    "ComparedItem",
    "ConflictMaterial",
    "ConflictUnsettled",
    "Intake",
    "ItemAnswer",
    "ItemsMissing",
    "MeetingDisagreed",
    "MeetingNeeded",
    "NoMeansCheck",
    "NoPhotos",
    "NotAuthorised",
    "NothingToSend",
    "Outcome",
    "OwnReview",
    "Said",
    "UrgedLately",
    "accept",
    "answer_objection",
    "approve",
    "ask_for_photos",
    "assign",
    "batch_workbook",
    "conclude_check",
    "confirm_means",
    "decide_again",
    "end_finished_notices",
    "follow",
    "forward",
    "forward_again",
    "hear_urge",
    "is_followed",
    "keep_photo",
    "look_at",
    "look_at_items",
    "note_meeting",
    "note_overdue_checks",
    "pass_question_up",
    "pass_question_up_again",
    "photos_of",
    "publish_notice",
    "raise_objection",
    "recall_check",
    "receive",
    "record_answer",
    "refuse",
    "renew_notice",
    "request_check",
    "return_down",
    "reveal",
    "review_key",
    "send_checks",
    "send_photos",
    "settle_item",
    "take_in_answers",
    "take_step_on_many",
    "take_up_second_look",
    "urge",
    "was_sent_on",
    "withdraw",
]
