"""What each state and each act means to the worker, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text
from tenant_apps.applications.models import ApplicationState
from tenant_apps.households.models import FileState

STAGES: tuple[Text, ...] = (
    _("提交申请"),
    _("站点受理"),
    _("入户走访"),
    _("逐级审核"),
    _("核对经济状况"),
    _("公示"),
    _("审批"),
    _("建档完成"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What one state means to the worker: the stage, the headline, what comes next, its tone."""

    stage: int
    headline: Text
    next_step: Text
    tone: str = "wait"
    rule: str = ""


OF_APPLICATION: Mapping[str, Standing] = {
    ApplicationState.DRAFT: Standing(
        stage=0,
        headline=_("申请还没有提交"),
        next_step=_("请接着填完，最后一页签名后提交。填到一半的内容保留 60 天。"),
        tone="info",
    ),
    ApplicationState.SENT: Standing(
        stage=1,
        headline=_("申请已收到，等站点受理"),
        next_step=_("工作人员会先看材料，缺什么会在这里告诉您，也可能给您打电话。"),
    ),
    ApplicationState.RETURNED: Standing(
        stage=0,
        headline=_("请您补充或修改"),
        next_step=_("照着下面的说明改好，再提交一次就行。"),
        tone="bad",
    ),
    ApplicationState.REFERRED: Standing(
        stage=1,
        headline=_("申请已转给另一个站点办理"),
        next_step=_("您填的内容已经转过去了，还用这个查询码，到那个站点的网页上查。"),
        tone="info",
    ),
    ApplicationState.REFUSED: Standing(
        stage=1,
        headline=_("这次申请没有受理"),
        next_step=_("原因写在下面。有不同意见，可以打电话、到窗口说明，或向上级站点反映。"),
        tone="bad",
    ),
    ApplicationState.WITHDRAWN: Standing(
        stage=0,
        headline=_("申请已撤回"),
        next_step=_("您填的内容和照片已经删除。以后有困难可以重新申请。"),
        tone="mute",
    ),
}
OF_FILE: Mapping[str, Standing] = {
    FileState.DRAFT: Standing(
        stage=1,
        headline=_("站点正在整理您的档案"),
        next_step=_("工作人员可能打电话核对情况，请保持电话畅通。"),
    ),
    FileState.SUBMITTED: Standing(
        stage=1,
        headline=_("档案已提交，等待初审"),
        next_step=_("初审通过后，会有两名工作人员到您家里走访。"),
        rule="clock.first_review",
    ),
    FileState.FIRST_REVIEW: Standing(
        stage=1,
        headline=_("正在初审"),
        next_step=_("接下来会有两名工作人员到您家里走访，请准备好材料原件。"),
    ),
    FileState.VISITING: Standing(
        stage=2,
        headline=_("等待入户走访"),
        next_step=_("两名工作人员会到家里看看，并请您当面在申请书和授权书上签字。"),
        rule="clock.visit",
    ),
    FileState.CENTRE_REVIEW: Standing(
        stage=3,
        headline=_("正在逐级审核"),
        next_step=_("上级帮扶中心审核后，会请民政部门核对家庭经济状况。"),
        rule="clock.centre_review",
    ),
    FileState.MEANS_CHECK: Standing(
        stage=4,
        headline=_("正在核对家庭经济状况"),
        next_step=_("核对符合的，会进行公示，公示里只有打了码的姓名和号码。"),
        rule="clock.means_check_answer",
    ),
    FileState.NOTICE: Standing(
        stage=5,
        headline=_("正在公示"),
        next_step=_("公示期满、没有异议的，转入审批。"),
        rule="notice.working_days",
    ),
    FileState.OBJECTION: Standing(
        stage=5,
        headline=_("有人提出异议，正在核查"),
        next_step=_("核查清楚后会答复；不成立的，公示接着进行。"),
        rule="clock.objection",
    ),
    FileState.APPROVAL: Standing(
        stage=6,
        headline=_("公示结束，等待审批"),
        next_step=_("审批通过后就建档完成，可以按规定得到帮扶。"),
        rule="clock.approval",
    ),
    FileState.ON_FILE: Standing(
        stage=7,
        headline=_("已经建档"),
        next_step=_("站点会定期走访。家里情况有变化（找到工作、生病、有人去世等）请及时告诉我们。"),
        tone="ok",
    ),
    FileState.RECHECKING: Standing(
        stage=7,
        headline=_("正在复核"),
        next_step=_("按规定定期核对家庭情况，可能需要您补交收入等材料。"),
    ),
    FileState.EXIT_NOTICE: Standing(
        stage=7,
        headline=_("拟退出，正在公示"),
        next_step=_("公示期内您有不同意见，可以在公示页上提出异议。"),
    ),
    FileState.TRANSFERRING: Standing(
        stage=7,
        headline=_("档案正在转到另一个站点"),
        next_step=_("转完后由新的站点继续为您服务。"),
    ),
    FileState.MOVED_OUT: Standing(
        stage=7,
        headline=_("档案已转到另一个站点"),
        next_step=_("以后由新的站点为您服务；请带身份证到新站点领取新的查询码。"),
        tone="info",
    ),
    FileState.TEMPORARY: Standing(
        stage=7,
        headline=_("已登记为临时救助"),
        next_step=_("需要长期帮扶的，工作人员会帮您转为正式档案。"),
        tone="ok",
    ),
    FileState.RETURNED: Standing(
        stage=1,
        headline=_("需要补充材料"),
        next_step=_("请照着下面的说明，把材料交给站点，或打电话说明。"),
        tone="bad",
        rule="clock.returned",
    ),
    FileState.REFUSED: Standing(
        stage=6,
        headline=_("这次没有批准建档"),
        next_step=_("原因写在下面。您可以要求复核，也可以在情况变化后重新申请。"),
        tone="bad",
    ),
    FileState.OUT: Standing(
        stage=7,
        headline=_("已经脱困，档案已结束"),
        next_step=_("祝贺您渡过难关。以后再遇到困难，可以重新申请。"),
        tone="ok",
    ),
    FileState.SECURED: Standing(
        stage=7,
        headline=_("已由政府保障兜底，档案已结束"),
        next_step=_("今后的保障由民政等部门办理；有困难仍可联系我们。"),
        tone="ok",
    ),
    FileState.CANCELLED: Standing(
        stage=7,
        headline=_("档案已注销"),
        next_step=_("对注销有不同意见，可以打电话或到窗口要求复核。"),
        tone="mute",
    ),
    FileState.ARCHIVED: Standing(
        stage=7,
        headline=_("档案已归档保存"),
        next_step=_("需要查看或再次申请，请联系站点。"),
        tone="mute",
    ),
}
UNKNOWN = Standing(stage=3, headline=_("正在办理"), next_step=_("有进展会显示在这里。"))

