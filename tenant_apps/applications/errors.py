"""Refusals on the worker's side, each with what to do about it."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Conflict, DomainError


class CodeNotGood(DomainError):
    """No application here goes by that code and number; which of the two is wrong is not told."""

    code = "code-not-good"
    http_status = 422
    message = _(
        "查询码或身份证号后四位不对，请对照纸条再输一遍；纸条丢了，请带身份证到窗口重新领取。"
    )


class TooManyTries(DomainError):
    """Too many wrong codes were tried."""

    code = "too-many-tries"
    http_status = 429
    message = _("输错次数太多，请半小时后再试，或带身份证到窗口办理。")


class TooManyAtOnce(DomainError):
    """One address starts, uploads or writes more than a person would."""

    code = "too-many-at-once"
    http_status = 429
    message = _("操作太频繁，请明天再试，或直接打电话、到窗口办理。")


class NotTakingApplications(DomainError):
    """The station takes no applications over the network now."""

    code = "not-taking-applications"
    http_status = 409
    message = _("本站目前不在网上受理申请，请打电话或到窗口办理。")


class SavedElsewhere(Conflict):
    """The same page was saved from another window since it was opened."""

    code = "saved-elsewhere"
    message = _("这一页您刚在另一个窗口改过。下面是您现在填的内容，核对后再点一次保存就以它为准。")


class NotYoursToChange(DomainError):
    """What was sent in may not be changed while the station works on it."""

    code = "application-not-editable"
    message = _("申请已经提交，现在不能修改；需要改动的，请等工作人员退回，或打电话说明。")


class WrongDestination(DomainError):
    """An application is handed on to a station near by, never to itself or to anybody."""

    code = "wrong-destination"
    http_status = 422
    message = _("请从列表中选择要转送的站点：上级、下级或同级相邻的站点。")


class PicturesOnTheirWay(DomainError):
    """Pictures that were handed on with the application have not arrived yet."""

    code = "pictures-on-their-way"
    message = _("随申请转来的照片还没有收齐，收齐后才能再转送。")
