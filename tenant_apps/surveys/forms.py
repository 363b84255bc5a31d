"""What people fill in to draw a sample, and to note an answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bangfu.ui.forms import TakesProblems
from shared_apps.evaluations.models import Answer


class DrawForm(TakesProblems):
    """How many are to be drawn of a year, of which programme, and with which seed. The year is chosen beforehand."""

    year = forms.IntegerField(widget=forms.HiddenInput, min_value=2000, max_value=9998)
    programme = forms.ChoiceField(label=_("帮扶项目"), required=False)
    number = forms.IntegerField(label=_("抽取户数"), required=False, min_value=1, max_value=10_000)
    percent = forms.IntegerField(
        label=_("或抽取比例（%）"), required=False, min_value=1, max_value=100,
        help_text=_("户数和比例只填一项；按比例抽取时向上取整。"),
    )  # fmt: skip
    seed = forms.CharField(
        label=_("随机种子"), required=False, max_length=40,
        help_text=_("可由评估方给出；不填由系统随机生成。同一种子、同一批受助户，抽出的名单相同。"),
    )  # fmt: skip

    def __init__(self, *args: Any, programmes: dict[str, str], **kwargs: Any) -> None:
        """Offer the programmes that can be drawn of."""
        super().__init__(*args, **kwargs)
        field = self.fields["programme"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("全部项目")), *programmes.items()]

    def asked(self) -> dict[str, Any]:
        """Return what the service is to draw."""
        return dict(self.cleaned_data)


class OrderForm(DrawForm):
    """The same for every station of a subtree, or a number for all of them together."""

    number = forms.IntegerField(label=_("抽取户数"), required=False, min_value=1, max_value=100_000)
    is_shared = forms.BooleanField(
        label=_("户数为各站合计，按各站当年受助户数分配"), required=False,
        help_text=_("不勾选则每个站点各抽这么多户；受助户不足的站点全部抽取。"),
    )  # fmt: skip

    field_order = ("year", "programme", "number", "is_shared", "percent", "seed")


class AnswerForm(forms.Form):
    """What a household said."""

    answer = forms.ChoiceField(
        label=_("回访结果"), choices=[one for one in Answer.choices if one[0]]
    )
    remark = forms.CharField(
        label=_("备注"), required=False, max_length=300, widget=forms.Textarea({"rows": 3}),
        help_text=_("加密保存，只有本站可见；不要写证件、卡号或电话号码。"),
    )  # fmt: skip
