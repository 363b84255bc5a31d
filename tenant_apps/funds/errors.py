"""What the ledger refuses."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import DomainError


class BelowFloor(DomainError):
    """An account would fall below its floor: there is not that much money, or budget."""

    code = "below-floor"
    message = _(
        "%(account)s（%(fund)s）余额 %(balance)s 元，不足 %(asked)s 元。请先落实资金或调减金额。"
    )


class PromisedAlready(DomainError):
    """Money would leave a fund that promised it: names were published, or its donor's rule runs on."""

    code = "promised-already"
    message = _(
        "资金“%(fund)s”已承诺 %(committed)s 元，本次要动用 %(wanted)s 元，扣除承诺后只剩 %(left)s 元可动用。"
        "请减少金额，或先落实捐款、退回尚未批准的申请。"
    )


class PeriodNotOpen(DomainError):
    """The day lies in a month that is closed, or in a year that was not opened."""

    code = "period-not-open"
    message = _("%(month)s 未开账或已结账，不能记账。请改用未结账月份的日期，或由负责人重新开账。")


class EventTaken(DomainError):
    """Another journal was posted under this kind and reference."""

    code = "event-posted-otherwise"
    message = _("“%(ref)s”已经记账，内容不同。请核对凭证 %(journal)s。")


class SamePerson(DomainError):
    """Whoever made a voucher may not check it."""

    code = "maker-is-checker"
    http_status = 403
    message = _("制单人不能复核自己的凭证，请由另一人复核。")


class FundClosed(DomainError):
    """The fund takes no journals any more."""

    code = "fund-closed"
    message = _("资金“%(fund)s”已经关闭，不能记账。")


class FundNotEmpty(DomainError):
    """A fund with a balance cannot be closed."""

    code = "fund-not-empty"
    message = _("资金“%(fund)s”还有余额：%(account)s %(balance)s 元。请先结清再关闭。")


class OutsidePurpose(DomainError):
    """The fund is earmarked for something else."""

    code = "outside-purpose"
    message = _("资金“%(fund)s”专款专用，不能用于%(programme)s。")


class NotReversible(DomainError):
    """A reversal, or what opened a year, is not reversed."""

    code = "not-reversible"
    message = _("冲销凭证和结转凭证不能再冲销。请另制凭证更正。")


class ReversedAlready(DomainError):
    """A journal is reversed once."""

    code = "reversed-already"
    message = _("凭证已被 %(journal)s 冲销，不能再冲销。")


class YearNotInOrder(DomainError):
    """Years are opened one after the other, each after the months before were closed."""

    code = "year-not-in-order"
    message = _("不能开账：%(why)s")


class MonthNotInOrder(DomainError):
    """Months are closed from the first on, and opened again from the last back."""

    code = "month-not-in-order"
    message = _("请按月份顺序办理：%(month)s 须先处理。")


class VoucherDecided(DomainError):
    """Somebody checked, returned or withdrew the voucher."""

    code = "voucher-decided"
    message = _("这张凭证已经办理，请刷新查看。")
