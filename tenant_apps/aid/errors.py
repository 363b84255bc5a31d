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


class NotEligible(DomainError):
    """The programme does not allow it; every reason is said."""

    code = "not-eligible"
    message = _("不符合帮扶条件：%(reasons)s")


class NeverOwnEntry(DomainError):
    """Whoever entered, or reviewed, an application does not decide on it."""

    code = "never-own-entry"
    http_status = 403
    message = _("不能审核或批准本人录入、本人审核过的申请，请由另一人办理。")


class NoFundChosen(DomainError):
    """Nothing is granted without saying from which fund."""

    code = "no-fund-chosen"
    message = _("请先选择资金来源。")


class NotUrgentEnough(DomainError):
    """The programme knows no urgent path."""

    code = "no-urgent-path"
    message = _("这个项目没有急救先行的额度。")


class PapersMissing(DomainError):
    """Urgent help was given before the papers: they have to come before it is closed."""

    code = "papers-missing"
    message = _("急救先行的材料还没有补齐，不能办结。")


class FundOverCommitted(DomainError):
    """A fund of donations would promise more than it has and what was pledged to it."""

    code = "fund-over-committed"
    message = _(
        "资金“%(fund)s”已承诺 %(committed)s 元，本次需承诺 %(wanted)s 元%(years)s，余额和认捐中只剩 %(left)s 元可承诺。"
        "请减少人数或金额，或先落实捐款。"
    )


class NoPlaceLeft(DomainError):
    """The donor wants so many people aided a year, and so many are."""

    code = "no-place-left"
    message = _(
        "资金“%(fund)s”按捐赠约定每年资助 %(places)s 人，已定 %(committed)s 人，本次再增 1 人，剩余名额 %(left)s 人。"
        "请改用其他资金，或先与捐赠人商定增加名额。"
    )


class AboveDonorsSum(DomainError):
    """The donor wants so much given to one person a year."""

    code = "above-donors-sum"
    message = _(
        "资金“%(fund)s”按捐赠约定每人每年 %(each)s 元，%(name)s 本年已定 %(committed)s 元，"
        "本次 %(wanted)s 元，只剩 %(left)s 元。请减少金额，或改用其他资金。"
    )
