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


class NobodyBelow(DomainError):
    """There is no station below that could be asked to draw."""

    code = "nobody-below"
    http_status = 422
    message = _("本站没有下级站点，请直接抽取样本。")


class OrderedAlready(DomainError):
    """An order of that year and programme stands."""

    code = "sample-ordered-already"
    message = _("这一年度和项目已统一抽样，不能重下。确需重抽，请先收回并写明原因。")
