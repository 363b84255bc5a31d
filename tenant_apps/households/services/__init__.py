"""What can be done with a file up to its submission, and what every later step needs."""

from tenant_apps.households.services.drafting import (
    FileChanged,
    NotEditable,
    Saved,
    add_member,
    change_draft,
    change_member,
    delete_draft,
    open_draft,
    open_drafts,
    remove_member,
    replace_draft,
)
from tenant_apps.households.services.papers import mark_paper, mark_papers_seen, remove_paper
from tenant_apps.households.services.revealing import record_export, reveal_field
from tenant_apps.households.services.submitting import Submission, submit_file, submit_files
from tenant_apps.households.services.versions import (
    give_file_number,
    record_version,
    snapshot_of,
)

__all__ = [
    "FileChanged",
    "NotEditable",
    "Saved",
    "Submission",
    "add_member",
    "change_draft",
    "change_member",
    "delete_draft",
    "give_file_number",
    "mark_paper",
    "mark_papers_seen",
    "open_draft",
    "open_drafts",
    "record_export",
    "record_version",
    "remove_member",
    "remove_paper",
    "replace_draft",
    "reveal_field",
    "snapshot_of",
    "submit_file",
    "submit_files",
]