# What is told of each act, and whether its words were meant for the worker.
TOLD: Mapping[tuple[str, str], tuple[Text, bool]] = {
    ("application", "send"): (_("您提交了申请"), False),
    ("application", "arrive"): (_("申请转到本站点"), True),
    ("application", "return"): (_("站点请您补充或修改"), True),
    ("application", "take"): (_("站点受理了申请，开始建档"), False),
    ("application", "refer"): (_("站点把申请转给另一个站点"), True),
    ("application", "refuse"): (_("站点没有受理"), True),
    ("application", "withdraw"): (_("您撤回了申请"), False),
    ("file", "submit"): (_("档案提交审核"), False),
    ("file", "accept"): (_("开始初审"), False),
    ("file", "arrange_visit"): (_("安排了入户走访"), False),
    ("file", "record_visit"): (_("完成了入户走访"), False),
    ("file", "report"): (_("报上级审核"), False),
    ("file", "return_to_applicant"): (_("需要补充材料"), True),
    ("file", "returned"): (_("上级要求补充"), True),
    ("file", "forwarded"): (_("上一级同意，继续上报"), False),
    ("file", "centre_accepted"): (_("帮扶中心受理"), False),
    ("file", "means_confirmed"): (_("家庭经济状况核对符合"), False),
    ("file", "notice_published"): (_("开始公示"), False),
    ("file", "objection_raised"): (_("收到异议，公示暂停"), False),
    ("file", "objection_answered"): (_("异议不成立，公示继续"), False),
    ("file", "notice_ended"): (_("公示结束"), False),
    ("file", "approved"): (_("审批通过，建档完成"), False),
    ("file", "means_requested"): (_("请民政等部门核对家庭经济状况"), False),
    ("file", "notice_renewed"): (_("更正后重新公示"), False),
    ("file", "refused"): (_("没有批准建档"), True),
    ("file", "ask_second_look"): (_("要求复核"), False),
    ("file", "second_look"): (_("开始复核"), False),
    ("file", "start_recheck"): (_("开始定期复核"), False),
    ("file", "continued"): (_("复核结束，继续帮扶"), False),
    ("file", "exit_agreed"): (_("拟退出，进行公示"), False),
    ("file", "exit_stopped"): (_("不退出，继续帮扶"), False),
    ("file", "left_out"): (_("已脱困，档案结束"), False),
    ("file", "left_secured"): (_("由政府保障兜底，档案结束"), False),
    ("file", "left_cancelled"): (_("档案注销"), False),
    ("file", "moved_out"): (_("档案转到另一个站点"), False),
    ("file", "moved_in"): (_("档案转到本站点"), False),
}
SAD = frozenset({"return", "refuse", "return_to_applicant", "returned", "refused"})
PUBLIC_NOTICE_STATES = frozenset(
    {FileState.NOTICE, FileState.OBJECTION, FileState.APPROVAL, FileState.EXIT_NOTICE}
)
