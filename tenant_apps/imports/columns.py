"""The columns of the national-style form, as data: what each is called, what it fills, how it reads.

Reading, the generated template and the error workbook all draw on these two tables, so a column is
added in one place. Source: domain.md §2.2 and §2.4.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

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


class Kind(StrEnum):
    """How the cells of a column are read."""

    TEXT = "text"
    IDENTIFIER = "identifier"
    """Digits that are a name, not a quantity: Excel must hold them as text."""
    CODE = "code"
    YES_NO = "yes_no"
    DATE = "date"
    INTEGER = "integer"
    DECIMAL = "decimal"
    YUAN = "yuan"
    """An amount in yuan in the cell, whole fen in the field."""


@dataclass(frozen=True)
class Column:
    """One column of the form: its heading without the star, and the field it fills."""

    title: str
    field: str
    kind: Kind = Kind.TEXT
    required: bool = False
    codes: str = ""
    """Name of the code list, for columns of kind `CODE` and `YES_NO`."""

    @property
    def heading(self) -> str:
        """The heading as printed: required columns end with a star."""
        return f"{self.title}*" if self.required else self.title


@dataclass(frozen=True)
class Form:
    """A sheet of the form: its columns in printed order."""

    sheet: str
    columns: tuple[Column, ...]

    @cached_property
    def by_title(self) -> dict[str, Column]:
        """Columns under every spelling of their heading that is understood."""
        return {heading_key(column.title): column for column in self.columns}

    @cached_property
    def by_field(self) -> dict[str, Column]:
        return {column.field: column for column in self.columns}


def heading_key(text: str) -> str:
    """Fold a heading so that width, blanks, line breaks and the star do not matter."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(folded.split()).rstrip("*").casefold()


def _text(title: str, field: str, *, required: bool = False) -> Column:
    return Column(title, field, Kind.TEXT, required)


def _identifier(title: str, field: str, *, required: bool = False) -> Column:
    return Column(title, field, Kind.IDENTIFIER, required)


def _code(title: str, field: str, codes: str, *, required: bool = False) -> Column:
    return Column(title, field, Kind.CODE, required, codes)


def _yes_no(title: str, field: str, *, required: bool = False) -> Column:
    return Column(title, field, Kind.YES_NO, required, "yes_no")


def _date(title: str, field: str, *, required: bool = False) -> Column:
    return Column(title, field, Kind.DATE, required)


def _integer(title: str, field: str, *, required: bool = False) -> Column:
    return Column(title, field, Kind.INTEGER, required)


def _decimal(title: str, field: str, *, required: bool = False) -> Column:
    return Column(title, field, Kind.DECIMAL, required)


def _yuan(title: str, field: str, *, required: bool = False) -> Column:
    return Column(title, field, Kind.YUAN, required)


