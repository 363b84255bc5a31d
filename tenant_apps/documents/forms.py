"""Forms of papers: what to print, the register, a number to verify, a template."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.media_types import PDF
from shared_apps.printing.models import PaperKind
from tenant_apps.documents.services.making import BATCHED


class PrintForm(forms.Form):
    """Which paper, and whether in the clear; then a reason is asked for."""

    kind = forms.ChoiceField(label=_("文书"), widget=forms.RadioSelect)
    in_clear = forms.BooleanField(label=_("打印完整证件号、电话、卡号、住址和病种"), required=False)
    reason = forms.CharField(
        label=_("打印明文的理由"),
        required=False,
        max_length=200,
        help_text=_("打印明文时必填；会记入审计日志，纸上带打印人和时间水印。"),
    )

    def __init__(
        self, *args: object, kinds: tuple[PaperKind, ...], may_reveal: bool, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choice = self.fields["kind"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 - declared above
        choice.choices = [(kind.value, kind.label) for kind in kinds]
        choice.initial = kinds[0].value
        if not may_reveal:
            del self.fields["in_clear"], self.fields["reason"]


class RegisterForm(forms.Form):
    """What the register is narrowed by."""

    words = forms.CharField(
        label=_("查验码 / 打印人"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"placeholder": _("如 7K3M-9QXP-2T4W 或姓名")}),
    )
    kind = forms.ChoiceField(
        label=_("文书"), required=False, choices=[("", _("全部")), *PaperKind.choices]
    )


class BatchForm(forms.Form):
    """Which paper of the chosen files."""

    kind = forms.ChoiceField(
        label=_("文书"), choices=[(kind.value, kind.label) for kind in BATCHED]
    )
    in_clear = forms.BooleanField(required=False)
    reason = forms.CharField(required=False, max_length=200)


class NumberForm(forms.Form):
    """The number on a paper, and a copy of it if somebody holds the file."""

    number = forms.CharField(
        label=_("查验码"),
        max_length=20,
        help_text=_("12 位，印在纸面二维码下方和页脚，如 7K3M-9QXP-2T4W。"),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    copy = forms.FileField(
        label=_("电子件（选填）"),
        required=False,
        help_text=_("有 PDF 原文件时可一并比对，不会保存；拍照或扫描件无法比对。"),
        widget=forms.FileInput({"accept": PDF}),
    )


class TemplateForm(forms.Form):
    """A station's own Word template."""

    file = forms.FileField(
        label=_("Word 模板（.docx）"),
        help_text=_("不超过 1 MB，不能含宏、嵌入对象或外部链接。"),
        widget=forms.FileInput({"accept": ".docx"}),
    )
