"""What payouts refuse."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import DomainError


class SignedAlready(DomainError):
    """Four people sign a batch; none of them twice."""

    code = "signed-already"
    http_status = 403
    message = _(
        "您已在批次 %(number)s 上以“%(part)s”签过，编制、复核、经审、签批须由四人分别办理。"
    )


class PaidBefore(DomainError):
    """Another line holds the application: it was paid, or may have been."""

    code = "paid-before"
    message = _("申请 %(numbers)s 已在其他批次发放或等待银行结果，不能重复列入。请刷新后重新选择。")


class BeingPrepared(DomainError):
    """Another batch, which a worker puts together, is to hold the application."""

    code = "being-prepared"
    message = _("申请 %(numbers)s 正在编入批次 %(batch)s，不能重复列入。请刷新后重新选择。")


class FileMissing(DomainError):
    """The batch has no file yet, or is paid in cash."""

    code = "no-bank-file"
    message = _("批次 %(number)s 没有银行文件。")


class FileAltered(DomainError):
    """The kept file is not the one that was signed."""

    code = "bank-file-altered"
    message = _("批次 %(number)s 的银行文件与封存时的摘要不符，已停止使用。请保护现场并上报。")


class AnswerWaits(DomainError):
    """A return file waits for the bank's statement; another has to wait its turn."""

    code = "answer-waits"
    message = _(
        "批次 %(number)s 已有回盘文件等待银行流水入账，入账后自动生效。请先导入银行对账单；传错了文件的，先撤下再上传。"
    )


class NotExpected(DomainError):
    """What the bank booked is not what the batch waits for."""

    code = "not-expected"
    message = _("批次 %(number)s 等待 %(expected)s 元，银行记账 %(booked)s 元，不能对上。")


class NotReconciled(DomainError):
    """Something of the batch is still open."""

    code = "not-reconciled"
    message = _("批次 %(number)s 还不能对账：%(why)s")


class NotFinished(DomainError):
    """Something is missing before a batch is put away."""

    code = "not-finished"
    message = _("批次 %(number)s 还不能办结：%(why)s")


class WaivedByOne(DomainError):
    """Two people say that a batch is not entered in the national system."""

    code = "waived-by-one"
    http_status = 403
    message = _("批次 %(number)s 免于录入全国系统是您申请的，须由另一人审批。")


class SignedFor(DomainError):
    """A line is signed for once."""

    code = "signed-for"
    message = _("这一笔已经签收。")


class NotPaidYet(DomainError):
    """Only what reached the person is signed for."""

    code = "not-paid-yet"
    message = _("这一笔当前为“%(state)s”，款到账后才能签收。")
