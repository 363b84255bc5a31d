"""What a station says of itself."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.identity import NumberRefused, check_phone, normalised
from shared_apps.onboarding.rules import uscc_problem
from tenants.models import StationKind


class CorrectionForm(forms.Form):
    name = forms.CharField(label=_("站点名称"), max_length=120)
    kind = forms.ChoiceField(label=_("类型"), choices=StationKind.choices)
    region_code = forms.CharField(
        label=_("行政区划代码"),
        max_length=12,
        widget=forms.TextInput({"inputmode": "numeric"}),
        help_text=_("区划调整或填错时更正；站点编码不变。"),
    )


class ProfileForm(forms.Form):
    union_name = forms.CharField(label=_("主办工会"), max_length=120, required=False)
    union_uscc = forms.CharField(label=_("工会统一社会信用代码"), max_length=40, required=False)
    phone = forms.CharField(
        label=_("对外电话"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"inputmode": "tel"}),
    )
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    founded_on = forms.DateField(
        label=_("挂牌日期"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    takes_direct_units = forms.BooleanField(
        label=_("允许企业直接隶属本站"),
        required=False,
        help_text=_("勾选后，企业可以不经乡镇（街道）直接在本站之下入驻。"),
    )

    def clean_phone(self) -> str:
        """Take a telephone that can be called from outside, or none."""
        given: str = self.cleaned_data["phone"]
        try:
            return check_phone(given) if given else ""
        except NumberRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def clean_union_uscc(self) -> str:
        """Take a credit code as one reads it aloud, if it can be one."""
        code = normalised(self.cleaned_data["union_uscc"])
        problem = uscc_problem(code)
        if problem is not None:
            raise forms.ValidationError(str(problem.message))
        return code
