"""How batches and lines are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import Text
from bangfu.kernel.flow import Step
from tenant_apps.payouts.flow import BATCH_FLOW, SIGNS_NEXT
from tenant_apps.payouts.models import GIVEN_UP, Batch, BatchState
from tenant_apps.payouts.selectors import DROPPED, REFUSED

_OTHER_ACTS = {
    "prepare": gettext_lazy("编制批次"),
    "drop": gettext_lazy("移出一笔"),
    "answer": gettext_lazy("上传回盘文件"),
    "drop_answer": gettext_lazy("撤下回盘文件"),
    "use_answer": gettext_lazy("回盘结果生效"),
    "refuse_answer": gettext_lazy("回盘文件未接收"),
    "moved_on": gettext_lazy("银行已扣款"),
    "back_on": gettext_lazy("退款已到账"),
    "hand_over": gettext_lazy("现金发放"),
    "sign": gettext_lazy("本人签收"),
    "sign_for_another": gettext_lazy("代签"),
    "nat_entry": gettext_lazy("登记全国系统录入"),
}
_STAGES = (
    (BatchState.DRAFT, gettext_lazy("编制")),
    (BatchState.FROZEN, gettext_lazy("财务复核")),
    (BatchState.CHECKED, gettext_lazy("经审确认")),
    (BatchState.AUDITED, gettext_lazy("主席签批")),
    (BatchState.APPROVED, gettext_lazy("提交银行")),
    (BatchState.SENT, gettext_lazy("银行回盘")),
    (BatchState.PAID, gettext_lazy("对账")),
    (BatchState.RECONCILED, gettext_lazy("办结")),
)
_PLACES = {state: at for at, (state, _label) in enumerate(_STAGES)} | {
    BatchState.PREPARING: 0,
    BatchState.PARTLY_PAID: 6,
    BatchState.CLOSED: len(_STAGES),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of a batch, and who took it."""

    label: Text
    state: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """By which act a batch was given up, by whom and why, and what waits for another batch again."""

    act: Text
    who: str
    at: datetime | None
    reason: str
    count: int
    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """What came of one return file."""

    at: datetime | None
    who: str
    is_refused: bool
    is_dropped: bool
    kind: str
    text: str
    is_used: bool
    digest: str


def act_label(action: str) -> Text:
    """Return what an act on a batch is called."""
    step = BATCH_FLOW.steps.get(action)
    return step.label if step else _OTHER_ACTS.get(action, action)


def stages_of(batch: Batch) -> list[Stage]:
    """Return the stages of a batch; of one that was given up, where it ended."""
    notes = (
        batch.made_by, batch.checked_by, batch.audited_by, batch.approved_by, batch.sent_by,
        batch.answered_by, batch.reconciled_by, "",
    )  # fmt: skip
    ended = batch.state in GIVEN_UP
    at = sum(1 for name in notes[:4] if name) if ended else _PLACES[BatchState(batch.state)]
    if batch.problems:
        at = 0
    return [
        Stage(
            label=label,
            state="done" if place < at else ("bad" if ended else "current") if place == at else "todo",
            # Who made it stands at the first stage, who checked it at the second, and so on.
            note=notes[place] if place < at else "",
        )
        for place, (_state, label) in enumerate(_STAGES)
    ]  # fmt: skip


def acts_of(batch: Batch, actor: Actor, *, entry_left: int = 0) -> list[tuple[str, Step]]:
    """Return the buttons of a batch that the actor may press; ``entry_left`` of it is not in the national system."""
    signed = {
        batch.made_by_id, batch.checked_by_id, batch.audited_by_id, batch.approved_by_id
    }  # fmt: skip
    acts = []
    for action in BATCH_FLOW.actions_from(batch.state, actor=actor):
        if action in {"check", "audit", "approve"} and actor.user_id in signed:
            continue
        if action == "return" and not actor.may(SIGNS_NEXT[BatchState(batch.state)]):
            continue
        if action == "send" and actor.user_id == batch.approved_by_id:
            continue
        if action == "reconcile" and actor.user_id in {batch.sent_by_id, batch.answered_by_id}:
            continue
        if action.startswith("waive_") and not _may_be_waived(batch, action, actor, entry_left):
            continue
        acts.append((action, BATCH_FLOW.steps[action]))
    return acts


def _may_be_waived(batch: Batch, action: str, actor: Actor, entry_left: int) -> bool:
    asked = batch.nat_waiver
    if action == "waive_ask":
        return entry_left > 0 and not asked
    is_open = bool(asked) and not batch.is_waived
    return is_open and (action == "waive_refuse" or actor.user_id != asked["by_id"])


def given_up_of(batch: Batch) -> GivenUp | None:
    """Return how a batch was given up; nothing of one that was not, or could not be put together."""
    said = batch.given_up
    if said is None:
        return None
    return GivenUp(
        act=act_label(said["action"]),
        who=said["by"],
        at=parse_datetime(said["at"]),
        reason=said["reason"],
        count=said["count"],
        fen=said["fen"],
    )


def answers_of(batch: Batch) -> list[AnswerRow]:
    """Return the return files of a batch, newest first."""
    return [_answer(one) for one in reversed(batch.answers)]


def summary_headings() -> Sequence[str]:
    """Return the headings of the summary by name (实名制汇总表)."""
    return [
        _("序号"), _("姓名"), _("申请号"), _("帮扶项目"), _("卡号后四位"), _("金额（元）"),
        _("结果"), _("到账日期"), _("签收方式"), _("签收人"), _("签收日期"),
    ]  # fmt: skip


def _answer(one: dict[str, object]) -> AnswerRow:
    counts = one.get("counts")
    is_dropped = one["kind"] == DROPPED
    text = str(one.get("why", ""))
    if isinstance(counts, dict):
        text = (
            _("成功 %(paid)s 笔，失败 %(failed)s 笔，不明 %(unknown)s 笔，退票 %(returned)s 笔")
            % counts
        )
    if is_dropped:
        text = _("%(who)s 撤下：%(why)s") % {"who": one["dropped_by"], "why": text}
    return AnswerRow(
        at=parse_datetime(str(one["at"])),
        who=str(one["by"]),
        is_refused=one["kind"] == REFUSED,
        is_dropped=is_dropped,
        kind=str(one.get("break", "")),
        text=text,
        is_used="used" in one,
        digest=str(one["digest"])[:16],
    )
