"""What a worker may ask of a station, and what the station may do with what it knows."""

from tenant_apps.privacy.selectors import access_history, consent_withdrawn
from tenant_apps.privacy.services.answering import grant_look, refuse_look
from tenant_apps.privacy.services.asking import (
    AskedAlready,
    PictureExpired,
    look_at_picture,
    request_look,
    wipe_expired,
    withdraw_request,
)
from tenant_apps.privacy.services.consents import (
    GivenAlready,
    NothingToWithdraw,
    give_consent,
    withdraw_consent,
)
from tenant_apps.privacy.services.corrections import (
    TooManyWaiting,
    accept_correction,
    read_correction,
    refuse_correction,
    request_correction,
)
from tenant_apps.privacy.services.disposing import (
    SamePerson,
    StillToBeKept,
    confirm_deletion,
    keep_longer,
    propose_disposal,
    remind_of_old_files,
    withdraw_disposal,
)
from tenant_apps.privacy.services.exporting import SubjectExport, export_subject
from tenant_apps.privacy.services.forgetting import (
    forget_old_outsiders,
    forget_outsider,
    may_forget,
)
from tenant_apps.privacy.services.sweeping import purge_imports, purge_papers, purge_remarks

__all__ = [
    "AskedAlready",
    "GivenAlready",
    "NothingToWithdraw",
    "PictureExpired",
    "SamePerson",
    "StillToBeKept",
    "SubjectExport",
    "TooManyWaiting",
    "accept_correction",
    "access_history",
    "confirm_deletion",
    "consent_withdrawn",
    "export_subject",
    "forget_old_outsiders",
    "forget_outsider",
    "give_consent",
    "grant_look",
    "keep_longer",
    "look_at_picture",
    "may_forget",
    "propose_disposal",
    "purge_imports",
    "purge_papers",
    "purge_remarks",
    "read_correction",
    "refuse_correction",
    "refuse_look",
    "remind_of_old_files",
    "request_correction",
    "request_look",
    "wipe_expired",
    "withdraw_consent",
    "withdraw_disposal",
    "withdraw_request",
]