HOUSEHOLDS = Form(
    HOUSEHOLD_SHEET,
    (
        _identifier("户序号", "household_no", required=True),
        _identifier("建档站点编码", "station_code", required=True),
        _code("申请困难类别", "tier_applied", "tier"),
        _text("户主姓名", "name", required=True),
        _code("证件类型", "id_type", "id_type", required=True),
        _identifier("证件号码", "id_no", required=True),
        _code("性别", "sex", "sex"),
        _date("出生日期", "birth"),
        _code("民族", "ethnic", "ethnic", required=True),
        _code("政治面貌", "political", "political", required=True),
        _code("婚姻状况", "marital", "marital", required=True),
        _code("户口类型", "hukou", "hukou", required=True),
        _identifier("户籍地区划代码", "hukou_region", required=True),
        _identifier("手机号码", "mobile", required=True),
        _identifier("其他联系方式", "other_phone"),
        _identifier("居住地乡镇(街道)代码", "residence", required=True),
        _text("家庭住址", "address", required=True),
        _identifier("邮政编码", "zip"),
        _text("工作单位", "employer", required=True),
        _identifier("单位统一社会信用代码", "uscc"),
        _code("单位性质", "emp_kind", "emp_kind", required=True),
        _code("企业状况", "emp_state", "emp_state"),
        _code("所属行业", "industry", "industry"),
        _code("人员身份", "identity", "identity", required=True),
        _code("工作状态", "work_state", "work_state", required=True),
        _date("劳动合同签订日期", "contract_on"),
        _integer("合同期限(月)", "contract_months"),
        _date("参加工作日期", "work_start"),
        _yes_no("是否工会会员", "member", required=True),
        _code("劳模类型", "model_title", "model_title", required=True),
        _code("健康状况", "health", "health", required=True),
        _text("病种", "disease"),
        _code("残疾类别", "disability", "disability"),
        _code("残疾等级", "disability_grade", "disability_grade"),
        _code("医保状况", "insurance", "insurance", required=True),
        _code("学历", "education", "education"),
        _text("技术特长", "skills"),
        _code("就业意愿", "job_wish", "job_wish"),
        _yes_no("是否单亲", "single_parent", required=True),
        _yes_no("是否零就业家庭", "zero_employment", required=True),
        _yes_no("是否享受低保", "dibao", required=True),
        _identifier("低保证号", "dibao_no"),
        _integer("家庭人口", "persons", required=True),
        _integer("共同生活人口", "living_together", required=True),
        _yuan("工资性收入(元/年)", "inc_wages_fen", required=True),
        _yuan("经营净收入(元/年)", "inc_business_fen"),
        _yuan("财产净收入(元/年)", "inc_property_fen"),
        _yuan("转移净收入(元/年)", "inc_transfer_fen"),
        _yuan("其他收入(元/年)", "inc_other_fen"),
        _yuan("因病刚性支出(元/年)", "cost_illness_fen"),
        _yuan("因残刚性支出(元/年)", "cost_disability_fen"),
        _yuan("因学刚性支出(元/年)", "cost_school_fen"),
        _yuan("住房刚性支出(元/年)", "cost_housing_fen"),
        _yuan("必要就业成本(元/年)", "cost_work_fen"),
        _yuan("其他刚性支出(元/年)", "cost_other_fen"),
        _yuan("意外致困支出(元/年)", "sudden_net_fen"),
        _code("住房类型", "housing_kind", "housing_kind", required=True),
        _decimal("建筑面积(㎡)", "area", required=True),
        _integer("住房套数", "homes", required=True),
        _yes_no("是否拥有机动车", "car", required=True),
        _text("机动车用途说明", "car_use"),
        _yes_no("子女高收费私立或自费留学", "private_school", required=True),
        _yes_no("控股股东或实际控制人", "shareholder", required=True),
        _code("主要致困原因", "main_cause", "cause", required=True),
        _code("次要致困原因1", "other_cause_1", "cause"),
        _code("次要致困原因2", "other_cause_2", "cause"),
        _code("次要致困原因3", "other_cause_3", "cause"),
        _text("致困情况说明", "story", required=True),
        _code("帮扶需求1", "need_1", "need", required=True),
        _code("帮扶需求2", "need_2", "need"),
        _code("帮扶需求3", "need_3", "need"),
        _text("开户银行", "bank", required=True),
        _text("开户支行", "bank_branch"),
        _identifier("银行卡号", "card_no", required=True),
        _text("开户名", "card_name", required=True),
        _date("核对授权书签署日期", "authorised_on", required=True),
        _date("申请日期", "applied_on", required=True),
        _text("备注", "note"),
    ),
)

MEMBERS = Form(
    MEMBER_SHEET,
    (
        _identifier("户序号", "household_no", required=True),
        _text("姓名", "name", required=True),
        _code("与户主关系", "relation", "relation", required=True),
        _identifier("证件号码", "id_no", required=True),
        _code("性别", "sex", "sex"),
        _date("出生日期", "birth"),
        _code("民族", "ethnic", "ethnic"),
        _code("政治面貌", "political", "political"),
        _code("婚姻状况", "marital", "marital"),
        _code("健康状况", "health", "health", required=True),
        _text("病种", "disease"),
        _code("残疾类别", "disability", "disability"),
        _code("残疾等级", "disability_grade", "disability_grade"),
        _code("医保状况", "insurance", "insurance", required=True),
        _code("人员身份", "identity", "identity", required=True),
        _text("单位或学校", "workplace"),
        _code("当前学历或就读阶段", "stage", "education"),
        _integer("入学年份", "enrolled_year"),
        _integer("学制(年)", "study_years"),
        _yuan("学年学费(元)", "tuition_fen"),
        _yuan("月收入(元)", "income_fen", required=True),
        _code("劳模类型", "model_title", "model_title"),
        _yes_no("是否共同生活", "living_together", required=True),
        _identifier("手机号码", "mobile"),
        _text("备注", "note"),
    ),
)
