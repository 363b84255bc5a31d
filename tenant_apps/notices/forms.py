"""The form by which the public objects."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ObjectionForm(forms.Form):
    """What somebody objects; who they are is asked for, not demanded."""

    text = forms.CharField(label=_("异议内容"), widget=forms.Textarea({"rows": 5}), max_length=2000)
    name = forms.CharField(label=_("您的姓名（选填）"), max_length=32, required=False)
    contact = forms.CharField(label=_("联系方式（选填，便于答复）"), max_length=60, required=False)
