"""What happened to a review, in words, where the flow has no step of that name."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text
from tenant_apps.households.flow import FILE_FLOW

_ACTIONS: dict[str, Text] = {
    "receive": _("收到上报"),
    "recall_refused": _("下级申请撤回，已受理不予撤回"),
    "check_sent": _("核对名单已发送"),
    "check_answered": _("收到核对反馈"),
    "conflict_settled": _("核实出入"),
    "deliberated": _("会议研究"),
    "second_look": _("申请人申请复核"),
    "second_look_refused": _("复核申请未受理"),
    "photos_asked": _("调取走访照片"),
    "assigned": _("转办"),
    "urged": _("催办"),
}


def action_label(action: str) -> Text:
    """Name an act on a review; what was decided above is named as the home station names it."""
    if action in FILE_FLOW.steps:
        return FILE_FLOW.steps[action].label
    return _ACTIONS.get(action, action)
