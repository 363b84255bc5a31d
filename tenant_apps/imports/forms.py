"""What people fill in to upload and to confirm an import."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("选择文件"),
        allow_empty_file=True,
        error_messages={"required": _("请选择要上传的文件。")},
    )


class ConfirmForm(forms.Form):
    update_existing = forms.BooleanField(required=False)
