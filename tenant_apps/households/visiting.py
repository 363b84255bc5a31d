"""The form of a visit, made for a phone at the door."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tenant_apps.households.asking import Agreed, Question
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


class _ConsentsField(forms.MultipleChoiceField):
    """What was ticked; a form sent twice finds nothing to tick any more, so the service says what is wrong."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: Any) -> bool:
        return "@" in value


class VisitForm(forms.Form):
    """When, where, who, what they found, and what the household agreed to at its door."""

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
    consents = _ConsentsField(label=_("本人当面同意"), required=False)

    def __init__(self, *args: Any, questions: Sequence[Question] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        asked = self.fields["consents"]
        asked.choices = [(f"{one.purpose}@{one.version}", _spoken(one)) for one in questions]  # type: ignore[attr-defined]
        asked.help_text = gettext("逐项宣读，本人同意的打勾；不同意的不勾，走访照常登记。")

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
            consents=[_agreed(one) for one in given["consents"]],
        )


def _agreed(ticked: str) -> Agreed:
    purpose, _at, version = ticked.partition("@")
    return Agreed(purpose=purpose, version=version)


def _spoken(question: Question) -> str:
    """Draw a text as it is read out: what for, the words, their version, why it is asked again."""
    version = gettext("文本 %(version)s 版") % {"version": question.version}
    small = " · ".join(str(one) for one in (version, question.why) if one)
    return format_html(
        '<span><b>{}</b> · {} <small class="muted">· {}</small></span>',
        question.title,
        question.text,
        small,
    )
