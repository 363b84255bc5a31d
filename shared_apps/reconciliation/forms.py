"""The search form of the breaks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from shared_apps.reconciliation.models import BreakKind, BreakState

UNSETTLED = "unsettled"
ALL = "all"


class BreakSearchForm(forms.Form):
    """What a list of breaks is narrowed by; at first what waits for work."""

    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[(UNSETTLED, _("未处理完")), *BreakState.choices, (ALL, _("全部"))],
    )
    kind = forms.ChoiceField(
        label=_("类型"), required=False, choices=[("", _("全部")), *BreakKind.choices]
    )
