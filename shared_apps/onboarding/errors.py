"""Refusals about applications."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import DomainError


class TooManyApplications(DomainError):
    """Too many applications came from one address or one contact in a short time."""

    code = "too-many-applications"
    http_status = 429
    message = _("短时间内提交或保存的次数过多，请一小时后再试。")


class StationExists(DomainError):
    """The region has a station of this kind already, or one being opened."""

    code = "station-exists"
    message = _("该区域已有同类站点（%(name)s），不能重复开设。")


class ParentNotOpen(DomainError):
    """The station above is not open, so nobody could review the application."""

    code = "parent-not-open"
    http_status = 422
    message = _("上级站点尚未开通或已暂停，请先由上级单位申请入驻。")


class NoAddress(DomainError):
    """The contact has no e-mail address; the link can be printed."""

    code = "no-address"
    http_status = 422
    message = _("没有填写联系人的电子邮箱，不能寄信。请打印邀请函或电话告知。")


class NothingToSend(DomainError):
    """The applicant has nothing to do now."""

    code = "nothing-to-send"
    message = _("这份申请现在不需要对方办理，没有可重发的信。")


class ReasonMissing(DomainError):
    """A return or a rejection has to say why."""

    code = "reason-missing"
    http_status = 422
    message = _("请写明退回或不予通过的理由，或列出缺少的材料。")


class LinkNotGood(DomainError):
    """The link of an application is wrong, or its draft is older than seven days."""

    code = "link-not-good"
    http_status = 404
    message = _("链接无效，或草稿已超过 7 天。请重新申请，或向上级单位索取新链接。")
