"""What a password must hold."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class LettersAndDigitsValidator:
    """A password needs letters and digits. Source: domain NR18."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ``ValidationError`` unless both kinds are there."""
        if not (any(map(str.isalpha, password)) and any(map(str.isdigit, password))):
            raise ValidationError(self.get_help_text(), code="letters-and-digits")

    def get_help_text(self) -> str:
        """Say the rule."""
        return _("密码须同时含有字母和数字。")
