"""What the work on bank statements may be refused for."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import DomainError


class SameHands(DomainError):
    """Whoever brought a statement, or proposed a pair, may not check it."""

    code = "maker-is-checker"
    http_status = 403
    message = _("导入或配对的人不能自己复核，请由另一人复核。")


class StatementMoved(DomainError):
    """The statement is not in the state for this step."""

    code = "statement-moved"
    message = _("对账单已经办理或正在处理，请刷新查看。")


class LineMoved(DomainError):
    """The line is not in the state for this step."""

    code = "bank-line-moved"
    message = _("这笔流水已经办理，请刷新查看。")


class NotExpected(DomainError):
    """Nothing of that kind and reference is expected, or it goes the other way or is less."""

    code = "not-expected"
    message = _("没有这项待收待付（%(ref)s），或方向、金额不相容。请刷新后重选。")


class StaysPosted(DomainError):
    """What was posted of the line cannot be taken back here: another station was told, or the money went on."""

    code = "bank-line-stays"
    message = _("这笔已告知对方或已继续办理，不能撤销；请在原业务中退回或更正。")
