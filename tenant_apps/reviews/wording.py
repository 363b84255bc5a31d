"""What happened to a review, in words, where the flow has no step of that name."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text
from tenant_apps.households.flow import FILE_FLOW

_ACTIONS: dict[str, Text] = {
    "receive": _("收到上报"),
    "recall_refused": _("下级申请撤回，已受理不予撤回"),
}


def action_label(action: str) -> Text:
    """Name an act on a review; what was decided above is named as the home station names it."""
    if action in FILE_FLOW.steps:
        return FILE_FLOW.steps[action].label
    return _ACTIONS.get(action, action)
