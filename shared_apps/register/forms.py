"""Forms of a case of duplicates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_apps.register.models import Answer, CaseState, Verdict

_LONGEST = 500
_STATES = (CaseState.OPEN, CaseState.SETTLED, CaseState.VANISHED)


class CaseSearchForm(forms.Form):
    """What the list is narrowed by."""

    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("全部")), *((state.value, state.label) for state in _STATES)],
    )


class AnswerForm(forms.Form):
    """What a station says of its own file."""

    answer = forms.ChoiceField(label=_("答复"), choices=Answer.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("说明"),
        widget=forms.Textarea({"rows": 3}),
        max_length=_LONGEST,
        required=False,
        help_text=_("不要写证件号码、电话和病情。"),
    )


class VerdictForm(forms.Form):
    """What the common station finds."""

    verdict = forms.ChoiceField(
        label=_("认定结论"), choices=Verdict.choices, widget=forms.RadioSelect
    )
    kept_subject = forms.ChoiceField(
        label=_("保留哪一份档案"),
        required=False,
        help_text=_("认定为同一人或同一家庭时必选；其余档案由所在站点注销或转出。"),
    )
    reason = forms.CharField(
        label=_("认定理由"), widget=forms.Textarea({"rows": 3}), max_length=_LONGEST
    )

    def __init__(self, *args: Any, parts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("请选择")), *parts]
        self.fields["kept_subject"].choices = choices  # type: ignore[attr-defined]
