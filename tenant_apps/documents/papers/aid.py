"""The approval form of an application for aid, on A4: whom, how much in capitals, why, who decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bangfu.kernel.crypto import mask_card, mask_id_no
from bangfu.kernel.errors import Text
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
    signatures,
    summed,
    table,
    together,
)

# Before somebody checked whether it may be granted, nobody has an opinion of it.
_UNCHECKED = frozenset(
    {
        AidState.PROPOSED, AidState.LEFT_OUT, AidState.DRAFT, AidState.SUBMITTED,
        AidState.ELIGIBILITY, AidState.RETURNED, AidState.WITHDRAWN,
    }
)  # fmt: skip
_MEETINGS = (("chair", "主席办公会"), ("party", "党组会"))
# What makes two applications name the same meeting.
_SAME = ("kind", "number", "held_on")
_LOW_MM, _HIGH_MM = 24, 34
_DECIDED: list[tuple[Text, float, str]] = [
    ("序号", 0.45, "center"),
    ("申请号", 1.2, "center"),
    ("帮扶对象", 1.1, "center"),
    ("帮扶项目", 1.1, "center"),
    ("金额（元）", 1.15, "right"),
    ("会议决定", 3, "left"),
]


def aid_approval(
    row: Application,
    *,
    programme: str,
    cycle: str,
    basis: str,
    sentences: Sequence[str],
    station_name: str,
) -> Sheet:
    """One application as it was decided; number and card are masked.

    ``cycle`` is the year, month or day, or the name of the campaign; ``basis`` what it was judged by, in words.
    """
    file = row.file
    number = row.payee_id_no.reveal() if row.payee_id_no else ""
    card = row.payee_card.reveal() if row.payee_card else ""
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
                known("周期", cycle),
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
            *([note(f"依据：{basis}")] if basis else []),
        ),
    )


def aid_minutes(
    rows: Sequence[Application],
    *,
    meeting: Mapping[str, str],
    names: Mapping[int, str],
    station_name: str,
    first: int = 1,
    of: int | None = None,
    total_fen: int | None = None,
) -> Sheet:
    """What one meeting decided of every application that names its minutes, in the order of their numbers.

    ``names`` are those of the versions of programmes. People are named, their numbers and cards are not. Long minutes
    are several sheets: this one begins with application ``first`` of ``of``, and the last one ends with the sum of
    all, ``total_fen``, and the places to sign.
    """
    count = len(rows) if of is None else of
    total = sum(row.amount_fen for row in rows) if total_fen is None else total_fen
    last = first + len(rows) - 1
    part = f"　　第 {first}—{last} 件，共 {count} 件" if len(rows) < count else ""
    return Sheet(
        kind=PaperKind.AID_MINUTES,
        subject=("aid", rows[0].pk if count == 1 else None),
        about=meeting["number"],
        title=minutes_title(meeting),
        subtitle=f"{station_name}　　{meeting['number']}　　{meeting['held_on']}{part}",
        blocks=(
            facts(
                known("会议", meeting_name(meeting)),
                known("召开日期", meeting["held_on"]),
                known("纪要编号", meeting["number"]),
                known("参会人员", meeting.get("members", ""), span=3),
                known("议题", minutes_subject(count), span=2),
                known("记录人", meeting["noted_by"]),
            ),
            summed(
                _DECIDED,
                [
                    list(decided_row(place, row, meeting=meeting, names=names))
                    for place, row in enumerate(rows, first)
                ],
                amounts=[row.amount_fen for row in rows],
                at=4,
                label="本页小计",
                unit="件",
            ),
            *(
                [
                    together(
                        facts(
                            known("件数", count),
                            known("合计（元）", yuan(total), span=2),
                            known("合计大写", f"人民币{rmb_capitals(total)}", span=3),
                        ),
                        signatures(
                            ("主持人", ""), ("记录人", meeting["noted_by"]), ("经审人员", "")
                        ),
                    )
                ]
                if last >= count
                else []
            ),
        ),
        marked=True,
    )  # fmt: skip


def meeting_name(meeting: Mapping[str, str]) -> str:
    """Return what a meeting is called by its kind."""
    return dict(_MEETINGS)[meeting["kind"]]


def minutes_title(meeting: Mapping[str, str]) -> str:
    """Return the title of the minutes of a meeting."""
    return f"{meeting_name(meeting)}纪要"


def minutes_subject(count: int) -> str:
    """Return what a meeting was about that decided on so many applications."""
    return f"审定困难职工帮扶申请 {count} 件"


def decided_row(
    place: int, row: Application, *, meeting: Mapping[str, str], names: Mapping[int, str]
) -> tuple[int, str, str, str, str, str]:
    """Return what minutes say of an application: place, number, person, programme, yuan, and what was decided."""
    said = (one for one in row.meetings if all(one[name] == meeting[name] for name in _SAME))
    return (
        place,
        row.number,
        row.person_name,
        names.get(row.programme_version_id, "—"),
        yuan(row.amount_fen),
        str(next(said)["decision"]),
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
