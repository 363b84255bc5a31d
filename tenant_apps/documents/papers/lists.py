"""Papers about several households: the notice, the real-name list, the letter that asks for a check.

Source: domain NR26 (what a notice may show), NR33, I-U01.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from bangfu.kernel.crypto import mask_name
from bangfu.kernel.errors import Text
from bangfu.kernel.money import rmb_capitals
from bangfu.ui.templatetags.ui import yuan
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.printing.models import PaperKind
from tenant_apps.documents.papers.blocks import (
    SIGNED_MM,
    Sheet,
    cell,
    closing,
    facts,
    note,
    paragraphs,
    salutation,
    table,
)
from tenant_apps.documents.papers.household import Household
from tenant_apps.notices.models import Notice

BLANK = "　　"


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRow:
    """One person of a real-name list; without an amount the column is left to be filled."""

    name: str
    id_no: str
    mobile: str
    employer: str
    tier: str
    cause: str
    file_no: str
    amount_fen: int | None = None


def notice_texts(notice: Notice) -> tuple[str, ...]:
    """What a notice says above its table, shared by the PDF and the Word document."""
    what = {"exit": "拟退出困难职工档案", "aid": "拟给予帮扶"}.get(
        notice.purpose, "拟建立困难职工档案"
    )
    return (
        (
            f"经入户核查、逐级审核和家庭经济状况核对，下列职工{what}，现予公示。"
            f"公示期 {notice.working_days} 个工作日：{notice.published_on:%Y-%m-%d} 至 {notice.due_on:%Y-%m-%d}。"
        ),
        "公示期间对公示对象有异议的，请向本帮扶中心实名或匿名反映，我们会核查并答复，为反映人保密。",
    )


def notice_title(notice: Notice) -> str:
    """What stands above a notice."""
    return notice.get_purpose_display() + "困难职工公示"


def notice_sheet(notice: Notice, *, station_name: str) -> Sheet:
    """A notice to be put up: masked, without any illness."""
    tier = CODE_LISTS["tier"].label(notice.tier) if notice.tier else ""
    return Sheet(
        kind=PaperKind.NOTICE,
        subject=("notice", notice.pk),
        about=notice.masked_name,
        title=notice_title(notice),
        blocks=(
            paragraphs(*notice_texts(notice)),
            facts(
                cell("姓名", notice.masked_name),
                cell("证件号码", notice.masked_number, span=2),
                cell("建档站点", notice.home_name, span=2),
                cell("困难类别", tier),
                cell("公示理由", notice.reason, span=3),
            ),
            closing(
                f"{station_name}（盖章）",
                f"{notice.published_on.year} 年 {notice.published_on.month} 月 {notice.published_on.day} 日",
            ),
        ),
    )


def roster(
    rows: Sequence[RosterRow],
    *,
    station_name: str,
    on: date,
    title: str = "",
    first: int = 1,
    total_rows: int = 0,
) -> Sheet:
    """The real-name list: landscape, its head on every page, totals and the amount in capitals.

    A part of a longer list says which of ``total_rows`` households it holds, counted from ``first``.
    """
    columns: list[tuple[Text, float, str]] = [
        ("序号", 0.5, "center"),
        ("姓名", 0.9, "center"),
        ("证件号码", 1.85, "center"),
        ("联系电话", 1.2, "center"),
        ("工作单位", 1.75, "left"),
        ("困难类别", 0.9, "center"),
        ("主要致困原因", 1.35, "center"),
        # That of an enterprise has twenty places.
        ("档案编号", 1.95, "center"),
        ("金额（元）", 1.15, "right"),
        ("本人签名", 1.3, "center"),
    ]
    amounts = [row.amount_fen for row in rows if row.amount_fen is not None]
    total = sum(amounts)
    body = [
        [
            place,
            row.name,
            row.id_no,
            row.mobile,
            row.employer,
            row.tier,
            row.cause,
            row.file_no,
            "" if row.amount_fen is None else yuan(row.amount_fen),
            "",
        ]
        for place, row in enumerate(rows, first)
    ]
    foot = ["合计", f"{len(rows)} 户", *[""] * 6, yuan(total) if amounts else "", ""]
    capitals = rmb_capitals(total) if amounts else BLANK * 12
    last = first + len(rows) - 1
    part = f"　　第 {first}—{last} 户，共 {total_rows} 户" if total_rows > len(rows) else ""
    return Sheet(
        kind=PaperKind.ROSTER,
        subject=("station", None),
        about=f"{len(rows)} 户",
        title=title or "困难职工实名制名册",
        subtitle=f"填报单位：{station_name}　　填报日期：{on:%Y-%m-%d}{part}",
        blocks=(
            table(columns, body, foot=foot, height=SIGNED_MM),
            note(f"合计金额（大写）：人民币{capitals}"),
            note("制表：　　　　　　　审核：　　　　　　　负责人：　　　　　　　（盖章）"),
        ),
        wide=True,
    )


def means_request(
    households: Sequence[Household],
    *,
    station_name: str,
    number: str,
    on: date,
    subject: tuple[str, UUID | None],
) -> Sheet:
    """The letter that asks the checking centre of civil affairs to check these households (NR33)."""
    columns: list[tuple[Text, float, str]] = [
        ("序号", 0.6, "center"),
        ("姓名", 1, "center"),
        ("与户主关系", 1, "center"),
        ("证件号码", 2.2, "center"),
        ("授权书签署日期", 1.4, "center"),
    ]
    rows: list[list[object]] = []
    for place, home in enumerate(households, 1):
        signed = home.say("authorised_on")
        rows.append([place, home.say("name"), "户主", home.say("id_no"), signed])
        rows += [
            ["", home.say_of(one, "name"), home.say_of(one, "relation"), home.say_of(one, "id_no"), signed]
            for one in home.draft.members
            if one.living_together
        ]  # fmt: skip
    first = mask_name(households[0].draft.name)
    about = first if len(households) == 1 else f"{first}等 {len(households)} 户"
    return Sheet(
        kind=PaperKind.MEANS_REQUEST,
        subject=subject,
        about=about,
        title="关于商请核对家庭经济状况的函",
        subtitle=number,
        blocks=(
            salutation("居民家庭经济状况核对中心："),
            paragraphs(
                f"为准确认定困难职工，现将申请帮扶的 {len(households)} 户家庭成员名单函送贵单位，"
                "商请对其收入、社会保险、不动产、机动车、金融资产、工商登记和社会救助等情况进行核对，"
                "并请自收到之日起 10 个工作日内反馈结果。名单所列人员均已签署核对授权委托书。",
                "名单含个人信息，请仅用于本次核对并妥善保管。",
            ),
            table(columns, rows),
            closing(f"{station_name}（盖章）", f"{on.year} 年 {on.month} 月 {on.day} 日"),
        ),
    )
