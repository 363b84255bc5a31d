"""Why the network keeps what it keeps: purposes, legal basis, consent texts, years, and the map of fields.

Source: domain NR12 (ten years), NR26; personal-information law of 2021, articles 13, 28 to 31, 44 to 47.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS
from tenant_apps.households.fields import FieldSpec, Section
from tenant_apps.households.models import HouseholdFile, HouseholdMember

CONSENT_VERSION = "2026-1"
"""The version of the consent texts now shown; a new wording is a new version, older ones stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """One purpose: what it is for, on what basis, how long, and what ends it.

    ``consent`` is the text a worker agrees to; empty where the law asks for none. After the consent
    is withdrawn, ``stops`` says in plain words what is not done any more.
    """

    code: str
    title: Text
    why: Text
    basis: Text
    retention: Text
    consent: Text = ""
    stops: Text = ""

    @property
    def needs_consent(self) -> bool:
        """Whether somebody has to agree."""
        return bool(self.consent)


_FILE_YEARS = _("建档期间及结束后 10 年")
_SEPARATE = _("本人单独同意（个人信息保护法第二十九条）；未满十四周岁的由监护人同意")

PURPOSES: dict[str, Purpose] = {
    one.code: one
    for one in (
        Purpose(
            code="identity",
            title=_("核实身份，避免重复建档"),
            why=_("确认申请的是本人，同一户不在两处建档。"),
            basis=_SEPARATE,
            retention=_FILE_YEARS,
            consent=_("我同意工会帮扶机构登记并核验本人及共同生活家庭成员的身份证件信息。"),
            stops=_("不再受理新的申请和变更；已有档案按规定保管。"),
        ),
        Purpose(
            code="contact",
            title=_("联系与入户走访"),
            why=_("通知办理进度，安排走访和慰问。"),
            basis=_("本人同意（个人信息保护法第十三条）"),
            retention=_FILE_YEARS,
            consent=_("我同意工会帮扶机构使用我的电话和住址与我联系、入户走访。"),
            stops=_("不再主动来电和上门，办理结果请到窗口查询。"),
        ),
        Purpose(
            code="health",
            title=_("因病、因残困难认定与医疗帮扶"),
            why=_("判断困难原因，安排医疗帮扶。"),
            basis=_SEPARATE,
            retention=_FILE_YEARS,
            consent=_("我单独同意工会帮扶机构处理本人及家庭成员的健康、疾病和残疾信息。"),
            stops=_("不再使用疾病和残疾信息，因病因残的认定和医疗帮扶随之停止。"),
        ),
        Purpose(
            code="economy",
            title=_("家庭经济状况核对与困难认定"),
            why=_("按标准计算月人均收入，确定困难类别。"),
            basis=_SEPARATE,
            retention=_FILE_YEARS,
            consent=_("我单独同意并授权核对家庭收入、财产和支出情况。"),
            stops=_("不再核对家庭经济状况；不能核对的，不能新认定或继续认定。"),
        ),
        Purpose(
            code="payment",
            title=_("发放帮扶资金"),
            why=_("把帮扶资金发到本人账户。"),
            basis=_SEPARATE,
            retention=_FILE_YEARS,
            consent=_("我单独同意工会帮扶机构使用我的银行账户信息发放帮扶资金。"),
            stops=_("不再向该账户发放资金。"),
        ),
        Purpose(
            code="review",
            title=_("逐级审核、公示与存档"),
            why=_("上级工会按规定审核审批，公示时隐去证件号码和疾病。"),
            basis=_("履行工会帮扶职责所必需（个人信息保护法第十三条）"),
            retention=_FILE_YEARS,
        ),
        Purpose(
            code="bank",
            title=_("核对银行账与会计账"),
            why=_("把银行对账单逐笔与账簿核对，查明收付款对方。"),
            basis=_("履行法定职责所必需（个人信息保护法第十三条）"),
            retention=_("随会计资料保管"),
        ),
        Purpose(
            code="answer",
            title=_("处理异议、更正和来信"),
            why=_("核查反映的情况并答复本人。"),
            basis=_("本人主动提供（个人信息保护法第十三条）"),
            retention=_("办结后随档案保管"),
        ),
        Purpose(
            code="intake",
            title=_("受理申请与批量导入"),
            why=_("把申请表或导入表核对后转为档案。"),
            basis=_("本人申请时同意；批量导入的由原建档单位取得同意"),
            retention=_("转为档案后 90 天清除原始录入"),
        ),
        Purpose(
            code="security",
            title=_("账号安全"),
            why=_("工作人员登录时的第二重验证。"),
            basis=_("网络安全法要求的安全措施"),
            retention=_("账号停用时删除"),
        ),
        Purpose(
            code="repeat",
            title=_("重复提交的表单和请求只办一次"),
            why=_("记下网页表单和带 Idempotency-Key 的请求得到的答复，重发时原样返回。"),
            basis=_("网络安全法要求的安全措施"),
            retention=_("一天后夜间删除"),
        ),
    )
}

