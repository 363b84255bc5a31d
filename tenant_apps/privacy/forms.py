"""Forms of this app."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenant_apps.households.drafts import FILE_FIELDS
from tenant_apps.privacy.models import Channel
from tenant_apps.privacy.purposes import PURPOSES

_DATE = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class ConsentForm(forms.Form):
    """One consent, given or taken back."""

    purpose = forms.ChoiceField(label=_("同意事项"))
    channel = forms.ChoiceField(label=_("告知方式"), choices=Channel.choices)
    on = forms.DateField(label=_("日期"), required=False, widget=_DATE)
    reason = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        purposes = [(one.code, one.title) for one in PURPOSES.values() if one.needs_consent]
        self.fields["purpose"].choices = purposes  # type: ignore[attr-defined]


class CorrectionForm(forms.Form):
    """What a worker wants corrected, taken down by staff."""

    field = forms.ChoiceField(label=_("要更正的项目"), required=False)
    wish = forms.CharField(label=_("应改为"), max_length=200)
    reason = forms.CharField(
        label=_("理由"), max_length=1000, required=False, widget=forms.Textarea({"rows": 3})
    )
    asked_by = forms.CharField(label=_("申请人"), max_length=64)
    channel = forms.ChoiceField(label=_("提出方式"), choices=Channel.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = [("", _("其他")), *((spec.public_name, spec.label) for spec in FILE_FIELDS)]
        self.fields["field"].choices = fields  # type: ignore[attr-defined]


class LookForm(forms.Form):
    """A request to look into a file of a station below."""

    home_code = forms.ChoiceField(label=_("建档站点"))
    file_no = forms.CharField(label=_("档案编号"), max_length=32)
    reason = forms.CharField(
        label=_("调阅理由"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("职工本人会看到谁、为什么调阅。"),
    )

    def __init__(self, *args: Any, stations: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["home_code"].choices = stations  # type: ignore[attr-defined]


class GrantForm(forms.Form):
    """For how long a picture may be read."""

    days = forms.IntegerField(label=_("可查看天数"), min_value=1, max_value=30, initial=7)
    answer = forms.CharField(label=_("答复"), max_length=500, required=False)


class KeepForm(forms.Form):
    """To which day, and why, a file is kept beyond its years."""

    until = forms.DateField(label=_("保管至"), widget=_DATE)
    reason = forms.CharField(label=_("理由"), max_length=300)


class ExportSubjectForm(forms.Form):
    """What the export is for, and in which shape."""

    reason = forms.CharField(label=_("缘由"), max_length=200, initial=_("本人申请"))
    shape = forms.ChoiceField(
        label=_("格式"), choices=[("xlsx", _("Excel 工作簿")), ("json", _("JSON 数据"))]
    )
