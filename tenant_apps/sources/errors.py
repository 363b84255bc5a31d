"""What transfers and donations refuse."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import DomainError


class NoSuchPartner(DomainError):
    """Money goes to a station right below, or a share of a campaign to the one right above."""

    code = "not-a-partner"
    message = _("只能拨付给直属下级站点，或向直接上级上缴。")


class SamePerson(DomainError):
    """Planning, checking and approving are three people's work."""

    code = "not-another-person"
    http_status = 403
    message = _("编制、复核、批准须由三个不同的人办理。")


class BackBeyondUnused(DomainError):
    """More is asked back than the other station confirmed."""

    code = "back-beyond-unused"
    message = _("退还金额须大于零，且不超过对方确认的 %(confirmed)s 元。")


class OverCommitted(DomainError):
    """A named fund would promise more than it has and what was pledged."""

    code = "over-committed"
    message = _(
        "“%(fund)s”承诺 %(committed)s 元，超过余额与认捐合计 %(means)s 元。请减少名额、金额或年限，或先落实捐款。"
    )


class NotReturnable(DomainError):
    """More is to go back to a donor than is left of the donation, or than its fund has free."""

    code = "not-returnable"
    message = _(
        "不能退还 %(asked)s 元：这笔捐赠还剩 %(kept)s 元，所在资金未支出、未占用、未承诺的为 %(free)s 元。"
    )


class ActedOn(DomainError):
    """The pair of a transfer with a bank line cannot be taken back: it went on from there."""

    code = "transfer-acted-on"
    message = _("不能撤销这笔配对：%(why)s")


class NotUnidentified(DomainError):
    """The voucher is not a receipt that waits to be claimed."""

    code = "not-unidentified"
    message = _("这张凭证不是待认领的收款，或已被认领。")
