"""What an applicant fills in, and what the station above answers."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.identity import NumberRefused, check_uscc
from shared_apps.accounts.forms import ROLE_CHOICES, MobileField
from shared_apps.accounts.roles import Role
from shared_apps.onboarding.models import Application, ApplicationState
from shared_apps.onboarding.rules import MISSING_ITEMS, WINDOWS
from tenants.models import Level, StationKind

LARGEST_PAPER_BYTES = 10 * 1024 * 1024
# First bytes of what may be uploaded as a founding paper.
PAPER_KINDS = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n": "png"}
LEVELS = [(level.value, level.label) for level in Level if level != Level.CITY]


class StationForm(forms.Form):
    """A unit's own description. Most of it may follow later; the parent lists what is missing."""

    name = forms.CharField(label=_("站点名称"), max_length=120)
    kind = forms.ChoiceField(label=_("站点类型"), choices=StationKind.choices)
    union_name = forms.CharField(label=_("主办工会"), max_length=120, required=False)
    union_uscc = forms.CharField(
        label=_("工会统一社会信用代码"),
        max_length=18,
        required=False,
        help_text=_("18 位，以 81、89 或 13 开头；没有时填所在单位的代码。"),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    founding_paper_no = forms.CharField(label=_("成立批复文号"), max_length=60, required=False)
    founding_paper = forms.FileField(
        label=_("成立批复扫描件"),
        required=False,
        help_text=_("PDF 或照片，不超过 10 MB；与文号填一项即可。"),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )
    windows = forms.MultipleChoiceField(
        label=_("服务窗口"),
        choices=list(WINDOWS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    contact_name = forms.CharField(label=_("联系人姓名"), max_length=40)
    contact_phone = MobileField(label=_("联系人手机"), required=False)
    contact_email = forms.EmailField(
        label=_("联系人电子邮箱"), required=False, help_text=_("办理结果和登录链接会寄到这里。")
    )
    liaison_name = forms.CharField(label=_("联络员姓名"), max_length=40, required=False)
    liaison_phone = MobileField(label=_("联络员手机"), required=False)
    staff1_name = forms.CharField(label=_("工作人员一"), max_length=40, required=False)
    staff1_phone = MobileField(label=_("手机"), required=False)
    staff1_role = forms.ChoiceField(
        label=_("岗位"), choices=ROLE_CHOICES, initial=Role.CLERK, required=False
    )
    staff2_name = forms.CharField(label=_("工作人员二"), max_length=40, required=False)
    staff2_phone = MobileField(label=_("手机"), required=False)
    staff2_role = forms.ChoiceField(
        label=_("岗位"), choices=ROLE_CHOICES, initial=Role.REVIEWER, required=False
    )

    def clean_union_uscc(self) -> str:
        code: str = self.cleaned_data["union_uscc"].strip().upper()
        if code:
            try:
                check_uscc(code)
            except NumberRefused as error:
                raise forms.ValidationError(str(error)) from error
        return code

    def clean_founding_paper(self) -> "UploadedFile[Any] | None":
        paper: UploadedFile[Any] | None = self.cleaned_data.get("founding_paper")
        if paper is None:
            return None
        if (paper.size or 0) > LARGEST_PAPER_BYTES:
            raise forms.ValidationError(_("文件超过 10 MB，请压缩后再上传。"))
        head = paper.read(8)
        paper.seek(0)
        kind = next((kind for mark, kind in PAPER_KINDS.items() if head.startswith(mark)), None)
        if kind is None:
            raise forms.ValidationError(_("只能上传 PDF、JPG 或 PNG 文件。"))
        # The name a stranger gave is never used as a path.
        paper.name = f"paper.{kind}"
        return paper

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("contact_phone") and not data.get("contact_email"):
            self.add_error("contact_phone", _("手机和电子邮箱至少填一项。"))
        return data

    def said(self) -> dict[str, Any]:
        """Return the fields as the services take them."""
        data = {
            name: value
            for name, value in self.cleaned_data.items()
            if not name.startswith("staff") and name != "founding_paper"
        }
        return data | {
            "staff": [
                {
                    "name": self.cleaned_data[f"staff{number}_name"],
                    "phone": self.cleaned_data[f"staff{number}_phone"],
                    "role": self.cleaned_data[f"staff{number}_role"],
                }
                for number in (1, 2)
                if self.cleaned_data[f"staff{number}_name"]
            ]
        }

    @staticmethod
    def initial_of(application: Application) -> dict[str, Any]:
        """Return what the form shows of an application."""
        said: dict[str, Any] = {
            name: getattr(application, name)
            for name in StationForm.base_fields
            if not name.startswith("staff") and name != "founding_paper"
        }
        for number, person in enumerate(application.staff[:2], start=1):
            for part in ("name", "phone", "role"):
                said[f"staff{number}_{part}"] = person.get(part, "")
        return said


class ReturnForm(forms.Form):
    missing = forms.MultipleChoiceField(
        label=_("缺少或需修改的材料"),
        choices=list(MISSING_ITEMS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    comment = forms.CharField(
        label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class BoardForm(forms.Form):
    words = forms.CharField(label=_("名称、联系人或区划"), required=False)
    state = forms.ChoiceField(
        label=_("进度"), choices=[("", _("全部")), *ApplicationState.choices], required=False
    )
    late = forms.BooleanField(label=_("只看逾期"), required=False)


class InviteStationsForm(forms.Form):
    title = forms.CharField(label=_("批次名称"), max_length=120)
    lines = forms.CharField(
        label=_("单位名单"),
        required=False,
        help_text=_("每行一个：名称，联系人，手机，电子邮箱，区划代码。可从表格中直接粘贴。"),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    file = forms.FileField(
        label=_("或上传表格"),
        required=False,
        help_text=_("CSV 或 Excel，表头：站点名称、联系人、手机、电子邮箱、行政区划代码。"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("lines", "").strip() and not data.get("file"):
            self.add_error("lines", _("请填写名单或上传表格。"))
        return data


class ImportForm(forms.Form):
    title = forms.CharField(label=_("批次名称"), max_length=120)
    file = forms.FileField(
        label=_("站点名单"),
        help_text=_(
            "CSV 或 Excel，表头：站点编码、站点名称、层级、上级编码、行政区划代码、"
            "工会信用代码、联系人、手机、电子邮箱。"
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )
