"""Letters to people about their account."""

import logging

from django.core.mail import send_mail
from django.utils.translation import gettext as _

from shared_apps.accounts.models import Invitation, User
from shared_apps.accounts.services.invitations import path_of

logger = logging.getLogger(__name__)


def send_invitation(invitation: Invitation, *, site: str, station_name: str) -> bool:
    """Send the link of an invitation if an address is known; say whether it went out.

    ``site`` is the scheme and host of this platform. The link can always be printed or sent again.
    """
    if not invitation.email:
        return False
    text = _(
        "%(name)s：\n\n%(by)s邀请您加入“%(station)s”的工会帮扶服务平台。"
        "请打开下面的链接，设置登录名和密码：\n\n%(link)s\n\n链接 14 天内有效，只能使用一次。"
    )
    return send_tolerantly(
        invitation.email,
        _("邀请您加入%(station)s") % {"station": station_name},
        text
        % {
            "name": invitation.name,
            "by": invitation.invited_by_name,
            "station": station_name,
            "link": f"{site}{path_of(invitation)}",
        },
    )


def send_reset(user: User, *, link: str) -> bool:
    """Send the link for a new password."""
    text = _(
        "%(name)s：\n\n有人为登录名 %(username)s 申请了重设密码。如是您本人，请打开：\n\n%(link)s\n\n"
        "如不是，请不必理会，您的密码没有改变。"
    )
    return send_tolerantly(
        user.email,
        _("重设密码"),
        text % {"name": user.name, "username": user.username, "link": link},
    )


def send_tolerantly(to: str, subject: str, text: str) -> bool:
    """Send one letter and say whether the mail server took it; one that is down stops nothing."""
    try:
        return bool(send_mail(subject, text, None, [to]))
    except OSError:
        logger.exception("a letter could not be handed to the mail server")
        return False
