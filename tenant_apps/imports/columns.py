"""The columns of the national-style form, as data: what each is called, what it fills, how it reads.

What a field is (its kind, code list, length) is declared once with the draft; here stand only the
headings of the sheets and their order. Source: domain.md §2.4.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tenant_apps.households.drafts import HouseholdDraft, MemberDraft
from tenant_apps.households.fields import FieldSpec, Kind, specs_of

HOUSEHOLD_SHEET = "困难职工家庭"
MEMBER_SHEET = "家庭成员"
GUIDE_SHEET = "填写说明"
CODES_SHEET = "代码表"
EXAMPLE_SHEET = "填写样例(不导入)"
BROKEN_SHEET = "错误样例(测试用)"

ERROR_TITLE = "错误原因"
"""Added by us in front of the rows of an error workbook; ignored when it comes back."""
EXPECTED_TITLE = "期望错误"
"""Stands in front of the rows of the form's own sheet of broken rows."""


@dataclass(frozen=True)
class Column:
    """One column of the form: its heading without the star, and the field it fills.

    Three columns may fill one field of several codes; `name` tells them apart, `field` is the draft's.
    """

    title: str
    name: str
    required: bool = False
    field: str = ""
    spec: FieldSpec | None = None
    """What the field is; none for the two columns that are not part of a draft."""

    @property
    def heading(self) -> str:
        """The heading as printed: required columns end with a star."""
        return f"{self.title}*" if self.required else self.title

    @property
    def holds_digits(self) -> bool:
        """Whether the cells are digits that are a name, not a quantity: Excel must hold them as text."""
        return self.spec is None or self.spec.kind is Kind.IDENTIFIER


@dataclass(frozen=True)
class Form:
    """A sheet of the form: what its rows become, and its columns in printed order."""

    sheet: str
    draft: type[HouseholdDraft] | type[MemberDraft]
    columns: tuple[Column, ...]

    @cached_property
    def by_title(self) -> dict[str, Column]:
        """Columns under every spelling of their heading that is understood."""
        return {heading_key(column.title): column for column in self.columns}

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}


def heading_key(text: str) -> str:
    """Fold a heading so that width, blanks, line breaks and the star do not matter."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(folded.split()).rstrip("*").casefold()


def _columns(draft: type[Any], described: str) -> tuple[Column, ...]:
    specs = {spec.name: spec for spec in specs_of(draft)}
    columns = []
    for line in described.strip().splitlines():
        heading, name = line.split()
        field = name.rstrip("123").rstrip("_") if name[-1].isdigit() else name
        columns.append(
            Column(
                title=heading.rstrip("*"),
                name=name,
                required=heading.endswith("*"),
                field=field,
                spec=specs.get(field),
            )
        )
    return tuple(columns)


HOUSEHOLDS = Form(
    HOUSEHOLD_SHEET,
    HouseholdDraft,
    _columns(
        HouseholdDraft,
        """
        户序号* household_no
        建档站点编码* station_code
        申请困难类别 tier_applied
        户主姓名* name
        证件类型* id_type
        证件号码* id_no
        性别 sex
        出生日期 birth
        民族* ethnic
        政治面貌* political
        婚姻状况* marital
        户口类型* hukou
        户籍地区划代码* hukou_region
        手机号码* mobile
        其他联系方式 other_phone
        居住地乡镇(街道)代码* residence
        家庭住址* address
        邮政编码 zip
        工作单位* employer
        单位统一社会信用代码 uscc
        单位性质* emp_kind
        企业状况 emp_state
        所属行业 industry
        人员身份* identity
        工作状态* work_state
        劳动合同签订日期 contract_on
        合同期限(月) contract_months
        参加工作日期 work_start
        是否工会会员* member
        劳模类型* model_title
        健康状况* health
        病种 disease
        残疾类别 disability
        残疾等级 disability_grade
        医保状况* insurance
        学历 education
        技术特长 skills
        就业意愿 job_wish
        是否单亲* single_parent
        是否零就业家庭* zero_employment
        是否享受低保* dibao
        低保证号 dibao_no
        家庭人口* persons
        共同生活人口* living_together
        工资性收入(元/年)* inc_wages_fen
        经营净收入(元/年) inc_business_fen
        财产净收入(元/年) inc_property_fen
        转移净收入(元/年) inc_transfer_fen
        其他收入(元/年) inc_other_fen
        因病刚性支出(元/年) cost_illness_fen
        因残刚性支出(元/年) cost_disability_fen
        因学刚性支出(元/年) cost_school_fen
        住房刚性支出(元/年) cost_housing_fen
        必要就业成本(元/年) cost_work_fen
        其他刚性支出(元/年) cost_other_fen
        意外致困支出(元/年) sudden_net_fen
        住房类型* housing_kind
        建筑面积(㎡)* area
        住房套数* homes
        是否拥有机动车* car
        机动车用途说明 car_use
        子女高收费私立或自费留学* private_school
        控股股东或实际控制人* shareholder
        主要致困原因* main_cause
        次要致困原因1 other_causes_1
        次要致困原因2 other_causes_2
        次要致困原因3 other_causes_3
        致困情况说明* story
        帮扶需求1* needs_1
        帮扶需求2 needs_2
        帮扶需求3 needs_3
        开户银行* bank
        开户支行 bank_branch
        银行卡号* card_no
        开户名* card_name
        核对授权书签署日期* authorised_on
        申请日期* applied_on
        备注 note
        """,
    ),
)

MEMBERS = Form(
    MEMBER_SHEET,
    MemberDraft,
    _columns(
        MemberDraft,
        """
        户序号* household_no
        姓名* name
        与户主关系* relation
        证件号码* id_no
        性别 sex
        出生日期 birth
        民族 ethnic
        政治面貌 political
        婚姻状况 marital
        健康状况* health
        病种 disease
        残疾类别 disability
        残疾等级 disability_grade
        医保状况* insurance
        人员身份* identity
        单位或学校 workplace
        当前学历或就读阶段 stage
        入学年份 enrolled_year
        学制(年) study_years
        学年学费(元) tuition_fen
        月收入(元)* income_fen
        劳模类型 model_title
        是否共同生活* living_together
        手机号码 mobile
        备注 note
        """,
    ),
)
