"""Pages of household files."""

from tenant_apps.households.views.editing import (
    change_file,
    check_number,
    create_file,
)
from tenant_apps.households.views.explaining import explanation
from tenant_apps.households.views.exporting import export_files
from tenant_apps.households.views.living import (
    event_page,
    exit_page,
    file_again_act,
    head_page,
    helper_act,
    nat_entry_act,
    recheck_page,
    split_page,
    temporary_page,
    transfer_page,
    verify_exit_act,
)
from tenant_apps.households.views.looking import detail, file_list, reveal
from tenant_apps.households.views.members import (
    change_member_page,
    members_panel,
    remove_member_act,
)
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
from tenant_apps.households.views.working import (
    send_chosen,
    transfer_act,
    transfer_all_page,
    transfers_act,
    transfers_page,
    work_page,
)

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
    "event_page",
    "exit_page",
    "explanation",
    "export_files",
    "file_again_act",
    "file_list",
    "head_page",
    "helper_act",
    "mark_seen",
    "members_panel",
    "nat_entry_act",
    "recheck_page",
    "remove_member_act",
    "remove_paper_act",
    "retiering_list",
    "reveal",
    "send_chosen",
    "split_page",
    "submit_act",
    "submit_batch",
    "take_step",
    "temporary_page",
    "transfer_act",
    "transfer_all_page",
    "transfer_page",
    "transfers_act",
    "transfers_page",
    "verify_exit_act",
    "visit_page",
    "work_page",
]
