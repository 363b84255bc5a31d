"""The papers about one household: from the file of the own station, or as it was sent up.

Source: domain §2.2 (the blocks and three opinion boxes of the national form), NR08, NR09.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from bangfu.kernel.crypto import mask_name
from bangfu.kernel.errors import Text
from bangfu.ui.templatetags.ui import yuan
from shared_apps.catalogues.codes import CODE_LISTS
from shared_apps.printing.models import PaperKind
from tenant_apps.documents.papers.blocks import (
    SIGNED_MM,
    Block,
    Sheet,
    box,
    cell,
    closing,
    cover,
    facts,
    heading,
    note,
    opinions,
    paragraphs,
    salutation,
    table,
)
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS, HouseholdDraft, MemberDraft
from tenant_apps.households.fields import FieldSpec
from tenant_apps.households.presenting import masked, sum_of, worded

BOXES = (
    ("community", "基层党组织或行政意见"),
    ("street", "基层工会或街道办事处意见"),
    ("union", "上级工会审批意见"),
)
PROMISE = "本人承诺以上情况属实，同意核对家庭经济状况。"
BLANK_DAY = "年　　月　　日"
_FILE_SPECS = {spec.name: spec for spec in FILE_FIELDS}
_MEMBER_SPECS = {spec.name: spec for spec in MEMBER_FIELDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What stands in one opinion box."""

    sign: str = ""
    text: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A visit as the form names it."""

    on: str
    visitors: str
    findings: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """How a household leaves the register."""

    kind: str = ""
    reason: str = ""
    incomes_fen: tuple[int, ...] = ()
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """Everything a paper may say of one household; ``in_clear`` when nothing is masked on it."""

    subject: tuple[str, UUID]
    draft: HouseholdDraft
    file_no: str
    station_name: str
    in_clear: bool
    computation: Mapping[str, Any] = field(default_factory=dict)
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    visits: Sequence[Visit] = ()
    tier: str = ""
    on_file_on: date | None = None
    leaving: Leaving = field(default_factory=Leaving)

    @property
    def tier_label(self) -> str:
        """The tier in words."""
        return CODE_LISTS["tier"].label(self.tier) if self.tier else ""

    def say(self, name: str) -> str:
        """Word one value of the head, masked unless the paper is in the clear."""
        return self._say(_FILE_SPECS[name], getattr(self.draft, name))

    def say_of(self, member: MemberDraft, name: str) -> str:
        """Word one value of a member."""
        return self._say(_MEMBER_SPECS[name], getattr(member, name))

    def _say(self, spec: FieldSpec, value: Any) -> str:
        if spec.sensitive and not self.in_clear:
            return masked(spec, value)
        text = worded(spec, value)
        return f"{text} {spec.unit}" if text and spec.unit else text

    def sheet(self, kind: PaperKind, *blocks: Block, **looks: Any) -> Sheet:
        """Make a paper about this household."""
        return Sheet(
            kind=kind,
            subject=self.subject,
            about=mask_name(self.draft.name),
            title=looks.pop("title", "困难职工" + PaperKind(kind).label),
            blocks=blocks,
            **looks,
        )


def approval(home: Household) -> Sheet:
    """The approval form: all blocks of the file, the household's sum, and the three boxes."""
    say = home.say
    return home.sheet(
        PaperKind.APPROVAL,
        facts(
            _cell(home, "name", "姓名"), _cell(home, "sex"), _cell(home, "birth"),
            _cell(home, "ethnic"), _cell(home, "political"), _cell(home, "marital"),
            _cell(home, "id_no", span=2), _cell(home, "education"),
            _cell(home, "mobile"), _cell(home, "other_phone"), _cell(home, "hukou"),
            _cell(home, "address", span=3),
            _cell(home, "employer", span=2), _cell(home, "identity"),
            _cell(home, "emp_kind"), _cell(home, "emp_state"), _cell(home, "work_state"),
            _cell(home, "health"), _cell(home, "disease"), _cell(home, "insurance"),
            _cell(home, "disability"), _cell(home, "disability_grade"), _cell(home, "model_title"),
            _cell(home, "member", "工会会员"), _cell(home, "skills", span=2),
            _cell(home, "housing_kind"), _cell(home, "area"), _cell(home, "homes"),
            _cell(home, "car", "拥有机动车"), _cell(home, "dibao", "享受低保"), _cell(home, "dibao_no"),
        ),
        heading("家庭成员"),
        _members(home),
        heading("家庭经济（申请前 12 个月）"),
        *_economy(home),
        facts(
            _cell(home, "main_cause", span=2), _cell(home, "key_group"),
            _cell(home, "other_causes", span=3),
            _cell(home, "story", "致困情况", span=3),
            _cell(home, "needs6"), _cell(home, "needs", span=2),
            _cell(home, "bank"), cell("卡号", say("card_no"), span=2),
            _cell(home, "card_name"), _cell(home, "tier_applied", span=2),
            *(
                cell("入户核查", f"{one.on} {one.visitors}：{one.findings}", span=3)
                for one in home.visits[:1]
            ),
            cell("申请人签名", f"{PROMISE}\n\n签名：　　　　　　　　{BLANK_DAY}", span=3),
        ),
        opinions(*(_box(home, name, title) for name, title in BOXES)),
        subtitle=f"档案编号：{home.file_no or '　　　　'}　建档单位：{home.station_name}"
        f"　申请日期：{say('applied_on')}",
    )  # fmt: skip


