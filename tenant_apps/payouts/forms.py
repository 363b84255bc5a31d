"""Forms of payouts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shared_apps.catalogues.codes import CODE_LISTS
from tenant_apps.funds.models import Fund
from tenant_apps.payouts.bankfile import LAYOUTS
from tenant_apps.payouts.models import BatchState, Channel, LineState


class BatchSearchForm(forms.Form):
    """What to look for among batches."""

    words = forms.CharField(label=gettext_lazy("批次号、名称"), required=False, max_length=80)
    state = forms.ChoiceField(label=gettext_lazy("状态"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [("", _("全部")), *BatchState.choices]  # type: ignore[attr-defined]


class LineSearchForm(forms.Form):
    """What to look for among the lines of a batch."""

    words = forms.CharField(label=gettext_lazy("姓名、申请号"), required=False, max_length=80)
    line_state = forms.ChoiceField(label=gettext_lazy("结果"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("全部")), *LineState.choices]
        self.fields["line_state"].choices = choices  # type: ignore[attr-defined]


class PayableSearchForm(forms.Form):
    """Which approved applications to pay together."""

    fund = forms.ChoiceField(label=gettext_lazy("资金"), required=False)
    aid = forms.ChoiceField(label=gettext_lazy("帮扶项目"), required=False)

    def __init__(self, *args: Any, funds: Sequence[Fund], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_funds = [("", _("全部")), *((str(fund.pk), fund.name) for fund in funds)]
        self.fields["fund"].choices = of_funds  # type: ignore[attr-defined]
        self.fields["aid"].choices = CODE_LISTS["aid"].choices(blank=_("全部"))  # type: ignore[attr-defined]


class NationalEntryForm(forms.Form):
    """On which day a batch was entered in the national system."""

    entered_on = forms.DateField(
        label=gettext_lazy("录入日期"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )


class BatchForm(forms.Form):
    """A new batch."""

    title = forms.CharField(label=gettext_lazy("批次名称"), max_length=80)
    layout = forms.ChoiceField(label=gettext_lazy("银行文件格式"))
    channel = forms.ChoiceField(label=gettext_lazy("发放方式"), choices=Channel.choices)
    reason = forms.CharField(
        label=gettext_lazy("现金发放原因"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "只有不能转入本人银行卡时才用现金，须写明原因，领款时本人签名并拍照。"
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(layout.key, layout.name) for layout in LAYOUTS.values()]
        self.fields["layout"].choices = choices  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """The return file of the bank."""

    file = forms.FileField(
        label=gettext_lazy("回盘文件"),
        allow_empty_file=True,
        help_text=gettext_lazy(
            "从银行下载的原文件，不要打开另存。整份接收或整份退回，不会只记一部分。"
        ),
    )


class ReceiptForm(forms.Form):
    """Who signs for a payment: the payee on the screen or on paper, by exception another person."""

    signature = forms.CharField(required=False, widget=forms.HiddenInput)
    scan = forms.FileField(
        label=gettext_lazy("纸质签收单"),
        required=False,
        widget=forms.FileInput({"accept": "image/jpeg,image/png,application/pdf"}),
    )
    photo = forms.FileField(
        label=gettext_lazy("领款照片"),
        required=False,
        widget=forms.FileInput({"accept": "image/jpeg,image/png"}),
    )
    is_proxy = forms.BooleanField(label=gettext_lazy("由他人代签（站长办理）"), required=False)
    name = forms.CharField(label=gettext_lazy("代签人"), max_length=32, required=False)
    relation = forms.CharField(label=gettext_lazy("与领款人的关系"), max_length=32, required=False)
    reason = forms.CharField(label=gettext_lazy("代签原因"), max_length=200, required=False)
    power = forms.FileField(
        label=gettext_lazy("书面委托书"),
        required=False,
        widget=forms.FileInput({"accept": "image/jpeg,image/png,application/pdf"}),
    )

    def take_problems(self, problems: Sequence[Any]) -> None:
        """Show what refused a receipt, by its field."""
        for problem in problems:
            name = problem.field if problem.field in self.fields else None
            self.add_error(None if name == "signature" else name, str(problem.message))
