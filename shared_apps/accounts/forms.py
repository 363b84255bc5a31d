"""What people type about themselves and each other."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.identity import NumberRefused, check_mobile
from shared_apps.accounts.roles import STATION_ROLES, Role

ROLE_CHOICES = [(role.value, role.label) for role in Role if role in STATION_ROLES]
CURRENT_PASSWORD = {"autocomplete": "current-password"}
NEW_PASSWORD = {"autocomplete": "new-password"}
PASSWORD_HELP = _("至少 10 位，须同时含有字母和数字，不能是常见密码或与登录名相近。")

username_shape = RegexValidator(
    r"^[A-Za-z][A-Za-z0-9._-]{3,39}$",
    _("登录名须以字母开头，4 至 40 位，可用字母、数字、点、短横和下划线。"),
)


class MobileField(forms.CharField):
    """A mobile telephone number of the mainland."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}), **kwargs
        )

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if not text:
            return ""
        try:
            return check_mobile(text)
        except NumberRefused as error:
            raise forms.ValidationError(str(error)) from error


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("登录名"),
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(label=_("密码"), widget=forms.PasswordInput(attrs=CURRENT_PASSWORD))


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("验证码"),
        max_length=20,
        help_text=_("打开手机上的验证器，输入 6 位数字；手机不在身边时可用恢复码。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class ConfirmForm(forms.Form):
    password = forms.CharField(label=_("密码"), widget=forms.PasswordInput(attrs=CURRENT_PASSWORD))


class _TwiceForm(forms.Form):
    new_password = forms.CharField(
        label=_("新密码"), help_text=PASSWORD_HELP, widget=forms.PasswordInput(attrs=NEW_PASSWORD)
    )
    again = forms.CharField(
        label=_("再输一次新密码"), widget=forms.PasswordInput(attrs=NEW_PASSWORD)
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("again") and data.get("new_password") != data["again"]:
            self.add_error("again", _("两次输入的密码不一致。"))
        return data


class NewPasswordForm(_TwiceForm):
    pass


class ChangePasswordForm(_TwiceForm):
    password = forms.CharField(
        label=_("现在的密码"), widget=forms.PasswordInput(attrs=CURRENT_PASSWORD)
    )
    field_order = ["password", "new_password", "again"]


class ForgottenForm(forms.Form):
    email = forms.EmailField(label=_("登记的电子邮箱"))


class AcceptForm(_TwiceForm):
    username = forms.CharField(
        label=_("登录名"),
        validators=[username_shape],
        help_text=_("以后用它登录，例如姓名的拼音。"),
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    field_order = ["username", "new_password", "again"]


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(
        label=_("岗位"), choices=ROLE_CHOICES, widget=forms.CheckboxSelectMultiple
    )


class InviteForm(RolesForm):
    name = forms.CharField(label=_("姓名"), max_length=40)
    email = forms.EmailField(
        label=_("电子邮箱"),
        required=False,
        help_text=_("填写后邀请链接会寄到这里；不填则打印邀请函。"),
    )
    mobile = MobileField(label=_("手机"), required=False)
    post = forms.CharField(label=_("职务"), max_length=40, required=False)
    is_liaison = forms.BooleanField(label=_("帮扶工作联络员"), required=False)
    field_order = ["name", "post", "email", "mobile", "roles", "is_liaison"]


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("用途"), max_length=60, help_text=_("写明哪个程序使用，便于日后清理。")
    )
    days = forms.TypedChoiceField(
        label=_("有效期"),
        coerce=int,
        choices=[(30, _("30 天")), (90, _("90 天")), (365, _("一年"))],
    )


class NetworkAdministratorForm(forms.Form):
    username = forms.CharField(label=_("登录名"), max_length=150)
