"""The flow of a file. Source: domain reference §3.2.

What the own station does has buttons. What a station above decides arrives as a message and is
followed by the system.
"""

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text
from bangfu.kernel.flow import Flow, Step
from tenant_apps.households.models import FileState

# Nobody holds it: only the relay, acting for the system, follows a decision from above.
FOLLOW = "file.follow"

UNDER_WAY = frozenset(
    {
        FileState.CENTRE_REVIEW,
        FileState.MEANS_CHECK,
        FileState.NOTICE,
        FileState.OBJECTION,
        FileState.APPROVAL,
    }
)
"""In these the file is with a station above, or with the own station acting as the centre."""

LEFT = frozenset(
    {
        FileState.OUT,
        FileState.SECURED,
        FileState.CANCELLED,
        FileState.REFUSED,
        FileState.MOVED_OUT,
    }
)
"""In these the household has left and the file waits for the end of its retention."""


def _follows(label: Text, *, sources: frozenset[str], target: str) -> Step:
    return Step(sources=sources, target=target, capability=FOLLOW, label=label, by_system=True)


FILE_FLOW = Flow(
    "file",
    {
        "submit": Step(
            sources=frozenset({FileState.DRAFT, FileState.RETURNED}),
            target=FileState.SUBMITTED,
            capability="file.submit",
            label=_("提交"),
            clock="first_review",
        ),
        "accept": Step(
            sources=frozenset({FileState.SUBMITTED}),
            target=FileState.FIRST_REVIEW,
            capability="file.review",
            label=_("受理"),
        ),
        "arrange_visit": Step(
            sources=frozenset({FileState.FIRST_REVIEW}),
            target=FileState.VISITING,
            capability="file.review",
            label=_("安排入户"),
            clock="visit",
        ),
        "record_visit": Step(
            sources=frozenset({FileState.VISITING}),
            target=FileState.VISITING,
            capability="file.visit",
            label=_("登记入户核查"),
        ),
        "report": Step(
            sources=frozenset({FileState.VISITING}),
            target=FileState.CENTRE_REVIEW,
            capability="file.report",
            label=_("上报"),
            clock="level_review",
        ),
        "return_to_applicant": Step(
            sources=frozenset({FileState.FIRST_REVIEW, FileState.VISITING}),
            target=FileState.RETURNED,
            capability="file.review",
            label=_("退回补正"),
            clock="returned",
            tone="light",
        ),
        "recall": Step(
            sources=frozenset({FileState.CENTRE_REVIEW}),
            target=FileState.CENTRE_REVIEW,
            capability="file.report",
            label=_("撤回上报"),
            tone="light",
        ),
        "withdrawn": _follows(
            _("已撤回"), sources=frozenset({FileState.CENTRE_REVIEW}), target=FileState.VISITING
        ),
        "forwarded": _follows(
            _("上级同意并上报"),
            sources=frozenset({FileState.CENTRE_REVIEW}),
            target=FileState.CENTRE_REVIEW,
        ),
        "centre_accepted": _follows(
            _("中心受理"),
            sources=frozenset({FileState.CENTRE_REVIEW}),
            target=FileState.CENTRE_REVIEW,
        ),
        "means_requested": _follows(
            _("发起经济状况核对"),
            sources=frozenset({FileState.CENTRE_REVIEW}),
            target=FileState.MEANS_CHECK,
        ),
        "means_recalled": _follows(
            _("撤回经济状况核对"),
            sources=frozenset({FileState.MEANS_CHECK}),
            target=FileState.CENTRE_REVIEW,
        ),
        "means_confirmed": _follows(
            _("经济状况核对符合"),
            sources=frozenset({FileState.CENTRE_REVIEW, FileState.MEANS_CHECK}),
            target=FileState.MEANS_CHECK,
        ),
        "notice_published": _follows(
            _("公示"), sources=frozenset({FileState.MEANS_CHECK}), target=FileState.NOTICE
        ),
        "objection_raised": _follows(
            _("收到异议"), sources=frozenset({FileState.NOTICE}), target=FileState.OBJECTION
        ),
        "objection_answered": _follows(
            _("异议不成立，继续公示"),
            sources=frozenset({FileState.OBJECTION}),
            target=FileState.NOTICE,
        ),
        "notice_renewed": _follows(
            _("更正后重新公示"),
            sources=frozenset({FileState.OBJECTION}),
            target=FileState.NOTICE,
        ),
        "notice_ended": _follows(
            _("公示期满"), sources=frozenset({FileState.NOTICE}), target=FileState.APPROVAL
        ),
        "approved": _follows(
            _("审批通过"), sources=frozenset({FileState.APPROVAL}), target=FileState.ON_FILE
        ),
        "returned": _follows(
            _("上级退回"),
            sources=frozenset(
                {FileState.CENTRE_REVIEW, FileState.MEANS_CHECK, FileState.OBJECTION}
            ),
            target=FileState.RETURNED,
        ),
        "refused": _follows(_("不予建档"), sources=UNDER_WAY, target=FileState.REFUSED),
        "ask_second_look": Step(
            sources=frozenset({FileState.REFUSED}),
            target=FileState.REFUSED,
            capability="file.submit",
            label=_("申请复核"),
            tone="light",
        ),
        "second_look": _follows(
            _("同意复核"),
            sources=frozenset({FileState.REFUSED}),
            target=FileState.CENTRE_REVIEW,
        ),
        "convert": Step(
            sources=frozenset({FileState.TEMPORARY}),
            target=FileState.SUBMITTED,
            capability="file.submit",
            label=_("临时转正"),
            clock="first_review",
        ),
        "expired": _follows(
            _("临时救助档到期"),
            sources=frozenset({FileState.TEMPORARY}),
            target=FileState.CANCELLED,
        ),
        "start_recheck": Step(
            sources=frozenset({FileState.ON_FILE}),
            target=FileState.RECHECKING,
            capability="file.recheck",
            label=_("开始复核"),
        ),
        "drop_recheck": Step(
            sources=frozenset({FileState.RECHECKING}),
            target=FileState.ON_FILE,
            capability="file.recheck",
            label=_("取消复核"),
            tone="light",
        ),
        "send_recheck": Step(
            sources=frozenset({FileState.RECHECKING}),
            target=FileState.RECHECKING,
            capability="file.recheck",
            label=_("上报复核"),
        ),
        "withdraw_recheck": Step(
            sources=frozenset({FileState.RECHECKING, FileState.EXIT_NOTICE}),
            target=FileState.RECHECKING,
            capability="file.recheck",
            label=_("撤回复核"),
            tone="light",
        ),
        "recheck_returned": _follows(
            _("复核退回补充"),
            sources=frozenset({FileState.RECHECKING}),
            target=FileState.RECHECKING,
        ),
        "continued": _follows(
            _("继续在档"), sources=frozenset({FileState.RECHECKING}), target=FileState.ON_FILE
        ),
        "exit_agreed": _follows(
            _("拟退出"), sources=frozenset({FileState.RECHECKING}), target=FileState.EXIT_NOTICE
        ),
        "exit_objected": _follows(
            _("退出公示收到异议"),
            sources=frozenset({FileState.EXIT_NOTICE}),
            target=FileState.EXIT_NOTICE,
        ),
        "exit_resumed": _follows(
            _("异议不成立，继续退出公示"),
            sources=frozenset({FileState.EXIT_NOTICE}),
            target=FileState.EXIT_NOTICE,
        ),
        "exit_notice_ended": _follows(
            _("退出公示期满"),
            sources=frozenset({FileState.EXIT_NOTICE}),
            target=FileState.EXIT_NOTICE,
        ),
        "exit_stopped": _follows(
            _("不予退出，继续在档"),
            sources=frozenset({FileState.EXIT_NOTICE}),
            target=FileState.ON_FILE,
        ),
        "left_out": _follows(
            _("确认脱困"), sources=frozenset({FileState.EXIT_NOTICE}), target=FileState.OUT
        ),
        "left_secured": _follows(
            _("确认解困（兜底）"),
            sources=frozenset({FileState.EXIT_NOTICE}),
            target=FileState.SECURED,
        ),
        "left_cancelled": _follows(
            _("确认注销"),
            sources=frozenset({FileState.EXIT_NOTICE}),
            target=FileState.CANCELLED,
        ),
        "offer_transfer": Step(
            sources=frozenset({FileState.ON_FILE}),
            target=FileState.TRANSFERRING,
            capability="file.transfer",
            label=_("转移档案"),
            clock="transfer",
        ),
        "cancel_transfer": Step(
            sources=frozenset({FileState.TRANSFERRING}),
            target=FileState.ON_FILE,
            capability="file.transfer",
            label=_("撤回转移"),
            tone="light",
        ),
        "transfer_ended": _follows(
            _("转移未成，继续在档"),
            sources=frozenset({FileState.TRANSFERRING}),
            target=FileState.ON_FILE,
        ),
        "handed_over": _follows(
            _("移交档案"),
            sources=frozenset({FileState.TRANSFERRING}),
            target=FileState.TRANSFERRING,
        ),
        "moved_out": _follows(
            _("已转出"),
            sources=frozenset({FileState.TRANSFERRING}),
            target=FileState.MOVED_OUT,
        ),
        "moved_in": _follows(
            _("转入档案"), sources=frozenset({FileState.MOVED_OUT}), target=FileState.ON_FILE
        ),
        "archived": _follows(_("归档"), sources=LEFT, target=FileState.ARCHIVED),
    },
)
