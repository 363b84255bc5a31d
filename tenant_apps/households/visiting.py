"""The form of a visit, made for a phone at the door."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenant_apps.households.models import VisitPlace
from tenant_apps.households.transitions import Visit


class _Pictures(forms.ClearableFileInput):
    allow_multiple_selected = True


class _PicturesField(forms.FileField):
    """Several pictures at once; an empty choice is none."""

    widget = _Pictures(attrs={"accept": "image/*", "capture": "environment"})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(_PicturesField, self).clean(one, initial) for one in given]


class VisitForm(forms.Form):
    """When, where, who, and what they found."""

    visited_on = forms.DateField(
        label=_("走访日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    place = forms.ChoiceField(label=_("走访地点"), choices=VisitPlace.choices)
    first_visitor = forms.CharField(label=_("走访人一"), max_length=32)
    second_visitor = forms.CharField(label=_("走访人二"), max_length=32)
    findings = forms.CharField(
        label=_("核查情况"), widget=forms.Textarea({"rows": 5}), max_length=2000
    )
    agrees = forms.ChoiceField(
        label=_("与填报情况"), choices=[("yes", _("情况属实")), ("no", _("情况不符"))]
    )
    photos = _PicturesField(label=_("走访照片"), required=False)

    @property
    def visit(self) -> Visit:
        """Give what was filled in as a visit."""
        given = self.cleaned_data
        return Visit(
            visited_on=given["visited_on"],
            place=given["place"],
            first_visitor=given["first_visitor"],
            second_visitor=given["second_visitor"],
            findings=given["findings"],
            agrees=given["agrees"] == "yes",
        )
