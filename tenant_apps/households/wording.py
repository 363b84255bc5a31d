"""What happened to a file, in words, where the flow has no step of that name."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text

_ACTIONS: dict[str, Text] = {
    "open": _("新建草稿"),
    "change": _("修改"),
    "recheck": _("复核"),
    "retiered": _("按新标准重算困难类别"),
    "retier_undone": _("撤销重算，恢复原困难类别"),
    "report_event": _("登记家庭情况变更"),
    "nat_entry": _("登记全国系统录入"),
    "name_helper": _("明确帮扶责任人"),
    "open_temporary": _("建立临时救助档"),
    "change_head": _("变更户主"),
    "split": _("分户"),
    "filed_again": _("返困重新建档"),
    "verify_exit": _("退出核查"),
    "transfer_accepted": _("对方同意接收"),
    "recall_refused": _("未能撤回：上级已受理"),
    "contact.recorded": _("走访联系"),
    "contact.followed_up": _("走访跟进"),
    "contact.withdrawn": _("撤回走访记录"),
    "pairing.note": _("原站点结对情况"),
}


def action_label(action: str) -> Text:
    """Name an act on a file; one nobody named is shown as it is."""
    return _ACTIONS.get(action, action)
