"""The events of the audit chain, and the messages between stations, in words: about what, and what was done.

An event is stored as ``about.act``, which never changes; people read its words, with the code beside them. A code
without words is shown as it is: nothing is hidden from whoever audits.
"""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text
from shared_apps.audit.about import ABOUT
from shared_apps.audit.words import ACTS

# Where the same act means something of its own.
_EXACT: dict[str, Text] = {
    "audit.anchored": _("封存校验值"),
    "benefit.issue": _("发放"),
    "card.apply": _("申请证卡"),
    "card.issue": _("审核发证"),
    "fund.closed": _("关闭"),
    "payout.answer": _("上传回盘文件"),
    "payout.approve": _("主席签批"),
    "payout.check": _("财务复核通过"),
    "payout.close": _("办结归档"),
    "payout.send": _("登记已提交银行"),
    "sample.answered": _("登记回访"),
    "sample.asked": _("下达统一抽样"),
    "sample.recalled": _("收回统一抽样"),
    "session.locked": _("多次输错，暂时锁定"),
    "transfer.check": _("复核"),
}


def about_words(event: str) -> Text:
    """Say what an event is about; nothing where the code has no words."""
    return ABOUT.get(event.partition(".")[0], "")


def act_words(event: str) -> Text:
    """Say what was done; nothing where the code has no words."""
    return _EXACT.get(event) or ACTS.get(event.partition(".")[2], "")


def code_words(code: str) -> Text:
    """Say the code of an event or a message in words; the code itself where it has none."""
    about, act = about_words(code), act_words(code)
    return f"{about} · {act}" if about and act else code
