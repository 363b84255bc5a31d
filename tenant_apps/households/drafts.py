"""The file as a person fills it in: plain values, before any row exists.

Everything that can be typed, imported or sent by the API is a field here; what the platform itself
decides (state, number, tier, stamps) is not. Amounts are whole fen.
"""

# ruff: noqa: RUF009 - the declaring words return dataclass fields.
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from tenant_apps.households.fields import (
    FieldSpec,
    Section,
    code,
    codes,
    day,
    decimal,
    identifier,
    integer,
    long_text,
    money,
    specs_of,
    text,
    yes_no,
)


@dataclass(slots=True, kw_only=True)
class MemberDraft:
    """Another member of the household; the head is never repeated here."""

    name: str = text(_("姓名"), Section.HEAD, 32, required=True)
    relation: str = code(_("与户主关系"), Section.HEAD, required=True)
    id_no: str = identifier(_("证件号码"), Section.HEAD, required=True, sensitive="id_no")
    sex: str = code(_("性别"), Section.HEAD)
    birth: date | None = day(_("出生日期"), Section.HEAD)
    ethnic: str = code(_("民族"), Section.HEAD)
    political: str = code(_("政治面貌"), Section.HEAD)
    marital: str = code(_("婚姻状况"), Section.HEAD)
    health: str = code(_("健康状况"), Section.HEALTH, required=True)
    disease: str = text(_("病种"), Section.HEALTH, sensitive="hidden")
    disability: str = code(_("残疾类别"), Section.HEALTH)
    disability_grade: str = code(_("残疾等级"), Section.HEALTH)
    insurance: str = code(_("医保状况"), Section.HEALTH, required=True)
    identity: str = code(_("人员身份"), Section.WORK, required=True)
    workplace: str = text(_("单位或学校"), Section.WORK)
    stage: str = code(_("当前学历或就读阶段"), Section.WORK, "education")
    enrolled_year: int | None = integer(_("入学年份"), Section.WORK)
    study_years: int | None = integer(_("学制（年）"), Section.WORK)
    tuition_fen: int | None = money(_("学年学费"), Section.WORK)
    income_fen: int | None = money(_("月收入"), Section.WORK, required=True)
    model_title: str = code(_("劳模类型"), Section.WORK)
    living_together: bool | None = yes_no(_("是否共同生活"), Section.HEAD, required=True)
    mobile: str = identifier(_("手机号码"), Section.HEAD, sensitive="phone")
    note: str = text(_("备注"), Section.HEAD, 200)


