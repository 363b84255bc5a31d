"""Forms of bank statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel.errors import InvalidInput
from shared_apps.bankfiles.models import BreakType
from tenant_apps.funds.models import Fund
from tenant_apps.funds.rules import worded_account


class UploadForm(forms.Form):
    """The file of a bank, and the fund under which unknown money is held."""

    file = forms.FileField(
        label=gettext_lazy("对账单文件"),
        allow_empty_file=True,
        error_messages={"required": gettext_lazy("请选择要上传的文件。")},
        widget=forms.FileInput({"accept": ".csv,.xlsx,.xml,.txt"}),
    )
    fund_id = forms.TypedChoiceField(
        label=gettext_lazy("账户所属资金"),
        coerce=UUID,
        help_text=gettext_lazy("来源不明的收款先记在这项资金的“2101 待认领收款”。"),
    )
    only_this_fund = forms.BooleanField(
        label=gettext_lazy("这个账户只存放这一项资金"), required=False
    )

    def __init__(self, *args: Any, funds: Sequence[Fund], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fund_id"].choices = [(fund.pk, str(fund)) for fund in funds]  # type: ignore[attr-defined]


class ClosingForm(forms.Form):
    """How a line that nothing expects is entered in the books."""

    account = forms.ChoiceField(label=gettext_lazy("对应科目"))
    fund_id = forms.TypedChoiceField(label=gettext_lazy("资金"), coerce=UUID)
    memo = forms.CharField(label=gettext_lazy("入账的依据"), max_length=200)
    with_budget = forms.BooleanField(
        label=gettext_lazy("同时增加这项资金的可用预算"),
        required=False,
        help_text=gettext_lazy("已另行下达预算的，请不要勾选；没有预算的收入不能用于发放。"),
    )

    def __init__(
        self,
        *args: Any,
        funds: Sequence[Fund],
        accounts: Sequence[str],
        is_income: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if not is_income:
            del self.fields["with_budget"]
        self.fields["account"].choices = [  # type: ignore[attr-defined]
            (code, worded_account(code)) for code in accounts
        ]
        self.fields["fund_id"].choices = [(fund.pk, str(fund)) for fund in funds]  # type: ignore[attr-defined]

    def take_problems(self, refusal: InvalidInput) -> None:
        """Show what refused it, by its field."""
        _take(self, refusal)


class RefundForm(forms.Form):
    """To whom a receipt that nobody can claim goes back, and why."""

    payee = forms.CharField(label=gettext_lazy("收款人户名"), max_length=120, strip=True)
    memo = forms.CharField(label=gettext_lazy("退回的依据"), max_length=200, strip=True)

    def take_problems(self, refusal: InvalidInput) -> None:
        """Show what refused it, by its field, where the form has not said so itself."""
        _take(self, refusal)


def _take(form: forms.Form, refusal: InvalidInput) -> None:
    for problem in refusal.problems:
        name = problem.field if problem.field in form.fields else None
        if name not in form.errors:
            form.add_error(name, str(problem.message))


class LineSearchForm(forms.Form):
    """What to look for among the lines that are open."""

    type = forms.ChoiceField(label=gettext_lazy("差异类型"), required=False)
    words = forms.CharField(label=gettext_lazy("户名、流水号"), required=False, max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [  # type: ignore[attr-defined]
            ("", _("全部")),
            *((kind.value, f"{kind.value} {kind.label}") for kind in BreakType),
        ]


class DayForm(forms.Form):
    """The day of a reconciliation."""

    on = forms.DateField(
        label=gettext_lazy("截至日期"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
