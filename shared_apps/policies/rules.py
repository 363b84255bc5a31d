"""Every rule a station works by: its name, the kind of its value, and what the network begins with.

A rule that is not declared here can neither be laid down nor asked for. The starting values are
those of ``domain.md`` 2.1 and 3.2; a city, county or station overrules them by its own rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text

Value = Any
_LONGEST_CLOCK = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleKind:
    """What values a rule may take. ``accepts`` judges one; ``hint`` says in words what is accepted."""

    accepts: Callable[[Value], bool]
    hint: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDeclaration:
    """One rule: its key, its name, its kind, its starting value and where that comes from."""

    key: str
    label: Text
    kind: RuleKind
    starts_as: Value
    source: str


def _is_whole(value: Value, *, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_decimal(value: Value, *, above: Decimal, most: Decimal) -> bool:
    if not isinstance(value, str):
        return False
    try:
        number = Decimal(value)
    except InvalidOperation:
        return False
    return number.is_finite() and above < number <= most


def _one_of(*words: str) -> RuleKind:
    return RuleKind(accepts=lambda value: value in words, hint=" / ".join(words))


def _is_papers(value: Value) -> bool:
    return isinstance(value, dict) and all(
        isinstance(kinds, list) and all(isinstance(kind, str) for kind in kinds)
        for kinds in value.values()
    )


def _is_route(value: Value) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(_is_whole(level, least=1, most=4) for level in value)
        and value == sorted(set(value), reverse=True)
    )


WORKING_DAYS = RuleKind(
    accepts=lambda value: _is_whole(value, least=1, most=_LONGEST_CLOCK),
    hint=_("1 至 250 之间的整数(工作日)"),
)
FEN = RuleKind(
    accepts=lambda value: _is_whole(value, least=1, most=10**9), hint=_("以分为单位的正整数")
)
MULTIPLE = RuleKind(
    accepts=lambda value: _is_decimal(value, above=Decimal(0), most=Decimal(10)),
    hint=_("大于 0、不超过 10 的小数,写作文本"),
)
SHARE = RuleKind(
    accepts=lambda value: _is_decimal(value, above=Decimal(0), most=Decimal(1)),
    hint=_("大于 0、不超过 1 的小数,写作文本"),
)
PAPERS = RuleKind(accepts=_is_papers, hint=_("按致困原因列出的材料清单"))
ROUTE = RuleKind(accepts=_is_route, hint=_("由低到高的审批层级,如 4、3、2"))

_PROPOSED = "建议值,可由各级调整"

_DECLARED = (
    RuleDeclaration(
        key="notice.working_days",
        label=_("公示期"),
        kind=WORKING_DAYS,
        starts_as=5,
        source="省级常见规定:公示不少于 5 个工作日",
    ),
    *(
        RuleDeclaration(
            key=f"clock.{name}", label=label, kind=WORKING_DAYS, starts_as=days, source=source
        )
        for name, label, days, source in (
            ("first_review", _("初审受理期限"), 3, _PROPOSED),
            ("returned", _("退回后补正期限"), 10, _PROPOSED),
            ("visit", _("入户核查期限"), 5, _PROPOSED),
            ("level_review", _("逐级上报期限"), 3, _PROPOSED),
            ("centre_review", _("中心审核期限"), 5, _PROPOSED),
            ("means_check_send", _("发起核对期限"), 3, _PROPOSED),
            ("means_check_answer", _("核对反馈期限"), 10, _PROPOSED),
            ("publish_notice", _("发布公示期限"), 3, _PROPOSED),
            ("objection", _("异议核查期限"), 5, _PROPOSED),
            ("approval", _("审批期限"), 5, _PROPOSED),
            ("nat_entry", _("全国系统录入期限"), 30, "档案管理规定:30 个工作日内录入"),
            ("onboarding_accept", _("入驻受理期限"), 3, _PROPOSED),
            ("onboarding_correct", _("入驻补正期限"), 10, _PROPOSED),
            ("onboarding_decide", _("入驻审批期限"), 5, _PROPOSED),
            ("warning", _("到期前预警"), 2, _PROPOSED),
        )
    ),
    RuleDeclaration(
        key="income.line",
        label=_("低保标准(每人每月)"),
        kind=FEN,
        starts_as=80_000,
        source="演示标准",
    ),
    RuleDeclaration(
        key="income.operator",
        label=_("收入与标准的比较方式"),
        kind=_one_of("<", "<="),
        starts_as="<",
        source="青岛自测口径;邢台用 <=",
    ),
    RuleDeclaration(
        key="income.head_count",
        label=_("人均收入的人口口径"),
        kind=_one_of("living_together", "persons"),
        starts_as="living_together",
        source="青岛自测口径;邢台用家庭总人口",
    ),
    RuleDeclaration(
        key="income.multiplier",
        label=_("相对困难倍数"),
        kind=MULTIPLE,
        starts_as="2.0",
        source="平顶山、青岛口径;旧办法 1.5",
    ),
    RuleDeclaration(
        key="sudden.threshold",
        label=_("意外致困支出占年收入比例"),
        kind=SHARE,
        starts_as="0.8",
        source="青岛自测口径",
    ),
    RuleDeclaration(
        key="exclusions.scope",
        label=_("排除情形适用范围"),
        kind=_one_of("all", "deep"),
        starts_as="all",
        source="青岛口径;邢台只排除深度困难",
    ),
    RuleDeclaration(
        key="papers.required",
        label=_("按致困原因应交的材料"),
        kind=PAPERS,
        starts_as={
            "always": [
                "application",
                "authorisation",
                "consent",
                "household_book",
                "id_cards",
                "income",
            ],
            "03": ["unemployment"],
            "06": ["diagnosis", "medical_bills"],
            "07": ["accident"],
            "08": ["accident"],
            "09": ["tuition"],
            "10": ["employer_state"],
            "11": ["single_parent"],
            "12": ["disability_card"],
        },
        source="困难职工档案管理规定",
    ),
    RuleDeclaration(
        key="approval.route",
        label=_("建档审批层级"),
        kind=ROUTE,
        starts_as=[4, 3, 2],
        source="困难职工档案管理规定",
    ),
)

RULES = MappingProxyType({declared.key: declared for declared in _DECLARED})
