"""Forms of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.ui.forms import TakesProblems
from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.funds.chart import CHART
from tenant_apps.funds.models import Book, Fund, JournalKind
from tenant_apps.funds.rules import Leg, worded_account
from tenant_apps.funds.services import BY_HAND

_DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
ROWS = 4


class JournalSearchForm(forms.Form):
    """What to look for among the vouchers."""

    words = forms.CharField(label=gettext_lazy("摘要、凭证号"), required=False, max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("类型"), required=False)
    since = forms.DateField(label=gettext_lazy("从"), required=False, widget=_DAY)
    until = forms.DateField(label=gettext_lazy("到"), required=False, widget=_DAY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("全部")), *JournalKind.choices]  # type: ignore[attr-defined]


class VoucherForm(TakesProblems):
    """What stands at the head of a voucher."""

    kind = forms.ChoiceField(label=gettext_lazy("凭证类型"))
    effective_on = forms.DateField(label=gettext_lazy("记账日期"), widget=_DAY)
    memo = forms.CharField(label=gettext_lazy("摘要"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(kind.value, kind.label) for kind in BY_HAND]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]


class LegForm(forms.Form):
    """One line of a voucher; left empty it is no line."""

    code = forms.ChoiceField(label=gettext_lazy("科目"), required=False)
    fund = forms.ChoiceField(label=gettext_lazy("资金"), required=False)
    debit = forms.DecimalField(
        label=gettext_lazy("借方（元）"),
        required=False,
        max_digits=15,
        decimal_places=2,
        min_value=0,
    )
    credit = forms.DecimalField(
        label=gettext_lazy("贷方（元）"),
        required=False,
        max_digits=15,
        decimal_places=2,
        min_value=0,
    )

    def __init__(self, *args: Any, funds: Sequence[Fund], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [
            (
                book.label,
                [(code, worded_account(code)) for code, one in CHART.items() if one.book == book],
            )
            for book in Book
        ]
        self.fields["code"].choices = [("", _("请选择科目")), *groups]  # type: ignore[attr-defined]
        self.fields["fund"].choices = [  # type: ignore[attr-defined]
            ("", _("请选择资金")),
            *((str(fund.pk), fund.name) for fund in funds),
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for all three parts of a line, and for one side, where nothing else is wrong with it."""
        given: dict[str, Any] = super().clean() or {}
        sides = [side for side in ("debit", "credit") if given.get(side)]
        parts = [given.get("code"), given.get("fund"), sides]
        if any(parts) and not all(parts) and not self.errors:
            raise forms.ValidationError(_("请选择科目、资金并填写金额。"))
        if len(sides) > 1:
            raise forms.ValidationError(_("一条分录只填借方或贷方。"))
        return given

    @property
    def leg(self) -> Leg | None:
        """The line as the ledger takes it; None where nothing was filled in."""
        given = self.cleaned_data
        if not given.get("code"):
            return None
        amount = (given.get("debit") or Decimal()) - (given.get("credit") or Decimal())
        return Leg(code=given["code"], fund_id=UUID(given["fund"]), amount_fen=int(amount * 100))


class ReverseForm(forms.Form):
    """When and why a voucher is taken back."""

    effective_on = forms.DateField(label=gettext_lazy("冲销日期"), widget=_DAY)
    reason = forms.CharField(label=gettext_lazy("冲销原因"), max_length=200)


class BalanceForm(forms.Form):
    """Which book, to which day, of which fund."""

    year = forms.TypedChoiceField(label=gettext_lazy("年度"), coerce=int, required=False)
    until = forms.DateField(label=gettext_lazy("截至"), required=False, widget=_DAY)
    fund = forms.ChoiceField(label=gettext_lazy("资金"), required=False)
    book = forms.ChoiceField(label=gettext_lazy("账簿"), required=False)

    def __init__(
        self, *args: Any, years: Sequence[int], funds: Sequence[Fund], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        of_years = [(year, str(year)) for year in years]
        of_funds = [("", _("全部")), *((str(fund.pk), fund.name) for fund in funds)]
        self.fields["year"].choices = of_years  # type: ignore[attr-defined]
        self.fields["fund"].choices = of_funds  # type: ignore[attr-defined]
        self.fields["book"].choices = Book.choices  # type: ignore[attr-defined]


class FundForm(TakesProblems):
    """A new fund."""

    code = forms.CharField(label=gettext_lazy("资金编号"), max_length=24)
    name = forms.CharField(label=gettext_lazy("资金名称"), max_length=80)
    source = forms.ChoiceField(label=gettext_lazy("资金来源"))
    keeper = forms.CharField(label=gettext_lazy("负责人"), max_length=60, required=False)
    programmes = forms.MultipleChoiceField(
        label=gettext_lazy("限定用途"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("不勾选表示不限项目；勾选后只能用于所选项目，专款专用。"),
    )
    note = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources = CODE_LISTS["fund_source"].choices(blank=_("请选择"))
        self.fields["source"].choices = sources  # type: ignore[attr-defined]
        self.fields["programmes"].choices = CODE_LISTS["aid"].choices()  # type: ignore[attr-defined]
