"""Refusals of the console."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import DomainError


class TooFewStandards(DomainError):
    """A station is accepted only when it meets enough of the ten standards."""

    code = "too-few-standards"
    http_status = 422
    message = _("十项规范须至少达到 %(wanted)s 项，现在是 %(met)s 项。")
