"""The approval form of an application for aid, on A4: whom, how much in capitals, why, who decided."""

from __future__ import annotations

from collections.abc import Sequence

from bangfu.kernel.crypto import mask_card, mask_id_no
from bangfu.kernel.money import rmb_capitals
from bangfu.ui.templatetags.ui import yuan
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.printing.models import PaperKind
from tenant_apps.aid.models import AidState, Application
from tenant_apps.documents.papers.blocks import (
    Block,
    Sheet,
    box,
    facts,
    heading,
    known,
    note,
    opinions,
    table,
)

# Before somebody checked whether it may be granted, nobody has an opinion of it.
_UNCHECKED = frozenset(
    {
        AidState.PROPOSED, AidState.LEFT_OUT, AidState.DRAFT, AidState.SUBMITTED,
        AidState.ELIGIBILITY, AidState.RETURNED, AidState.WITHDRAWN,
    }
)  # fmt: skip
_MEETINGS = (("chair", "主席办公会"), ("party", "党组会"))
_LOW_MM, _HIGH_MM = 24, 34


def aid_approval(
    row: Application, *, programme: str, sentences: Sequence[str], station_name: str
) -> Sheet:
    """One application as it was decided; number and card are masked."""
    file = row.file
    number = row.payee_id_no.reveal() if row.payee_id_no else ""
    card = row.payee_card.reveal() if row.payee_card else ""
    rules = f"{row.assessment.get('programme', '')} {' '.join(row.assessment.get('rules', []))}"
    return Sheet(
        kind=PaperKind.AID_APPROVAL,
        subject=("aid", row.pk),
        about=row.number,
        title="困难职工帮扶审批表",
        subtitle=f"{station_name}　　编号 {row.number}",
        blocks=(
            facts(
                known("帮扶对象", row.person_name),
                known("证件号码", mask_id_no(number) if number else "", span=2),
                known("档案编号", file.file_no if file else ""),
                known("困难类别", CODE_LISTS["tier"].label(file.tier) if file else ""),
                known("对象类别", CODE_LISTS["warmth_group"].label(row.group or "on_file")),
                known("单位（学校）", row.unit, span=3),
                known("帮扶项目", programme, span=2),
                known("周期", row.cycle),
                known("困难和需求", row.need, span=3),
                known("批准金额" if row.approved_on else "拟批金额", f"{yuan(row.amount_fen)} 元"),
                known("金额大写", f"人民币{rmb_capitals(row.amount_fen)}", span=2),
                known("资金来源", row.fund.name if row.fund else "", span=3),
                known("收款人", row.payee_name),
                known("银行及卡号", f"{row.payee_bank} {mask_card(card) if card else ''}", span=2),
            ),
            heading("核算依据"),
            table([("说明", 1, "left")], [[one] for one in sentences] or [["按规定核算。"]]),
            opinions(*_boxes(row)),
            *([note(f"依据：{rules.strip()}")] if rules.strip() else []),
        ),
    )


def _boxes(row: Application) -> list[Block]:
    is_checked = row.state not in _UNCHECKED
    meetings = {one["kind"]: one for one in row.meetings}
    # What is small enough is granted without a meeting.
    needed = _MEETINGS if meetings or not row.approved_on else ()
    return [
        box(
            "经办人意见", text="经核验，符合申请条件。" if is_checked else "",
            sign=row.entered_by if is_checked else "", height=_LOW_MM,
        ),
        box(
            "审核人意见", text="同意提交研究。" if row.reviewed_by else "", sign=row.reviewed_by,
            height=_LOW_MM,
        ),
        *(box(title, **_said(meetings.get(kind)), height=_HIGH_MM) for kind, title in needed),
        box(
            "审批意见", text=_decided(row), sign=row.approved_by,
            day=f"{row.approved_on:%Y-%m-%d}" if row.approved_on else "", height=_LOW_MM,
        ),
    ]  # fmt: skip


def _decided(row: Application) -> str:
    if row.state == AidState.REFUSED:
        return f"不予帮扶。{row.reason}"
    if not row.approved_on:
        return ""
    how = "先行救助，手续后补。" if row.is_urgent else ""
    return f"同意帮扶 {yuan(row.amount_fen)} 元（人民币{rmb_capitals(row.amount_fen)}）。{how}"


def _said(meeting: dict[str, str] | None) -> dict[str, str]:
    if meeting is None:
        return {}
    members = meeting.get("members", "")
    return {
        "text": f"纪要 {meeting['number']}\n参会人员：{members or '—'}\n会议决定：{meeting['decision']}",
        "sign": f"记录 {meeting['noted_by']}",
        "day": meeting["held_on"],
    }
