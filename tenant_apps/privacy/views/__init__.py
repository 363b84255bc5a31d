"""Pages of privacy: what is kept and why, one household, requests to look, old files."""

from tenant_apps.privacy.views.looks import (
    act_on_look,
    look_detail,
    look_list,
    look_new,
    look_picture,
)
from tenant_apps.privacy.views.retention import (
    act_on_disposal,
    certificate,
    disposal_detail,
    forget,
    propose,
    retention,
)
from tenant_apps.privacy.views.subjects import (
    act_on_correction,
    ask_correction,
    correction_detail,
    corrections,
    export,
    fields_map,
    subject,
    word_of_consent,
)

__all__ = [
    "act_on_correction",
    "act_on_disposal",
    "act_on_look",
    "ask_correction",
    "certificate",
    "correction_detail",
    "corrections",
    "disposal_detail",
    "export",
    "fields_map",
    "forget",
    "look_detail",
    "look_list",
    "look_new",
    "look_picture",
    "propose",
    "retention",
    "subject",
    "word_of_consent",
]
