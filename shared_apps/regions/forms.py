"""The form of an overruled day."""

from django import forms
from django.utils.translation import gettext_lazy as _


class OverrideForm(forms.Form):
    day = forms.DateField(
        label=_("日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    is_working_day = forms.TypedChoiceField(
        label=_("当天"),
        choices=[("1", _("上班（调休补班）")), ("0", _("放假"))],
        coerce=lambda value: value == "1",
    )
    source = forms.CharField(
        label=_("依据的通知"), max_length=200, help_text=_("如：国办发明电〔2026〕7 号")
    )
