"""Forms of reviews."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tenant_apps.reviews.models import ReviewState


class ReviewSearchForm(forms.Form):
    """What the desk is narrowed by."""

    words = forms.CharField(label=_("姓名或编号"), required=False, max_length=40)
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部")), *ReviewState.choices]
    )
    home_code = forms.CharField(label=_("建档站点编码"), required=False, max_length=20)


class OpinionForm(forms.Form):
    """An opinion with the usual words."""

    opinion = forms.CharField(
        label=_("意见"), widget=forms.Textarea({"rows": 3}), required=False, max_length=500
    )


class MeansForm(forms.Form):
    """The result of the means check."""

    fits = forms.ChoiceField(label=_("核对结果"), choices=[("yes", _("符合")), ("no", _("不符合"))])
    checked_on = forms.DateField(
        label=_("核对日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    comment = forms.CharField(
        label=_("说明（不符合时必填）"),
        widget=forms.Textarea({"rows": 3}),
        required=False,
        max_length=500,
    )


class NoticeForm(forms.Form):
    """What the public reads."""

    reason = forms.CharField(
        label=_("公示理由"),
        widget=forms.Textarea({"rows": 3}),
        required=False,
        max_length=300,
        help_text=_("任何人都能看到：不写姓名全称、证件号码、电话和疾病。"),
    )


class AnswerForm(forms.Form):
    """The answer to an objection."""

    answer = forms.CharField(
        label=_("核查结论与答复"), widget=forms.Textarea({"rows": 4}), max_length=1000
    )