# Sealed columns of every model, and columns of the household file that are sensitive without a seal.
_COLUMNS: dict[str, str] = {
    "households.householdfile.id_no": "identity",
    "households.householdfile.mobile": "contact",
    "households.householdfile.other_phone": "contact",
    "households.householdfile.address": "contact",
    "households.householdfile.disease": "health",
    "households.householdfile.disability_cert": "health",
    "households.householdfile.card_no": "payment",
    "households.householdmember.id_no": "identity",
    "households.householdmember.mobile": "contact",
    "households.householdmember.disease": "health",
    "payouts.batch.file": "payment",
    "payouts.batch.answer": "payment",
    "reviews.review.dossier": "review",
    "reviews.exitrequest.said": "review",
    "reviews.meansitem.declared": "economy",
    "reviews.meansitem.found": "economy",
    "documents.download.wish": "review",
    "pairing.healthcheck.person_name": "health",
    "pairing.healthcheck.findings": "health",
    "pairing.healthcheck.advice": "health",
    "pairing.helper.phone": "contact",
    "aid.application.payee_id_no": "identity",
    "aid.application.payee_card": "payment",
    "applications.application.answers": "intake",
    "notices.objection.name": "answer",
    "notices.objection.contact": "answer",
    "importing.row.payload": "intake",
    "importing.row.before": "intake",
    "bankfiles.statement.upload": "bank",
    "bankfiles.statement.account": "bank",
    "bankfiles.line.other_account": "bank",
    "evaluations.drawn.remark": "review",
    "exchange.keptanswer.body": "repeat",
    "privacy.correction.wish": "answer",
    "privacy.correction.reason": "answer",
    "privacy.lookrequest.snapshot": "review",
}
_SECTIONS: dict[Section, str] = {
    Section.FILE: "review",
    Section.HEAD: "identity",
    Section.CONTACT: "contact",
    Section.HEALTH: "health",
    Section.WORK: "economy",
    Section.ECONOMY: "economy",
    Section.HOUSING: "economy",
    Section.HARDSHIP: "economy",
    Section.DECLARATIONS: "economy",
    Section.BANK: "payment",
    Section.PLAN: "review",
}


# What a column holds where nobody filled it in.
_NOTHING: tuple[object, ...] = (None, "", [])


class Unmapped(Exception):
    """A column holds personal data, and nobody said what for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedField:
    """One field of the household file with the purpose it serves."""

    spec: FieldSpec
    of_member: bool
    purpose: Purpose


def purpose_of(place: str) -> Purpose:
    """Return what a sealed column is kept for; ``place`` is ``app.model.column``.

    Raises:
        Unmapped: nobody said.
    """
    try:
        return PURPOSES[_COLUMNS[place]]
    except KeyError:
        raise Unmapped(place) from None


def purpose_of_field(spec: FieldSpec, *, of_member: bool = False) -> Purpose:
    """Return what a field of the household file is kept for: its own purpose, or that of its section."""
    model = "householdmember" if of_member else "householdfile"
    code = _COLUMNS.get(f"households.{model}.{spec.name}", _SECTIONS.get(spec.section, ""))
    if code not in PURPOSES:
        raise Unmapped(f"households.{model}.{spec.name}")
    return PURPOSES[code]


def purposes_used(file: HouseholdFile, members: Iterable[HouseholdMember]) -> frozenset[str]:
    """Return the codes of the purposes that something is kept for of this household. Opens no seal."""
    filled = [(spec, False, getattr(file, spec.name)) for spec in FILE_FIELDS] + [
        (spec, True, getattr(one, spec.name)) for one in members for spec in MEMBER_FIELDS
    ]
    return frozenset(
        purpose_of_field(spec, of_member=of_member).code
        for spec, of_member, value in filled
        if value not in _NOTHING
    )


def mapped_fields() -> Iterator[MappedField]:
    """Give every field of the household file with its purpose, in the order of the form."""
    for spec in FILE_FIELDS:
        yield MappedField(spec=spec, of_member=False, purpose=purpose_of_field(spec))
    for spec in MEMBER_FIELDS:
        yield MappedField(spec=spec, of_member=True, purpose=purpose_of_field(spec, of_member=True))


def mapped_columns() -> frozenset[str]:
    """Return the places that have a purpose."""
    return frozenset(_COLUMNS)
