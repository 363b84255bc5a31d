"""What cards, purchases and settlements refuse."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import DomainError


class NotOnFile(DomainError):
    """Cards and reliefs are for households on file; first the file, then the help (NR20)."""

    code = "not-on-file"
    message = _("只面向在档困难职工家庭。先建档、后帮扶。")


class CardThere(DomainError):
    """The household has a card of this kind."""

    code = "card-there"
    message = _("该户已有“%(kind)s”%(number)s，不能重复办理；遗失的请补办。")


class NumberTaken(DomainError):
    """Another card of this kind carries the number."""

    code = "card-number-taken"
    message = _("证卡编号 %(number)s 已被使用。")


class CardNotValid(DomainError):
    """The card cannot be used on that day."""

    code = "card-not-valid"
    message = _("证卡 %(number)s 当前%(state)s，不能使用。")


class NoCertificate(DomainError):
    """The relief needs a certificate that is valid."""

    code = "no-certificate"
    message = _("该户没有有效的优待证（特困证、医疗卡），不能享受“%(relief)s”。")


class AboveBalance(DomainError):
    """There is not that much on the card."""

    code = "above-balance"
    message = _("卡内余额 %(balance)s 元，不足 %(asked)s 元。")


class NoAgreement(DomainError):
    """Nothing was agreed with the partner for that day."""

    code = "no-agreement"
    message = _("与“%(partner)s”没有 %(day)s 有效的协议。")


class GoodsNotAllowed(DomainError):
    """The card, or the agreement, does not cover such goods."""

    code = "goods-not-allowed"
    message = _("此卡（协议）不能购买“%(goods)s”，可购：%(allowed)s。")


class ReceiptTaken(DomainError):
    """The partner's slip was entered before."""

    code = "receipt-taken"
    message = _("小票号 %(receipt)s 已登记过。")


class MonthSettled(DomainError):
    """The month was settled with the partner."""

    code = "month-settled"
    message = _("%(month)s 已与“%(partner)s”结算，不能再登记。冲正请记入当月。")


class ReversedAlready(DomainError):
    """An entry is taken back once."""

    code = "entry-reversed-already"
    message = _("这笔记录已经冲正，不能再次冲正。")


class StatementDiffers(DomainError):
    """The partner's statement is not what was entered here."""

    code = "statement-differs"
    message = _("对账单与登记不一致（%(count)s 处），请先查明并更正，再重新提交结算。")


class SettlementDecided(DomainError):
    """What waited for a second person was decided."""

    code = "settlement-decided"
    message = _("这项结算已经办理，请刷新查看。")


class SettlementWaits(DomainError):
    """The month waits for its second person."""

    code = "settlement-waits"
    message = _("%(month)s 的结算已提交，等待另一人复核。")


class NothingToSettle(DomainError):
    """Nothing was bought in the month, or no more than was taken back."""

    code = "nothing-to-settle"
    message = _("%(month)s 没有应付的消费；退货多于消费的，差额从以后月份的结算中扣除。")


class OneTicketRule(DomainError):
    """A household was given its tickets of the year."""

    code = "tickets-given"
    message = _("该户本年度已领电影票 %(had)s 张，每户每年 %(most)s 张。")


class CardHeadingsMissing(DomainError):
    """The sheet lacks columns without which no card can be read."""

    code = "card-headings-missing"
    http_status = 422
    message = _("没有找到列：%(columns)s。请使用下载的模板填写，列名放在第一行。")


class NoCardRows(DomainError):
    """No row of the file can be taken in."""

    code = "no-card-rows"
    http_status = 422
    message = _("文件里没有可以导入的证卡。")
