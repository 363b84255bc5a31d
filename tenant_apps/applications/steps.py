"""The steps in which a worker applies: few questions each, in words for people, not for clerks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text
from tenant_apps.households.drafts import FILE_FIELDS, MEMBER_FIELDS
from tenant_apps.households.fields import FieldSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One question: the field it fills, how it is put to the worker, and whether it must be answered."""

    name: str
    label: Text
    help_text: Text = ""
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyStep:
    """One page of the application."""

    name: str
    title: Text
    intro: Text
    asks: tuple[Ask, ...] = field(default_factory=tuple)

    @property
    def field_names(self) -> frozenset[str]:
        """The fields this page fills."""
        return frozenset(ask.name for ask in self.asks)


MEMBER_ASKS = (
    Ask(name="name", label=_("姓名"), required=True),
    Ask(name="relation", label=_("是您的什么人"), required=True),
    Ask(name="id_no", label=_("身份证号"), required=True),
    Ask(name="identity", label=_("现在做什么"), required=True),
    Ask(name="health", label=_("身体怎么样"), required=True),
    Ask(name="insurance", label=_("参加的医保"), required=True),
    Ask(name="workplace", label=_("单位或学校"), help_text=_("没有可以不填")),
    Ask(name="tuition_fen", label=_("在读的，一年学费"), help_text=_("不在读不用填")),
    Ask(name="income_fen", label=_("每月收入"), help_text=_("没有收入填 0"), required=True),
    Ask(name="living_together", label=_("是否和您一起生活"), required=True),
)

