"""Forms of the worker's side, and of the station's desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Problem
from bangfu.ui.templatetags.ui import yuan
from tenant_apps.applications.steps import (
    FILE_SPECS,
    MEMBER_ASKS,
    MEMBER_SPECS,
    ApplyStep,
    Ask,
)
from tenant_apps.households.drafts import HouseholdDraft, MemberDraft
from tenant_apps.households.fields import FieldSpec, Kind
from tenant_apps.households.forms import SpecField
from tenant_apps.households.presenting import masked

_BLANK = _("请选择")


class AskForm(forms.Form):
    """The questions of one page, filled with what was answered; sensitive answers come masked."""

    use_required_attribute = False

    def __init__(
        self,
        asks: Iterable[Ask],
        specs: Mapping[str, FieldSpec],
        data: Any = None,
        *,
        of: HouseholdDraft | MemberDraft,
        regions: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(data)
        self.specs = [specs[ask.name] for ask in asks]
        for ask in asks:
            spec = specs[ask.name]
            value = getattr(of, spec.name)
            field = SpecField(spec, kept=masked(spec, value) if spec.sensitive else "")
            field.label = f"{ask.label}（{spec.unit}）" if spec.unit else str(ask.label)
            field.required = ask.required
            field.help_text = self._help(ask, spec, value)
            field.initial = _initial(spec, value)
            _for_people(field, spec, regions if spec.name == "residence" else ())
            self.fields[spec.public_name] = field

    def changes(self) -> dict[str, Any]:
        """Give what could be read, by column name; masked answers left blank stay as they are."""
        found: dict[str, Any] = {}
        for spec in self.specs:
            if spec.public_name not in self.cleaned_data:
                continue
            value = self.cleaned_data[spec.public_name]
            field = self.fields[spec.public_name]
            if value == "" and isinstance(field, SpecField) and field.kept:
                continue
            found[spec.name] = value
        return found

    def show(self, problems: Iterable[Problem]) -> None:
        """Put each problem at its question, or above the page."""
        for problem in problems:
            name = problem.field.removesuffix("_fen")
            if name in self.fields:
                if not self.errors.get(name):
                    self.add_error(name, str(problem.message))
            else:
                self.add_error(None, str(problem.message))

    @staticmethod
    def _help(ask: Ask, spec: FieldSpec, value: Any) -> str:
        if spec.sensitive and value:
            return str(_("已经填了 %(masked)s，不改就空着。") % {"masked": masked(spec, value)})
        return str(ask.help_text)


def step_form(
    step: ApplyStep,
    data: Any = None,
    *,
    of: HouseholdDraft,
    regions: Sequence[tuple[str, str]] = (),
) -> AskForm:
    """Make the form of one page."""
    return AskForm(step.asks, FILE_SPECS, data, of=of, regions=regions)


def member_form(data: Any = None, *, of: MemberDraft) -> AskForm:
    """Make the form of one person of the family."""
    return AskForm(MEMBER_ASKS, MEMBER_SPECS, data, of=of)


class PictureForm(forms.Form):
    """A picture of one paper."""

    file = forms.FileField(
        label=_("拍照或选择照片"),
        widget=forms.FileInput({"accept": "image/jpeg,image/png,application/pdf"}),
        error_messages={
            "required": _("请先拍照或选择一张照片，再点“上传”。"),
            "empty": _("这个文件是空的，请重新拍照。"),
            "missing": _("请先拍照或选择一张照片，再点“上传”。"),
            "invalid": _("照片没有传上来，请再试一次。"),
        },
    )


class SignForm(forms.Form):
    """Consent, authorisation and signature."""

    consents = forms.BooleanField(label=_("我同意站点为办理帮扶使用我填的信息"), required=False)
    authorises = forms.BooleanField(
        label=_("我授权核对我家的收入、存款、房产、车辆等经济状况"), required=False
    )
    signature = forms.CharField(
        label=_("签名（写您的姓名）"), required=False, max_length=32, strip=True
    )


class ResumeForm(forms.Form):
    """The way back in."""

    code = forms.CharField(
        label=_("查询码（16 位数字）"),
        max_length=40,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("请输入纸条上的 16 位查询码。")},
    )
    tail = forms.CharField(
        label=_("身份证号最后四位"),
        max_length=8,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("还没填过身份证号的，这一栏空着"),
    )


class ReasonForm(forms.Form):
    """Why an application is returned, refused or handed on; the worker reads it."""

    reason = forms.CharField(max_length=500)


class IdentityForm(forms.Form):
    """The number on the identity card that was shown at the counter."""

    id_no = forms.CharField(
        label=_("证件上的身份证号"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("请看着身份证输入号码。")},
    )


class InboxForm(forms.Form):
    """The search above the inbox."""

    words = forms.CharField(label=_("身份证号"), required=False, max_length=20)


class DeskForm(forms.Form):
    """What the front page for the public says."""

    takes_applications = forms.BooleanField(label=_("受理网上申请"), required=False)
    pause_note = forms.CharField(
        label=_("暂停受理时的说明"),
        max_length=200,
        required=False,
        help_text=_("例如：系统升级，10 月 8 日恢复；急事请打电话。"),
    )
    hours = forms.CharField(
        label=_("接待时间"),
        max_length=200,
        required=False,
        help_text=_("例如：周一至周五 8:30–12:00，14:00–17:30"),
    )
    welcome = forms.CharField(
        label=_("对来访职工说的话"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )


def _initial(spec: FieldSpec, value: Any) -> Any:
    if spec.sensitive or value is None:
        return None
    if spec.kind is Kind.MONEY:
        return yuan(value).replace(",", "").removesuffix(".00")
    if spec.kind is Kind.YES_NO:
        return "yes" if value else "no"
    return list(value) if spec.kind is Kind.CODES else value


def _for_people(field: forms.Field, spec: FieldSpec, regions: Sequence[tuple[str, str]]) -> None:
    widget = field.widget
    if regions:
        field.widget = forms.Select(choices=[("", _BLANK), *regions])
    elif spec.kind is Kind.YES_NO:
        field.widget = forms.RadioSelect(choices=[("yes", _("是")), ("no", _("否"))])
    elif spec.kind is Kind.CODE and isinstance(widget, forms.Select):
        offered = [(code.value, code.text) for code in spec.code_list if code.on_form]
        widget.choices = [("", _BLANK), *offered]
    elif spec.kind is Kind.CODES and isinstance(widget, forms.CheckboxSelectMultiple):
        widget.choices = [(code.value, code.text) for code in spec.code_list if code.on_form]
    elif spec.name == "id_no":
        widget.attrs["maxlength"] = 24
    elif spec.name == "mobile":
        widget.attrs["inputmode"] = "tel"
