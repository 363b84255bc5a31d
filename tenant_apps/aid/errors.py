"""What aid refuses."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import DomainError


class SameNeedTwice(DomainError):
    """Another application, live or paid, is about the same need of the same household or student."""

    code = "same-need-twice"
    message = _("%(name)s 的“%(programme)s”%(cycle)s 已有申请 %(number)s，同一需求不重复帮扶。")


class PayeeDoubtful(DomainError):
    """The bank sent money back: the account has to be corrected, and a second person has to agree."""

    code = "payee-doubtful"
    message = _("申请 %(number)s 的收款账户有误，请先更正并经另一人复核，再列入发放。")


class NotPayable(DomainError):
    """Only what was approved is put into a batch, once."""

    code = "not-payable"
    message = _("申请 %(number)s 当前为“%(state)s”，不能列入发放。")
