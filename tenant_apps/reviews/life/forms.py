"""What is said with a decision on a re-check or an exit, and the search above their list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

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
    home_code = forms.CharField(label=_("建档站点代码"), required=False, max_length=20)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
