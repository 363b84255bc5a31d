"""Forms of transfers, donations and plans. Amounts are typed in yuan and given on in fen."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel import clock
from bangfu.ui.forms import TakesProblems
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.funds.models import Fund
from tenant_apps.sources.models import DonationKind, DonationState, Side, TransferState
from tenants.models import Station

_DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


def yuan_field(label: Any, **more: Any) -> forms.DecimalField:
    """A field for an amount in yuan with two decimals."""
    return forms.DecimalField(label=label, max_digits=15, decimal_places=2, min_value=0, **more)


def fen(amount: Decimal | None) -> int:
    """Return an amount in yuan as fen."""
    return int((amount or Decimal()) * 100)


class TransferSearchForm(forms.Form):
    """What to look for among transfers."""

    words = forms.CharField(
        label=gettext_lazy("拨款编号、对方、用途"), required=False, max_length=60
    )
    side = forms.ChoiceField(label=gettext_lazy("方向"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("状态"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        blank = ("", _("全部"))
        self.fields["side"].choices = [blank, *Side.choices]  # type: ignore[attr-defined]
        self.fields["state"].choices = [blank, *TransferState.choices]  # type: ignore[attr-defined]


class TransferForm(TakesProblems):
    """A planned transfer."""

    to = forms.ChoiceField(label=gettext_lazy("收款站点"))
    fund = forms.ChoiceField(label=gettext_lazy("资金"))
    amount = yuan_field(gettext_lazy("金额（元）"))
    year = forms.IntegerField(label=gettext_lazy("年度"), min_value=2000, max_value=2099)
    payee = forms.CharField(label=gettext_lazy("收款账户户名"), max_length=100)
    purpose = forms.CharField(
        label=gettext_lazy("用途"),
        max_length=200,
        help_text=gettext_lazy("收款站点不能更改资金来源和用途，专款专用。"),
    )

    def __init__(
        self, *args: Any, partners: Sequence[Station], funds: Sequence[Fund], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", _("请选择")),
            *((one.code, one.name) for one in partners),
        ]
        self.fields["fund"].choices = _fund_choices(funds)  # type: ignore[attr-defined]
        self.fields["year"].initial = clock.today().year


class MeetingsForm(forms.Form):
    """The two meetings that decide on money."""

    chair_met_on = forms.DateField(label=gettext_lazy("主席办公会日期"), widget=_DAY)
    chair_decided = forms.CharField(label=gettext_lazy("主席办公会决定"), max_length=200)
    party_met_on = forms.DateField(label=gettext_lazy("党组会日期"), widget=_DAY)
    party_decided = forms.CharField(label=gettext_lazy("党组会审定意见"), max_length=200)


class RecallForm(forms.Form):
    """How much unused money is asked back, and why."""

    amount = yuan_field(gettext_lazy("收回金额（元）"))
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)


class ReportForm(forms.Form):
    """What was used of the money."""

    used = yuan_field(gettext_lazy("已使用金额（元）"))
    report = forms.CharField(
        label=gettext_lazy("使用说明"), max_length=500, widget=forms.Textarea({"rows": 3})
    )


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)


class WordsForm(forms.Form):
    """What is said of a donation."""

    words = forms.CharField(
        label=gettext_lazy("说明"), max_length=500, widget=forms.Textarea({"rows": 3})
    )


class ReturnForm(forms.Form):
    """How much of a donation goes back to its donor, and why."""

    amount = yuan_field(gettext_lazy("退还金额或估价（元）"))
    words = forms.CharField(
        label=gettext_lazy("退还原因"), max_length=200, widget=forms.Textarea({"rows": 3})
    )


class DonationSearchForm(forms.Form):
    """What to look for among donations."""

    words = forms.CharField(
        label=gettext_lazy("捐赠编号、物资、意愿"), required=False, max_length=60
    )
    kind = forms.ChoiceField(label=gettext_lazy("类型"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("状态"), required=False)
    campaign = forms.ChoiceField(label=gettext_lazy("募捐活动"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        blank = ("", _("全部"))
        campaigns = CODE_LISTS["donation_campaign"].choices(blank=_("全部"))
        self.fields["kind"].choices = [blank, *DonationKind.choices]  # type: ignore[attr-defined]
        self.fields["state"].choices = [blank, *DonationState.choices]  # type: ignore[attr-defined]
        self.fields["campaign"].choices = campaigns  # type: ignore[attr-defined]


class DonationForm(TakesProblems):
    """A promise of money or goods."""

    kind = forms.ChoiceField(label=gettext_lazy("类型"), choices=DonationKind.choices)
    donor = forms.CharField(label=gettext_lazy("捐赠人或单位"), max_length=60)
    is_anonymous = forms.BooleanField(label=gettext_lazy("对外匿名"), required=False)
    amount = yuan_field(gettext_lazy("金额或估价（元）"))
    campaign = forms.ChoiceField(label=gettext_lazy("募捐活动"), required=False)
    fund = forms.ChoiceField(label=gettext_lazy("捐款记入的资金"), required=False)
    goods = forms.CharField(
        label=gettext_lazy("物资名称、数量和单位"), max_length=200, required=False
    )
    wish = forms.CharField(label=gettext_lazy("捐赠意愿"), max_length=200, required=False)

    def __init__(self, *args: Any, funds: Sequence[Fund], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        campaigns = CODE_LISTS["donation_campaign"].choices(blank=_("请选择"))
        self.fields["campaign"].choices = campaigns  # type: ignore[attr-defined]
        self.fields["fund"].choices = _fund_choices(funds)  # type: ignore[attr-defined]


class PlanForm(TakesProblems):
    """What should come to a fund in a year."""

    year = forms.IntegerField(label=gettext_lazy("年度"), min_value=2000, max_value=2099)
    planned = yuan_field(gettext_lazy("计划金额（元）"))


class RuleForm(TakesProblems):
    """What a donor laid down for a named fund."""

    students = forms.IntegerField(label=gettext_lazy("资助名额"), min_value=1, max_value=10_000)
    each = yuan_field(gettext_lazy("每人每年（元）"))
    until = forms.IntegerField(
        label=gettext_lazy("截止年度"),
        min_value=2000,
        max_value=2099,
        required=False,
        help_text=gettext_lazy("不填表示至毕业，按一年承诺核对余额，并提示可持续年数。"),
    )


class ShareForm(TakesProblems):
    """What share of its donations goes to the station above."""

    part = yuan_field(gettext_lazy("上缴（元）"))
    whole = yuan_field(gettext_lazy("每到账（元）"))


class PayeeForm(TakesProblems):
    """To whose account the share goes."""

    payee = forms.CharField(label=gettext_lazy("收款账户户名"), max_length=100)


def _fund_choices(funds: Sequence[Fund]) -> list[tuple[str, str]]:
    return [("", _("请选择")), *((str(fund.pk), f"{fund.code} {fund.name}") for fund in funds)]