@dataclass(slots=True, kw_only=True)
class HouseholdDraft:
    """One household as filled in: the head, the economy, the hardship, and the other members.

    `persons` and `living_together` are stated by the applicant and compared with the members.
    """

    tier_applied: str = code(_("申请困难类别"), Section.FILE, "tier")
    applied_on: date | None = day(_("申请日期"), Section.FILE, required=True)
    file_level: str = code(_("档案级别"), Section.FILE, required=True)
    file_kind: str = code(_("档案类型"), Section.FILE, required=True)
    key_group: str = code(_("重点群体"), Section.FILE, required=True)
    batch_measures: tuple[str, ...] = codes(
        _("四个一批措施"), Section.FILE, "batch_measure", required=True
    )
    groups: tuple[str, ...] = codes(_("特殊群体标签"), Section.FILE, "group")

    name: str = text(_("户主姓名"), Section.HEAD, 32, required=True)
    id_type: str = code(_("证件类型"), Section.HEAD, required=True)
    id_no: str = identifier(_("证件号码"), Section.HEAD, required=True, sensitive="id_no")
    sex: str = code(_("性别"), Section.HEAD)
    birth: date | None = day(_("出生日期"), Section.HEAD)
    ethnic: str = code(_("民族"), Section.HEAD, required=True)
    political: str = code(_("政治面貌"), Section.HEAD, required=True)
    marital: str = code(_("婚姻状况"), Section.HEAD, required=True)
    education: str = code(_("学历"), Section.HEAD, required=True)

    hukou: str = code(_("户口类型"), Section.CONTACT, required=True)
    hukou_region: str = identifier(
        _("户籍地区划代码"), Section.CONTACT, 6, required=True, help_text=_("6 位区划代码")
    )
    residence: str = identifier(
        _("居住地乡镇（街道）代码"),
        Section.CONTACT,
        9,
        required=True,
        help_text=_("9 位乡镇（街道）代码"),
    )
    address: str = text(_("家庭住址"), Section.CONTACT, 128, required=True, sensitive="hidden")
    zip: str = identifier(_("邮政编码"), Section.CONTACT, 6)
    mobile: str = identifier(_("手机号码"), Section.CONTACT, required=True, sensitive="phone")
    other_phone: str = identifier(_("其他联系方式"), Section.CONTACT, sensitive="phone")

    health: str = code(_("健康状况"), Section.HEALTH, required=True)
    disease: str = text(_("病种"), Section.HEALTH, sensitive="hidden")
    disability: str = code(_("残疾类别"), Section.HEALTH)
    disability_grade: str = code(_("残疾等级"), Section.HEALTH)
    disability_cert: str = identifier(_("残疾证号"), Section.HEALTH, sensitive="hidden")
    insurance: str = code(_("医保状况"), Section.HEALTH, required=True)

    employer: str = text(_("工作单位"), Section.WORK, required=True)
    uscc: str = identifier(_("单位统一社会信用代码"), Section.WORK, 18)
    emp_kind: str = code(_("单位性质"), Section.WORK, required=True)
    emp_state: str = code(_("企业状况"), Section.WORK)
    industry: str = code(_("所属行业"), Section.WORK, required=True)
    identity: str = code(_("人员身份"), Section.WORK, required=True)
    work_state: str = code(_("工作状态"), Section.WORK, required=True)
    work_start: date | None = day(_("参加工作日期"), Section.WORK)
    contract_on: date | None = day(_("劳动合同签订日期"), Section.WORK)
    contract_months: int | None = integer(_("合同期限（月）"), Section.WORK)
    contract_ended_on: date | None = day(_("劳动合同终止日期"), Section.WORK)
    member: bool | None = yes_no(_("是否工会会员"), Section.WORK, required=True)
    member_no: str = identifier(_("会员编号"), Section.WORK)
    model_title: str = code(_("劳模类型"), Section.WORK, required=True)
    model_year: int | None = integer(_("荣誉年份"), Section.WORK)
    skills: str = text(
        _("技术特长"), Section.WORK, 128, required=True, help_text=_("没有特长请填“无”")
    )
    job_wish: str = code(_("就业意愿"), Section.WORK, required=True)
    wished_job: str = text(_("期望岗位"), Section.WORK)
    wished_pay_fen: int | None = money(_("期望月薪"), Section.WORK)
    start_up: bool | None = yes_no(_("有创业愿望"), Section.WORK)
    loan_wish_fen: int | None = money(_("创业借款需求"), Section.WORK)
    own_income_fen: int | None = money(_("本人月平均收入"), Section.WORK, required=True)

    persons: int | None = integer(_("家庭人口"), Section.ECONOMY, required=True)
    living_together: int | None = integer(_("共同生活人口"), Section.ECONOMY, required=True)
    inc_wages_fen: int | None = money(_("工资性收入"), Section.ECONOMY, required=True)
    inc_business_fen: int | None = money(_("经营净收入"), Section.ECONOMY)
    inc_property_fen: int | None = money(_("财产净收入"), Section.ECONOMY)
    inc_transfer_fen: int | None = money(_("转移净收入"), Section.ECONOMY)
    inc_other_fen: int | None = money(_("其他收入"), Section.ECONOMY)
    cost_illness_fen: int | None = money(_("因病刚性支出"), Section.ECONOMY)
    cost_disability_fen: int | None = money(_("因残刚性支出"), Section.ECONOMY)
    cost_school_fen: int | None = money(_("因学刚性支出"), Section.ECONOMY)
    cost_housing_fen: int | None = money(_("住房刚性支出"), Section.ECONOMY)
    cost_work_fen: int | None = money(_("必要就业成本"), Section.ECONOMY)
    cost_other_fen: int | None = money(_("其他刚性支出"), Section.ECONOMY)
    sudden_net_fen: int | None = money(
        _("意外致困支出"), Section.ECONOMY, help_text=_("扣除赔付、保险和救助之后")
    )
    dibao: bool | None = yes_no(_("是否享受低保"), Section.ECONOMY, required=True)
    dibao_no: str = identifier(_("低保证号"), Section.ECONOMY)
    dibao_month_fen: int | None = money(_("月低保金"), Section.ECONOMY)
    debts_fen: int | None = money(_("债务总额"), Section.ECONOMY)
    savings_fen: int | None = money(_("存款、证券与商业保险"), Section.ECONOMY)

    housing_kind: str = code(_("住房类型"), Section.HOUSING, required=True)
    area: Decimal | None = decimal(_("建筑面积"), Section.HOUSING, required=True, unit=_("㎡"))
    homes: int | None = integer(_("住房套数"), Section.HOUSING, required=True)
    rent_fen: int | None = money(_("月房租"), Section.HOUSING)
    car: bool | None = yes_no(_("是否拥有机动车"), Section.HOUSING, required=True)
    car_use: str = text(
        _("机动车用途说明"), Section.HOUSING, help_text=_("残疾或就医代步的，请写明用途")
    )
    shop: bool | None = yes_no(_("是否有商业铺面"), Section.HOUSING)

    main_cause: str = code(_("主要致困原因"), Section.HARDSHIP, "cause", required=True)
    other_causes: tuple[str, ...] = codes(_("次要致困原因"), Section.HARDSHIP, "cause")
    story: str = long_text(
        _("致困情况说明"), Section.HARDSHIP, required=True, help_text=_("不少于 20 字")
    )
    mood: str = code(_("思想状况"), Section.HARDSHIP, required=True)
    needs6: tuple[str, ...] = codes(_("六难"), Section.HARDSHIP, "need6", required=True)
    needs: tuple[str, ...] = codes(_("帮扶需求"), Section.HARDSHIP, "need", required=True)
    single_parent: bool | None = yes_no(_("是否单亲"), Section.HARDSHIP, required=True)
    zero_employment: bool | None = yes_no(_("是否零就业家庭"), Section.HARDSHIP, required=True)
    self_reliant: bool | None = yes_no(_("是否有自救能力"), Section.HARDSHIP, required=True)

    private_school: bool | None = yes_no(
        _("子女高收费私立或自费留学"), Section.DECLARATIONS, required=True
    )
    shareholder: bool | None = yes_no(
        _("控股股东或实际控制人"), Section.DECLARATIONS, required=True
    )
    refuses_check: bool | None = yes_no(_("拒绝家庭经济状况核查"), Section.DECLARATIONS)
    hides_income: bool | None = yes_no(_("隐瞒家庭收入或财产"), Section.DECLARATIONS)
    refuses_work: bool | None = yes_no(_("无正当理由拒绝就业"), Section.DECLARATIONS)
    authorised_on: date | None = day(_("核对授权书签署日期"), Section.DECLARATIONS, required=True)
    consent_on: date | None = day(
        _("个人信息处理同意书签署日期"), Section.DECLARATIONS, required=True
    )

    bank: str = text(_("开户银行"), Section.BANK, required=True)
    bank_branch: str = text(_("开户支行"), Section.BANK)
    card_no: str = identifier(_("银行卡号"), Section.BANK, required=True, sensitive="card")
    card_name: str = text(_("开户名"), Section.BANK, 32, required=True)
    card_proxy: str = text(
        _("代领说明"), Section.BANK, help_text=_("开户名不是户主的，写明经批准的代理关系")
    )

    measures: str = long_text(_("脱困措施"), Section.PLAN)
    target_on: date | None = day(_("目标脱困时间"), Section.PLAN)
    note: str = text(_("备注"), Section.PLAN, 200)

    members: list[MemberDraft] = field(default_factory=list)


FILE_FIELDS: tuple[FieldSpec, ...] = specs_of(HouseholdDraft)
MEMBER_FIELDS: tuple[FieldSpec, ...] = specs_of(MemberDraft)
