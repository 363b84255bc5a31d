"""What documents refuse, each with the words a person reads."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import DomainError


class NothingToPrint(DomainError):
    """No record was chosen, or none that this paper is about."""

    code = "nothing-to-print"
    http_status = 422
    message = _("没有可以打印的记录，请先勾选。")


class TooManyPapers(DomainError):
    """More papers at once than one file may hold."""

    code = "too-many-papers"
    http_status = 422
    message = _("一次最多打印 %(most)s 份，请缩小范围后分批打印。")


class TooManyRows(DomainError):
    """More rows than one export may hold."""

    code = "too-many-rows"
    http_status = 422
    message = _("一次最多导出 %(most)s 户，请先缩小查询范围。")


class PaperNotOfThis(DomainError):
    """This kind of paper does not exist for such a record."""

    code = "paper-not-of-this"
    http_status = 422
    message = _("这条记录没有这种文书，请另选一种。")


class DownloadNotReady(DomainError):
    """The file is not there: still being made, failed, or removed."""

    code = "download-not-ready"
    http_status = 409
    message = _("文件还在生成、未能生成或已清除，请刷新下载中心查看。")


class DownloadWorking(DomainError):
    """What is being made right now cannot be removed."""

    code = "download-working"
    http_status = 409
    message = _("正在生成，完成后才能删除。")


class TemplateRefused(DomainError):
    """The uploaded Word template is not to be trusted, or names what does not exist."""

    code = "template-refused"
    http_status = 422
    message = _("不能使用这个模板：%(why)s")


class TooManyChecks(DomainError):
    """One address verified too often within an hour."""

    code = "too-many-checks"
    http_status = 429
    message = _("查验过于频繁，请一小时后再试，或拨打帮扶中心电话核实。")
