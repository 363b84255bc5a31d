"""What a sample is refused for."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import DomainError


class NobodyAided(DomainError):
    """No household was aided in the year, so there is nobody to draw."""

    code = "nobody-aided"
    http_status = 422
    message = _("这一年没有已发放的受助户，无法抽样。")


class DrawnAlready(DomainError):
    """A sample of that year and programme stands."""

    code = "sample-drawn-already"
    message = _("这一年度和项目已抽样，不能重抽。确需重抽，请先作废并写明原因。")
