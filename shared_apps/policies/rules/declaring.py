"""What a rule is declared with: its groups, its choices, and the words that declare it."""

from dataclasses import dataclass

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text
from shared_apps.catalogues.codes import CODE_LISTS, Code
from shared_apps.policies.kinds import (
    LESS,
    WORKING_DAYS,
    Choices,
    RuleKind,
    Strictness,
    Value,
)

FILES, TIER, NOTICES, CLOCKS, PAIRING, REPORTS, AID, MONEY, ONBOARDING = (
    _("建档与复核"),
    _("困难认定"),
    _("公示与审批"),
    _("办理期限"),
    _("结对走访期限"),
    _("报表期限"),
    _("帮扶标准"),
    _("资金物资期限"),
    _("站点入驻期限"),
)
GROUPS: tuple[Text, ...] = (
    TIER,
    FILES,
    NOTICES,
    CLOCKS,
    PAIRING,
    REPORTS,
    AID,
    MONEY,
    ONBOARDING,
)
ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDeclaration:
    """One rule: its key, name, group and kind, what the network begins with and where that comes from.

    ``strictness`` is None where places may differ in either direction. ``moves_tiers`` marks the rules that
    a tier is computed with: their change is followed by a recomputation.
    """

    key: str
    label: Text
    group: Text
    kind: RuleKind
    starts_as: Value
    source: str
    strictness: Strictness | None = None
    moves_tiers: bool = False


def _worded(code: Code) -> Text:
    text: Text = lazy(lambda: code.text, str)()
    return text


def choices_of(name: str, *values: str) -> Choices:
    """Give the codes of a list with their wording, or those of them that are named."""
    return tuple(
        (code.value, _worded(code))
        for code in CODE_LISTS[name]
        if not values or code.value in values
    )


FILE_LEVELS = choices_of("file_level")
TIERS = choices_of("tier", "1", "2", "3")
LEVELS: Choices = (("4", _("企业级")), ("3", _("乡镇级")), ("2", _("县级")), ("1", _("市级")))
EXCLUSIONS: Choices = (
    ("E401", _("两套及以上住房")),
    ("E402", _("拥有机动车（残疾、就医代步除外）")),
    ("E403", _("高收费私立学校或自费留学")),
    ("E404", _("控股股东或实际控制人")),
    ("E405", _("拒绝核查")),
    ("E406", _("隐瞒收入或财产")),
    ("E407", _("无正当理由拒绝就业")),
)
COSTS: Choices = (
    ("cost_illness_fen", _("因病刚性支出")),
    ("cost_disability_fen", _("因残刚性支出")),
    ("cost_school_fen", _("因学刚性支出")),
    ("cost_housing_fen", _("住房刚性支出")),
    ("cost_work_fen", _("必要就业成本")),
    ("cost_other_fen", _("其他刚性支出")),
)
CLEARS: Choices = (
    ("family", _("家庭情况清")),
    ("cause", _("困难原因清")),
    ("mood", _("思想状况清")),
    ("job", _("就业要求清")),
    ("skills", _("技术特长清")),
)
CLEAR_FIELDS: Choices = (
    ("persons", _("家庭人口")),
    ("living_together", _("共同生活人口")),
    ("marital", _("婚姻状况")),
    ("address", _("家庭住址")),
    ("housing_kind", _("住房类型")),
    ("members", _("家庭成员")),
    ("main_cause", _("主要致困原因")),
    ("story", _("致困情况说明")),
    ("mood", _("思想状况")),
    ("job_wish", _("就业意愿")),
    ("wished_job", _("期望岗位")),
    ("skills", _("技术特长")),
    ("education", _("学历")),
)

PROPOSED = "建议值，可由各级调整"
FILE_RULES = "困难职工档案管理规定"


def clocks(
    group: Text, *rows: tuple[str, Text, int, str], strictness: Strictness | None = LESS
) -> tuple[RuleDeclaration, ...]:
    """Declare limits in working days: the name of the clock, its label, the days, where they come from."""
    return tuple(
        RuleDeclaration(
            key=f"clock.{name}",
            label=label,
            group=group,
            kind=WORKING_DAYS,
            starts_as=days,
            source=source,
            strictness=strictness,
        )
        for name, label, days, source in rows
    )