STEPS = (
    ApplyStep(
        name="who",
        title=_("您本人"),
        intro=_("先说说您自己。带红色星号的要填，其他的不清楚可以先空着。"),
        asks=(
            Ask(name="name", label=_("您的姓名"), required=True),
            Ask(
                name="id_no",
                label=_("身份证号"),
                help_text=_("18 位，最后一位可能是 X"),
                required=True,
            ),
            Ask(
                name="mobile",
                label=_("手机号码"),
                help_text=_("工作人员会打这个电话与您联系"),
                required=True,
            ),
            Ask(name="residence", label=_("住在哪个乡镇（街道）"), required=True),
            Ask(name="address", label=_("详细住址"), required=True),
            Ask(name="marital", label=_("婚姻状况"), required=True),
            Ask(name="health", label=_("身体怎么样"), required=True),
            Ask(name="insurance", label=_("参加的医保"), required=True),
            Ask(name="identity", label=_("现在做什么"), required=True),
            Ask(name="work_state", label=_("工作状态"), required=True),
            Ask(
                name="employer",
                label=_("工作单位"),
                help_text=_("下岗、失业的填原来的单位；没有填“无”"),
                required=True,
            ),
            Ask(name="member", label=_("是不是工会会员"), required=True),
        ),
    ),
    ApplyStep(
        name="family",
        title=_("家里人"),
        intro=_(
            "把户口本上和一起生活的家人逐个加进来，不用加您自己。一个人生活的，直接点“下一步”。"
        ),
    ),
    ApplyStep(
        name="money",
        title=_("收入和花销"),
        intro=_("填最近 12 个月全家合计的钱数，单位是元。大概的数也可以，工作人员会和您核对。"),
        asks=(
            Ask(
                name="inc_wages_fen",
                label=_("全家工资收入（一年）"),
                help_text=_("没有填 0"),
                required=True,
            ),
            Ask(name="inc_business_fen", label=_("做生意、种地的净收入（一年）")),
            Ask(name="inc_transfer_fen", label=_("退休金、低保、赡养费等（一年）")),
            Ask(name="inc_property_fen", label=_("房租、利息等（一年）")),
            Ask(name="inc_other_fen", label=_("其他收入（一年）")),
            Ask(
                name="cost_illness_fen",
                label=_("看病自己花的钱（一年）"),
                help_text=_("医保报销之后自己付的"),
            ),
            Ask(name="cost_disability_fen", label=_("因残疾花的钱（一年）")),
            Ask(name="cost_school_fen", label=_("上学花的钱（一年）")),
            Ask(name="cost_housing_fen", label=_("房租或房贷（一年）")),
            Ask(
                name="sudden_net_fen",
                label=_("意外事故、灾害的损失"),
                help_text=_("扣除赔偿、保险和救助之后"),
            ),
            Ask(name="debts_fen", label=_("家里欠的债"), help_text=_("没有可以不填")),
            Ask(name="own_income_fen", label=_("您本人每月收入"), required=True),
            Ask(name="dibao", label=_("家里是否享受低保"), required=True),
        ),
    ),
    ApplyStep(
        name="cause",
        title=_("困难和需要"),
        intro=_("说说家里遇到了什么困难、最需要什么帮助。"),
        asks=(
            Ask(name="main_cause", label=_("最主要的困难"), required=True),
            Ask(name="other_causes", label=_("还有哪些困难"), help_text=_("最多选三项，可以不选")),
            Ask(
                name="story",
                label=_("用自己的话说说家里的情况"),
                help_text=_("不少于 20 个字，比如谁病了、什么时候下岗的、欠了多少钱"),
                required=True,
            ),
            Ask(name="needs", label=_("最需要哪些帮助"), help_text=_("最多选三项"), required=True),
            Ask(name="single_parent", label=_("是不是单亲家庭"), required=True),
            Ask(name="housing_kind", label=_("住的房子"), required=True),
            Ask(
                name="homes",
                label=_("家里共有几套房"),
                help_text=_("租房、没有房的填 0"),
                required=True,
            ),
            Ask(name="car", label=_("家里有没有汽车"), required=True),
            Ask(
                name="car_use",
                label=_("有汽车的，是做什么用的"),
                help_text=_("比如残疾代步、送病人看病；没有车不用填"),
            ),
            Ask(
                name="private_school", label=_("子女是否上高收费私立学校或自费留学"), required=True
            ),
            Ask(name="shareholder", label=_("是否开公司当股东（控股）"), required=True),
        ),
    ),
    ApplyStep(
        name="papers",
        title=_("拍照交材料"),
        intro=_("照着单子逐样拍照。手头没有的，点“我没有这样材料”，工作人员会帮您想办法。"),
    ),
    ApplyStep(
        name="confirm",
        title=_("核对和签名"),
        intro=_("请看一遍您填的内容，没有问题就签名提交。"),
    ),
)
STEP_BY_NAME: Mapping[str, ApplyStep] = {step.name: step for step in STEPS}
STEP_NAMES = tuple(STEP_BY_NAME)

# These are signed by hand when the station comes home; nobody has to photograph them.
SIGNED_AT_HOME = frozenset({"application", "authorisation", "consent"})

FILE_SPECS: Mapping[str, FieldSpec] = {spec.name: spec for spec in FILE_FIELDS}
MEMBER_SPECS: Mapping[str, FieldSpec] = {spec.name: spec for spec in MEMBER_FIELDS}
ASKED = frozenset(name for step in STEPS for name in step.field_names)
ASKED_OF_MEMBERS = frozenset(ask.name for ask in MEMBER_ASKS)


def step_of_field(name: str) -> str:
    """Say on which page a field is asked; problems of anything else are shown on the last page."""
    if name.startswith("members"):
        return "family"
    if name.startswith("papers"):
        return "papers"
    for step in STEPS:
        if name in step.field_names:
            return step.name
    return "confirm"


def next_step(name: str) -> str:
    """Name the page after this one; the last is followed by itself."""
    place = STEP_NAMES.index(name)
    return STEP_NAMES[min(place + 1, len(STEP_NAMES) - 1)]


def step_before(name: str) -> str:
    """Name the page before this one; nothing before the first."""
    place = STEP_NAMES.index(name)
    return STEP_NAMES[place - 1] if place else ""
