"""What an applicant is written: subject and text of each letter, from what stands on the application."""

from django.utils.translation import gettext as _

from shared_apps.onboarding.models import Application, Letter
from shared_apps.onboarding.rules import MISSING_ITEMS


def subject_of(application: Application) -> str:
    """Return the subject of the letter that an application owes."""
    words = {"name": application.name}
    return {
        Letter.INVITED: _("邀请入驻：%(name)s") % words,
        Letter.RETURNED: _("入驻申请需要补正：%(name)s") % words,
        Letter.REJECTED: _("入驻申请未通过：%(name)s") % words,
        Letter.REMINDED: _("入驻申请即将到期：%(name)s") % words,
        Letter.LATE: _("入驻申请已逾期：%(name)s") % words,
    }[Letter(application.letter)]


def text_of(application: Application, *, link: str) -> str:
    """Return the text of the letter that an application owes; ``link`` leads to the application."""
    words = {
        "parent": application.parent.name if application.parent else "",
        "name": application.name,
        "until": application.due_on or "",
    }
    opening = {
        Letter.INVITED: _(
            "%(parent)s邀请贵单位入驻工会帮扶服务平台。请打开下面的链接填写申请，手机和电脑都可以，随时保存："
        ),
        Letter.RETURNED: _(
            "“%(name)s”的入驻申请需要补正，请在 %(until)s 前打开下面的链接修改后重新提交："
        ),
        Letter.REJECTED: _("“%(name)s”的入驻申请未通过。可按理由完善后重新申请，办理经过见："),
        Letter.REMINDED: _("“%(name)s”的入驻申请请在 %(until)s 前填写并提交："),
        Letter.LATE: _("“%(name)s”的入驻申请应于 %(until)s 前提交，现已逾期，请尽快办理："),
    }[Letter(application.letter)]
    return "\n\n".join(
        part
        for part in (f"{application.contact_name}：", opening % words, link, _said_of(application))
        if part
    )


def _said_of(application: Application) -> str:
    if application.letter == Letter.REJECTED:
        return _("理由：%(reason)s") % {"reason": application.comment}
    asked = [
        str(MISSING_ITEMS[one["item"]])
        for one in application.missing
        if one["item"] in MISSING_ITEMS
    ]
    lines = [_("需要补正：%(items)s") % {"items": "、".join(asked)}] if asked else []
    if application.comment:
        lines.append(_("说明：%(comment)s") % {"comment": application.comment})
    return "\n".join(lines)
