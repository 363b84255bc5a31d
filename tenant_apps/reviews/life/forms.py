"""What is said with a decision on a re-check or an exit, and the search above their list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenant_apps.households.life_forms import FindingsForm
from tenant_apps.reviews.life.models import ExitSource
from tenant_apps.reviews.models import ReviewKind


class LifeSearchForm(forms.Form):
    """The search above the list of re-checks and exits."""

    words = forms.CharField(label=_("姓名 / 档案编号"), required=False, max_length=40)
    kind = forms.ChoiceField(
        label=_("事项"),
        required=False,
        choices=[
            ("", _("全部")),
            (ReviewKind.RECHECK, ReviewKind.RECHECK.label),
            (ReviewKind.EXIT, ReviewKind.EXIT.label),
        ],
    )
    home_code = forms.CharField(label=_("建档站点编码"), required=False, max_length=20)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)


class ExitAskForm(FindingsForm):
    """Of which file a centre asks that it leaves, from where it knows, and what it proposes."""

    file_no = forms.CharField(
        label=_("档案编号"),
        max_length=32,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("本站点或下级站点的在档档案。"),
    )
    source = forms.ChoiceField(
        label=_("信息来源"), choices=[("", _("请选择")), *ExitSource.choices]
    )

    def __init__(self, data: Any = None, *, months: int, file_no: str = "") -> None:
        super().__init__(data, months=months, is_exit=True)
        self.initial["file_no"] = file_no
        self.fields["findings"].label = _("发起退出的依据")
