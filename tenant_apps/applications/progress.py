"""How far an application has come, in plain words: where it stands, what happens next and by when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from bangfu.kernel import clock
from bangfu.kernel.errors import Text
from bangfu.kernel.tenancy import current_station, in_network
from bangfu.kernel.workdays import add_working_days
from shared_apps.policies.selectors import NoRuleInForce, rule_in_force
from shared_apps.regions.selectors import calendar_in_force
from tenant_apps.applications.models import Application, ApplicationState
from tenant_apps.applications.selectors import SUBJECT
from tenant_apps.casework.models import Event
from tenant_apps.casework.selectors import clocks_of, events_of
from tenant_apps.casework.subjects import Subject
from tenant_apps.households.models import FileState, HouseholdFile
from tenants.models import Level
from tenants.selectors import ancestors_of

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One line of what happened, without the name of any official."""

    at: datetime
    what: Text
    comment: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of the way and whether it is behind, here or ahead."""

    label: Text
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """Where an application stands, as the worker reads it."""

    headline: Text
    next_step: Text
    tone: str
    due_on: date | None
    reason: str
    stages: tuple[Stage, ...]
    happened: tuple[Happened, ...]
    notices_of: tuple[tuple[str, str], ...]


_OF_APPLICATION: Mapping[str, Standing] = {
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
_OF_FILE: Mapping[str, Standing] = {
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
_UNKNOWN = Standing(stage=3, headline=_("正在办理"), next_step=_("有进展会显示在这里。"))

# What is told of each act, and whether its words were meant for the worker.
_TOLD: Mapping[tuple[str, str], tuple[Text, bool]] = {
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
    ("file", "refused"): (_("没有批准建档"), True),
}
_SAD = frozenset({"return", "refuse", "return_to_applicant", "returned", "refused"})
_PUBLIC_NOTICE_STATES = frozenset(
    {FileState.NOTICE, FileState.OBJECTION, FileState.APPROVAL, FileState.EXIT_NOTICE}
)


def journey_of(application: Application, *, now: datetime) -> Journey:
    """Tell how far an application has come. Six queries at most."""
    file = file_behind(application)
    if file is None:
        standing = _OF_APPLICATION.get(application.state, _UNKNOWN)
        subject: Subject = (SUBJECT, application.pk)
        state = application.state
    else:
        standing = _OF_FILE.get(file.state, _UNKNOWN)
        subject = ("file", file.pk)
        state = file.state
    events = list(events_of((SUBJECT, application.pk)))
    if file is not None:
        events += list(events_of(("file", file.pk)))
    told = tuple(_happened(event) for event in events if _key(event) in _TOLD)
    return Journey(
        headline=standing.headline,
        next_step=standing.next_step,
        tone=standing.tone,
        due_on=_due_on(subject, state, standing, events, now=now),
        reason=_reason(application, events, standing),
        stages=_stages(standing),
        happened=tuple(sorted(told, key=lambda one: one.at, reverse=True)),
        notices_of=_notice_boards() if state in _PUBLIC_NOTICE_STATES else (),
    )


def file_behind(application: Application) -> HouseholdFile | None:
    """The file an application has become."""
    if application.file_id is None:
        return None
    return HouseholdFile.objects.filter(pk=application.file_id).first()


def _key(event: Event) -> tuple[str, str]:
    return event.subject_kind, event.action


def _happened(event: Event) -> Happened:
    what, for_worker = _TOLD[_key(event)]
    return Happened(
        at=event.at,
        what=what,
        comment=event.comment if for_worker else "",
        tone="bad" if event.action in _SAD else "info",
    )


def _stages(standing: Standing) -> tuple[Stage, ...]:
    here = "bad" if standing.tone == "bad" else "done" if standing.tone == "ok" else "current"
    return tuple(
        Stage(
            label=label,
            state="done" if place < standing.stage else here if place == standing.stage else "todo",
        )
        for place, label in enumerate(STAGES)
    )


def _due_on(
    subject: Subject, state: str, standing: Standing, events: list[Event], *, now: datetime
) -> date | None:
    if standing.tone in {"ok", "mute"}:
        return None
    running = clocks_of(subject).first()
    if running is not None:
        due: date = running.due_on
        return due
    began = next((event.at for event in events if event.to_state == state), None)
    if not standing.rule or began is None:
        return None
    try:
        rule = rule_in_force(standing.rule, station=current_station(), on=clock.local_day(now))
    except NoRuleInForce:
        return None
    return add_working_days(clock.local_day(began), rule.value, calendar_in_force())


def _reason(application: Application, events: list[Event], standing: Standing) -> str:
    if standing.tone != "bad":
        return application.reason if application.state == ApplicationState.REFERRED else ""
    if application.file_id is None:
        return application.reason
    return next(
        (
            event.comment
            for event in events
            if event.subject_kind == "file" and event.action in _SAD
        ),
        "",
    )


def _notice_boards() -> tuple[tuple[str, str], ...]:
    here = current_station()
    with in_network():
        above = [(one.code, one.name) for one in ancestors_of(here) if one.level == Level.COUNTY]
    return tuple(above) if above else ((here.code, here.name),)