def application(home: Household) -> Sheet:
    """The letter by which somebody asks for help, to be signed on the visit (NR09)."""
    say = home.say
    return home.sheet(
        PaperKind.APPLICATION,
        salutation(f"{home.station_name}："),
        paragraphs(
            f"本人{say('name')}，证件号码 {say('id_no')}，现工作单位为{say('employer') or '（无）'}，"
            f"家庭人口 {say('persons') or '　'} 人，其中共同生活 {say('living_together') or '　'} 人。"
            f"因{say('main_cause') or '　　　　'}等原因，家庭生活困难，具体情况如下：",
            say("story") or "　" * 60,
            f"特申请{say('needs') or '　　　　'}方面的帮扶。本人承诺所填内容和提供的材料真实、完整，"
            "家庭情况变化时及时告知；如有隐瞒或虚报，愿意退出并退回所得款物。",
            f"联系电话：{say('mobile')}",
        ),
        closing("申请人（签名）：　　　　　　　　", BLANK_DAY),
        title="困难职工帮扶申请书",
    )


def authorisation(home: Household) -> Sheet:
    """The household's leave to have its means checked (NR09, NR33)."""
    people = [[home.say("name"), "户主", home.say("id_no"), "", ""]]
    people += [
        [home.say_of(one, "name"), home.say_of(one, "relation"), home.say_of(one, "id_no"), "", ""]
        for one in home.draft.members
    ]
    columns: list[tuple[Text, float, str]] = [
        ("姓名", 1.2, "center"),
        ("关系", 0.8, "center"),
        ("证件号码", 2.2, "center"),
        ("签名（指印）", 1.6, "center"),
        ("签署日期", 1.4, "center"),
    ]
    return home.sheet(
        PaperKind.AUTHORISATION,
        paragraphs(*authorisation_texts(home.station_name)),
        table(columns, people, height=SIGNED_MM),
        note("不满十六周岁或不能签名的家庭成员，由监护人代签并注明关系。授权人可以书面撤回授权。"),
        closing("授权人（签名）：　　　　　　　　", BLANK_DAY),
        title="家庭经济状况核对授权委托书",
    )


def authorisation_texts(station_name: str) -> tuple[str, ...]:
    """What the authorisation says, shared by the PDF and the Word document."""
    return (
        (
            f"为申请困难职工帮扶，本人及共同生活的家庭成员自愿委托并授权{station_name}，"
            "通过民政部门家庭经济状况核对机构，查询、核对我们的下列信息：户籍与婚姻登记，就业与工资、社会保险缴纳和待遇，"
            "住房和不动产登记，机动车登记，存款、证券、商业保险等金融资产，工商登记与纳税，住房公积金，低保等社会救助。"
        ),
        (
            "以上信息仅用于认定困难职工身份、定期复核和实施帮扶，不向无关的单位和个人提供。"
            "本授权自签署之日起生效，至退出困难职工档案之日止。"
        ),
        "我们承诺如实申报家庭收入和财产；拒绝核对或隐瞒不报的，同意不予认定或者退出。",
    )


