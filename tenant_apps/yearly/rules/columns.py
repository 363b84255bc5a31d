"""The columns of the two sheets that a book of the past comes as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared_apps.paperbooks.models import BookKind


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the heading of the sheet, and the code list its cells are taken from. The sheet is Chinese."""

    name: str
    heading: str
    is_required: bool = False
    codes: str = ""
    hint: str = ""


KINDS: Mapping[str, str] = {
    "aid": "发放资金",
    "goods": "发放实物",
    "certificate": "发证",
    "relief": "优待减免",
    "tickets": "电影票",
    "donation": "社会捐款",
    "income": "资金收入",
}
"""What a row of the past tells, by the word of the sheet."""

BOUNDS: Mapping[str, str] = {"over": "余", "more": "多", "about": "约"}
ROLES: Mapping[str, str] = {"whole": "全部合计", "part": "另有单位"}
OLDEST_YEAR = 1949

ROWS: tuple[Column, ...] = (
    Column("kind", "类别", True, hint="发放资金、发放实物、发证、优待减免、电影票、社会捐款、资金收入"),
    Column("who", "对象编号", True, hint="身份证号、本站档案编号，或台账上的序号（不写姓名）；同一人写同一个号"),
    Column("on", "日期", True, hint="如 2004-12-20；只知道月份的写 2004-12"),
    Column("amount", "金额（元）"),
    Column("aid", "救助项目", codes="aid"),
    Column("aid_mode", "救助方式", codes="aid_mode"),
    Column("campaign", "集中活动", codes="campaign"),
    Column("warmth_group", "慰问对象", codes="warmth_group"),
    Column("group", "特殊群体", codes="group"),
    Column("aid_stage", "助学阶段", codes="aid_stage"),
    Column("sub_programme", "助学类别", codes="sub_programme"),
    Column("fund_source", "资金来源", codes="fund_source"),
    Column("goods_kind", "物资类别", codes="goods_kind"),
    Column("quantity", "数量", hint="煤以吨计，其余以件、张计"),
    Column("goods_value", "实物折价（元）"),
    Column("card_kind", "证卡种类", codes="card_kind"),
    Column("relief", "减免项目", codes="relief"),
    Column("donation_campaign", "募捐活动", codes="donation_campaign"),
    Column("bound", "数字性质", hint="余、多、约；准确数留空"),
)  # fmt: skip

TOTALS: tuple[Column, ...] = (
    Column("indicator", "指标代码", True, hint="如 REC-01、EMP-11"),
    Column("first", "起始月份", True, hint="如 2003-08"),
    Column("last", "截止月份", True),
    Column("value", "数值", True, hint="金额以元计"),
    Column("bound", "数字性质", hint="余、多、约；准确数留空"),
    Column("dims", "分项", hint="如：救助方式=平时救助；减免项目=水电费补助"),
    Column("role", "关系", hint="全部合计（默认），或另有单位"),
    Column("unit_name", "填报单位", hint="“另有单位”时写单位名称"),
    Column("variant", "读法", hint="原文数字有两种读法时，每种一行，写明读法"),
    Column("note", "备注"),
)

COLUMNS: Mapping[str, tuple[Column, ...]] = {BookKind.ROWS: ROWS, BookKind.TOTALS: TOTALS}
