"""What books of the past are refused for."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import DomainError


class BookKeptAlready(DomainError):
    """The same file was taken in before and still counts."""

    code = "book-kept-already"
    message = _(
        "这个文件已于 %(day)s 录入（%(source)s），不能重复计数。如需重录，请先撤销上一次录入。"
    )


class HeadingsMissing(DomainError):
    """The sheet lacks columns without which no row can be read."""

    code = "headings-missing"
    http_status = 422
    message = _("没有找到列：%(columns)s。请使用下载的模板填写，列名放在第一行。")


class NothingToKeep(DomainError):
    """No row of the file can be kept."""

    code = "nothing-to-keep"
    http_status = 422
    message = _("文件里没有可以录入的行。")
