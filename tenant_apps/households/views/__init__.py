"""Pages of household files."""

from tenant_apps.households.views.editing import (
    change_file,
    change_member_page,
    check_number,
    create_file,
    members_panel,
    remove_member_act,
)
from tenant_apps.households.views.explaining import explanation
from tenant_apps.households.views.exporting import export_files
from tenant_apps.households.views.looking import detail, file_list, print_sheet, reveal
from tenant_apps.households.views.moving import (
    add_paper,
    delete_file,
    mark_seen,
    remove_paper_act,
    submit_act,
    submit_batch,
)
from tenant_apps.households.views.retiering import (
    confirm_chosen,
    confirming_progress,
    retiering_list,
)
from tenant_apps.households.views.steps import take_step, visit_page

__all__ = [
    "add_paper",
    "change_file",
    "change_member_page",
    "check_number",
    "confirm_chosen",
    "confirming_progress",
    "create_file",
    "delete_file",
    "detail",
    "explanation",
    "export_files",
    "file_list",
    "mark_seen",
    "members_panel",
    "print_sheet",
    "remove_member_act",
    "remove_paper_act",
    "retiering_list",
    "reveal",
    "submit_act",
    "submit_batch",
    "take_step",
    "visit_page",
]
