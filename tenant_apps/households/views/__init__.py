"""Pages of household files."""

from tenant_apps.households.views.editing import (
    change_file,
    change_member_page,
    check_number,
    create_file,
    members_panel,
    remove_member_act,
)
from tenant_apps.households.views.exporting import export_files
from tenant_apps.households.views.looking import detail, file_list, print_sheet, reveal
from tenant_apps.households.views.moving import (
    add_paper,
    delete_file,
    remove_paper_act,
    submit_act,
    submit_batch,
)
from tenant_apps.households.views.steps import take_step, visit_page

__all__ = [
    "add_paper",
    "change_file",
    "change_member_page",
    "check_number",
    "create_file",
    "delete_file",
    "detail",
    "export_files",
    "file_list",
    "members_panel",
    "print_sheet",
    "remove_member_act",
    "remove_paper_act",
    "reveal",
    "submit_act",
    "submit_batch",
    "take_step",
    "visit_page",
]
