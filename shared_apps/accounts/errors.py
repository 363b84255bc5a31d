"""Refusals about people, invitations and sign-in."""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import DomainError


class StationIsFull(DomainError):
    """The station has as many people as a station of its level may have."""

    code = "station-is-full"
    message = _("本站人员已满（%(quota)s 人）。请先结束离岗人员的任职，再邀请新人。")


class LastAdministrator(DomainError):
    """The change would leave the station without an administrator."""

    code = "last-administrator"
    message = _("这是本站唯一的管理员。请先让另一人担任站点管理员。")


class LinkNotGood(DomainError):
    """The link of an invitation is wrong, used, withdrawn or too old: the four look alike."""

    code = "link-not-good"
    http_status = 404
    message = _("邀请链接无效或已过期。请向邀请您的单位索取新链接。")


class UsernameTaken(DomainError):
    """Somebody else signs in by this name."""

    code = "username-taken"
    http_status = 422
    message = _("这个登录名已有人使用，请换一个。")


class AlreadyMember(DomainError):
    """The person belongs to the station already."""

    code = "already-member"
    message = _("此人已是本站人员。需要调整时，请修改其岗位。")


class OwnAccount(DomainError):
    """A person may not take away their own part; somebody else has to."""

    code = "own-account"
    message = _("不能结束自己的任职或撤销自己的权限，请由其他管理员办理。")
