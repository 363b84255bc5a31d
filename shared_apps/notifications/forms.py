"""Forms of announcements."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AnnouncementForm(forms.Form):
    title = forms.CharField(label=_("标题"), max_length=100)
    until_on = forms.DateField(
        label=_("展示截止日"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("留空则一直展示。"),
    )
    body = forms.CharField(
        label=_("正文"), max_length=5000, widget=forms.Textarea({"rows": 10}), strip=True
    )
