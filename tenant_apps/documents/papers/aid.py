"""The approval form of an application for aid, on A4: whom, how much in capitals, why, who decided."""

from __future__ import annotations

from collections.abc import Sequence

from bangfu.kernel.crypto import mask_card, mask_id_no
from bangfu.kernel.money import rmb_capitals
from bangfu.ui.templatetags.ui import yuan
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.printing.models import PaperKind
from tenant_apps.aid.models import Application
from tenant_apps.documents.papers.blocks import (
    Sheet,
    box,
    cell,
    facts,
    heading,
    note,
    opinions,
    table,
)


def aid_approval(
    row: Application, *, programme: str, sentences: Sequence[str], station_name: str
) -> Sheet:
    """One application as it was decided; number and card are masked."""
    file = row.file
    number = row.payee_id_no.reveal() if row.payee_id_no else ""
    card = row.payee_card.reveal() if row.payee_card else ""
    meetings = {one["kind"]: one for one in row.meetings}
    return Sheet(
        kind=PaperKind.AID_APPROVAL,
        subject=("aid", row.pk),
        about=row.number,
        title="困难职工帮扶审批表",
        subtitle=f"{station_name}　　编号 {row.number}",
        blocks=(
            facts(
                cell("帮扶对象", row.person_name),
                cell("证件号码", mask_id_no(number) if number else "", span=2),
                cell("档案编号", file.file_no if file else ""),
                cell("困难类别", CODE_LISTS["tier"].label(file.tier) if file else ""),
                cell("对象类别", CODE_LISTS["warmth_group"].label(row.group or "on_file")),
                cell("工作单位（学校）", row.unit, span=3),
                cell("帮扶项目", programme, span=2),
                cell("周期", row.cycle),
                cell("困难和需求", row.need, span=3),
                cell("拟批金额", f"{yuan(row.amount_fen)} 元"),
                cell("金额大写", f"人民币{rmb_capitals(row.amount_fen)}", span=2),
                cell("资金来源", row.fund.name if row.fund else "", span=3),
                cell("收款人", row.payee_name),
                cell(
                    "开户银行及卡号", f"{row.payee_bank} {mask_card(card) if card else ''}", span=2
                ),
            ),
            heading("核算依据"),
            table([("说明", 1, "left")], [[one] for one in sentences] or [["按规定核算。"]]),
            opinions(
                box("经办人意见", text="经核验，符合申请条件。", sign=row.entered_by),
                box(
                    "审核人意见",
                    text="同意提交研究。" if row.reviewed_by else "",
                    sign=row.reviewed_by,
                ),
                box("主席办公会", **_said(meetings.get("chair"))),
                box("党组会", **_said(meetings.get("party"))),
            ),
            note(
                f"依据：{row.assessment.get('programme', '')} {' '.join(row.assessment.get('rules', []))}"
            ),
        ),
    )


def _said(meeting: dict[str, str] | None) -> dict[str, str]:
    if meeting is None:
        return {}
    return {
        "text": f"{meeting['number']}：{meeting['decision']}",
        "sign": meeting["noted_by"],
        "day": meeting["held_on"],
    }
