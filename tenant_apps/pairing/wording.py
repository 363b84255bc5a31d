"""What happened to helpers, pairings and visits, in words."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text

_ACTIONS: dict[str, Text] = {
    "propose": _("拟结对"),
    "owed": _("列入应访"),
    "duty.planned": _("安排走访"),
    "duty.cancelled": _("不再需要"),
    "contact.recorded": _("走访联系"),
    "contact.followed_up": _("走访跟进"),
    "contact.withdrawn": _("撤回走访记录"),
    "round.opened": _("提出走访名单"),
    "round.extended": _("补充走访名单"),
    "round.closed": _("结束走访"),
}


def action_label(action: str) -> Text:
    """Name an act that is no step of a flow; one nobody named is shown as it is."""
    return _ACTIONS.get(action, action)