def file_cover(home: Household) -> Sheet:
    """The front of the folder in which the papers of a file lie."""
    return home.sheet(
        PaperKind.COVER,
        cover(
            home.station_name,
            "困难职工档案",
            cell("档案编号", home.file_no),
            cell("姓名", home.say("name")),
            cell("证件号码", home.say("id_no")),
            cell("困难类别", home.tier_label),
            cell("工作单位", home.say("employer")),
            cell("建档日期", home.on_file_on.isoformat() if home.on_file_on else ""),
            cell("家庭人口", home.say("persons")),
            cell("保管期限", "退出后十年"),
        ),
        title="困难职工档案",
        bare=True,
    )


def exit_confirmation(home: Household) -> Sheet:
    """The sheet that confirms a household's leaving, with its last six monthly incomes."""
    leaving = home.leaving
    incomes = [
        cell(f"第 {month} 个月", "" if fen is None else yuan(fen))
        for month, fen in enumerate(leaving.incomes_fen or (None,) * 6, 1)
    ]
    return home.sheet(
        PaperKind.EXIT_CONFIRMATION,
        facts(
            _cell(home, "name", "姓名"), _cell(home, "sex"), cell("档案编号", home.file_no),
            _cell(home, "id_no", span=2), _cell(home, "mobile"),
            _cell(home, "employer", span=2),
            cell("困难类别", home.tier_label),
            cell("建档日期", home.on_file_on.isoformat() if home.on_file_on else ""),
            _cell(home, "main_cause", span=2),
        ),
        heading("退出情况"),
        facts(
            cell("退出类型", CODE_LISTS["exit_kind"].label(leaving.kind) if leaving.kind else ""),
            cell("退出原因", CODE_LISTS["exit_reason"].label(leaving.reason) if leaving.reason else ""),
            cell("退出日期", leaving.on.isoformat() if leaving.on else ""),
        ),
        heading("近六个月家庭人均月收入（元）"),
        facts(*incomes),
        paragraphs("本人已了解退出的原因和依据，知道对退出有异议可以在公示期内提出，家庭再次发生困难时可以重新申请。"),
        closing("职工本人（签名）：　　　　　　　　", BLANK_DAY),
        opinions(
            box("建档单位意见"),
            box("县级以上工会确认意见"),
        ),
        title="困难职工退出确认表",
        subtitle=f"建档单位：{home.station_name}",
    )  # fmt: skip


def _cell(home: Household, name: str, label: str = "", *, span: int = 1) -> Block:
    return cell(label or _FILE_SPECS[name].label, home.say(name), span=span)


def _members(home: Household) -> Block:
    names = ("name", "relation", "id_no", "health", "identity", "workplace", "income_fen")
    columns: list[tuple[Text, float, str]] = [
        ("姓名", 1, "center"),
        ("关系", 0.8, "center"),
        ("证件号码", 2.1, "center"),
        ("健康", 1, "center"),
        ("身份", 1.1, "center"),
        ("单位或学校", 1.7, "left"),
        ("月收入", 1, "right"),
    ]
    rows = [[home.say_of(one, name) for name in names] for one in home.draft.members]
    return table(columns, rows or [["无", *[""] * 6]])


def _economy(home: Household) -> list[Block]:
    total = sum_of(home.computation)
    if total is None:
        return [facts(_cell(home, "persons"), _cell(home, "living_together"), cell("测算结果", ""))]
    costs = "；".join(f"{one.label} {yuan(one.fen)}" for one in total.lines if one.is_cost)
    incomes = "；".join(f"{one.label} {yuan(one.fen)}" for one in total.lines if not one.is_cost)
    return [
        facts(
            _cell(home, "persons"),
            _cell(home, "living_together"),
            cell("月人均（元）", yuan(total.net_month_fen)),
            cell(
                "年收入（元）", f"{yuan(total.income_fen)}（{incomes}）" if incomes else "0", span=3
            ),
            cell("刚性支出", f"{yuan(total.cost_fen)}（{costs}）" if costs else "0", span=3),
            cell("低保标准", f"{yuan(total.line_fen)} 元/月"),
            cell("相对困难线", f"{yuan(total.relative_line_fen)} 元/月"),
            cell("测算结果", total.conclusion),
        )
    ]


def _box(home: Household, name: str, title: str) -> Block:
    stamp = home.stamps.get(name, Stamp())
    day = f"{stamp.on.year} 年 {stamp.on.month} 月 {stamp.on.day} 日" if stamp.on else ""
    return box(title, text=stamp.text, sign=stamp.sign, day=day)
