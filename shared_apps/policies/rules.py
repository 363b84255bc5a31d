"""Every rule a station works by: its name, the kind of its value, and what the network begins with.

A rule that is not declared here can neither be laid down nor asked for. The starting values are
those of ``domain.md`` 2.1 and 3.2; a city, county or station overrules them by its own rows.
"""

from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from bangfu.kernel.errors import Text
from shared_apps.catalogues.codes import CODE_LISTS, Code
from shared_apps.policies.kinds import (
    EVERY_LEVEL,
    EVERYTHING_ABOVE,
    FEN,
    LESS,
    MONTHS,
    MORE,
    MULTIPLE,
    NO_CELL_ABOVE,
    SHARE,
    TIMES,
    WORKING_DAYS,
    YEARS,
    Choices,
    RuleKind,
    Strictness,
    Value,
    lists_of,
    one_of,
    routes_of,
    several_of,
    table_of,
)

FILES, TIER, NOTICES, CLOCKS, PAIRING, REPORTS, AID, ONBOARDING = (
    _("建档与复核"),
    _("困难认定"),
    _("公示与审批"),
    _("办理期限"),
    _("结对走访期限"),
    _("报表期限"),
    _("帮扶标准"),
    _("站点入驻期限"),
)
GROUPS: tuple[Text, ...] = (TIER, FILES, NOTICES, CLOCKS, PAIRING, REPORTS, AID, ONBOARDING)
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


def _choices(name: str, *values: str) -> Choices:
    return tuple(
        (code.value, _worded(code))
        for code in CODE_LISTS[name]
        if not values or code.value in values
    )


FILE_LEVELS = _choices("file_level")
TIERS = _choices("tier", "1", "2", "3")
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

_PROPOSED = "建议值，可由各级调整"
_FILE_RULES = "困难职工档案管理规定"


def _clocks(
    group: Text, *rows: tuple[str, Text, int, str], strictness: Strictness | None = LESS
) -> tuple[RuleDeclaration, ...]:
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


_TIER_RULES = (
    RuleDeclaration(
        key="income.line",
        label=_("低保标准（每人每月）"),
        group=TIER,
        kind=FEN,
        starts_as=80_000,
        source="演示标准",
        moves_tiers=True,
    ),
    RuleDeclaration(
        key="income.operator",
        label=_("收入与标准的比较方式"),
        group=TIER,
        kind=one_of(("<", _("低于标准（<）")), ("<=", _("不高于标准（≤）"))),
        starts_as="<",
        source="青岛自测口径；邢台用 ≤",
        moves_tiers=True,
    ),
    RuleDeclaration(
        key="income.head_count",
        label=_("人均收入的人口口径"),
        group=TIER,
        kind=one_of(("living_together", _("共同生活人口")), ("persons", _("家庭人口"))),
        starts_as="living_together",
        source="青岛自测口径；邢台用家庭总人口",
        moves_tiers=True,
    ),
    RuleDeclaration(
        key="income.multiplier",
        label=_("相对困难倍数"),
        group=TIER,
        kind=MULTIPLE,
        starts_as="2.0",
        source="平顶山、青岛口径；旧办法 1.5",
        strictness=LESS,
        moves_tiers=True,
    ),
    RuleDeclaration(
        key="costs.counted",
        label=_("计入扣减的刚性支出"),
        group=TIER,
        kind=several_of(*COSTS),
        starts_as=[name for name, _label in COSTS],
        source="邢台口径",
        moves_tiers=True,
    ),
    RuleDeclaration(
        key="sudden.threshold",
        label=_("意外致困支出占年收入比例"),
        group=TIER,
        kind=SHARE,
        starts_as="0.8",
        source="青岛自测口径",
        moves_tiers=True,
    ),
    RuleDeclaration(
        key="exclusions.scope",
        label=_("排除情形适用范围"),
        group=TIER,
        kind=one_of(("all", _("排除全部困难类别")), ("deep", _("只排除深度困难"))),
        starts_as="all",
        source="青岛口径；邢台只排除深度困难",
        moves_tiers=True,
    ),
    RuleDeclaration(
        key="exclusions.items",
        label=_("排除情形"),
        group=TIER,
        kind=several_of(*EXCLUSIONS),
        starts_as=[code for code, _label in EXCLUSIONS],
        source="邢台、青岛口径",
        moves_tiers=True,
    ),
)

_FILE_LIFE = (
    RuleDeclaration(
        key="papers.required",
        label=_("按致困原因应交的材料"),
        group=FILES,
        kind=lists_of(((ALWAYS, _("所有申请")), *_choices("cause")), _choices("paper")),
        starts_as={
            ALWAYS: [
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
        source=_FILE_RULES,
        strictness=EVERYTHING_ABOVE,
    ),
    RuleDeclaration(
        key="completeness.groups",
        label=_("五清各项应填内容"),
        group=FILES,
        kind=lists_of(CLEARS, CLEAR_FIELDS),
        starts_as={
            "family": [
                "persons",
                "living_together",
                "marital",
                "address",
                "housing_kind",
                "members",
            ],
            "cause": ["main_cause", "story"],
            "mood": ["mood"],
            "job": ["job_wish"],
            "skills": ["skills"],
        },
        source=_FILE_RULES,
        strictness=EVERYTHING_ABOVE,
    ),
    *(
        RuleDeclaration(
            key=key,
            label=label,
            group=FILES,
            kind=kind,
            starts_as=value,
            source=source,
            strictness=strictness,
        )
        for key, label, kind, value, source, strictness in (
            ("recheck.months", _("定期复核间隔"), MONTHS, 3, "档案管理规定：按季复核", LESS),
            ("cleanup.months", _("年度清理间隔"), MONTHS, 12, "档案管理规定：每年清理一次", LESS),
            (
                "redeclare.months",
                _("重新申报间隔"),
                MONTHS,
                12,
                "乳山 2025：满一年须重新申报",
                LESS,
            ),
            ("exit.months", _("脱困须连续超标准的月数"), MONTHS, 6, "江苏、安徽 2019", MORE),
            ("spotcheck.share", _("年度抽查比例"), SHARE, "0.3", "湖南：抽查不低于 30%", MORE),
            ("retention.years", _("撤档后保管年限"), YEARS, 10, "档案管理规定：保管 10 年", MORE),
        )
    ),
)

_NOTICE_RULES = (
    RuleDeclaration(
        key="notice.working_days",
        label=_("公示期"),
        group=NOTICES,
        kind=WORKING_DAYS,
        starts_as=5,
        source="省级常见规定：公示不少于 5 个工作日",
        strictness=MORE,
    ),
    RuleDeclaration(
        key="exit.without_notice",
        label=_("免公示的退出原因"),
        group=NOTICES,
        kind=several_of(*_choices("exit_reason")),
        starts_as=["death"],
        source=_PROPOSED,
    ),
    RuleDeclaration(
        key="approval.route",
        label=_("按档案级别的审批层级"),
        group=NOTICES,
        kind=routes_of(FILE_LEVELS, LEVELS),
        starts_as={level: ["4", "3", "2"] for level, _label in FILE_LEVELS},
        source=_FILE_RULES,
        strictness=EVERY_LEVEL,
    ),
    RuleDeclaration(
        key="approval.meeting",
        label=_("须经会议研究才能审批的层级"),
        group=NOTICES,
        kind=several_of(*(one for one in LEVELS if one[0] in {"1", "2"})),
        starts_as=[],
        source=_PROPOSED,
    ),
)

_CLOCK_RULES = (
    *_clocks(
        CLOCKS,
        ("first_review", _("初审受理期限"), 3, _PROPOSED),
        ("visit", _("入户核查期限"), 5, _PROPOSED),
        ("level_review", _("逐级上报期限"), 3, _PROPOSED),
        ("centre_review", _("中心审核期限"), 5, _PROPOSED),
        ("means_check_send", _("发起核对期限"), 3, _PROPOSED),
        ("means_check_answer", _("核对反馈期限"), 10, _PROPOSED),
        ("publish_notice", _("发布公示期限"), 3, _PROPOSED),
        ("objection", _("异议核查期限"), 5, _PROPOSED),
        ("approval", _("审批期限"), 5, _PROPOSED),
        ("nat_entry", _("全国系统录入期限"), 30, "档案管理规定：30 个工作日内录入"),
        ("recheck", _("复核办理期限"), 20, _PROPOSED),
        ("retier", _("档次重算确认期限"), 10, _PROPOSED),
        ("exit_notice", _("退出公示发布期限"), 3, _PROPOSED),
        ("exit_confirm", _("退出确认期限"), 5, _PROPOSED),
        ("transfer", _("档案转移期限"), 30, "档案管理规定：30 个工作日内转移"),
        ("temporary", _("临时救助档转正期限"), 60, _PROPOSED),
    ),
    # Days given to an applicant, and the days of a warning, are no station's duty: either way is allowed.
    *_clocks(
        CLOCKS,
        ("returned", _("退回后补正期限"), 10, _PROPOSED),
        ("second_look", _("不予建档后申请复核期限"), 10, _PROPOSED),
        ("warning", _("到期前预警"), 2, _PROPOSED),
        strictness=None,
    ),
)

_PAIRING_RULES = (
    RuleDeclaration(
        key="contact.per_quarter",
        label=_("每季度联系次数"),
        group=PAIRING,
        kind=TIMES,
        starts_as=1,
        source="结对帮扶：每季度至少联系一次",
        strictness=MORE,
    ),
    *_clocks(
        PAIRING,
        ("visit_first", _("建档后首次走访期限"), 10, _PROPOSED),
        ("visit_illness", _("伤病必访期限"), 3, _PROPOSED),
        ("visit_death", _("亡故必访期限"), 1, _PROPOSED),
        ("visit_disaster", _("受灾必访期限"), 1, _PROPOSED),
        ("visit_production", _("生产困难必访期限"), 10, _PROPOSED),
        ("visit_hardship", _("特殊困难必访期限"), 5, _PROPOSED),
    ),
    *_clocks(PAIRING, ("visit_festival", _("节前走访提前天数"), 1, _PROPOSED), strictness=MORE),
)

_REPORT_RULES = (
    RuleDeclaration(
        key="report.periods",
        label=_("各报表的报送周期"),
        group=REPORTS,
        kind=lists_of(
            (
                ("network", _("帮扶网络基本情况表")),
                ("hardship_files", _("困难职工档案统计表")),
                ("pairing", _("结对走访情况表")),
            ),
            (("month", _("月报")), ("quarter", _("季报")), ("year", _("年报"))),
        ),
        starts_as={"network": ["year"], "hardship_files": ["quarter"], "pairing": ["quarter"]},
        source=_PROPOSED,
        strictness=EVERYTHING_ABOVE,
    ),
    *_clocks(
        REPORTS,
        ("report_monthly", _("月报上报期限"), 3, _PROPOSED),
        ("report_quarterly", _("季报上报期限"), 5, _PROPOSED),
        ("report_yearly", _("年报上报期限"), 15, _PROPOSED),
        ("report_decide", _("报表审核期限"), 3, _PROPOSED),
        ("report_correct", _("报表退回修改期限"), 2, _PROPOSED),
    ),
)

_AID_RULES = (
    RuleDeclaration(
        key="aid.living_months",
        label=_("生活救助上限（月低保标准的倍数）"),
        group=AID,
        kind=table_of(FILE_LEVELS, TIERS, unit=_("个月"), most=24),
        starts_as={level: {"1": 12, "2": 8, "3": 8} for level, _label in FILE_LEVELS},
        source="2025 年某省口径：深度 12 个月、相对 8 个月",
        strictness=NO_CELL_ABOVE,
    ),
    *_clocks(
        AID,
        ("aid_accept", _("帮扶申请受理期限"), 3, _PROPOSED),
        ("aid_review", _("帮扶审核期限"), 5, _PROPOSED),
        ("aid_meeting", _("帮扶会议研究期限"), 10, _PROPOSED),
        ("aid_above", _("超限额上报审批期限"), 10, _PROPOSED),
        ("aid_papers", _("急救先行后补交材料期限"), 10, _PROPOSED),
        ("aid_pay", _("批准后发放期限"), 15, _PROPOSED),
        ("aid_urgent_pay", _("急救先行发放期限"), 1, _PROPOSED),
        ("aid_feedback", _("发放后回访期限"), 20, _PROPOSED),
        ("payout_check", _("发放批次财务复核期限"), 3, _PROPOSED),
        ("payout_audit", _("发放批次经审确认期限"), 3, _PROPOSED),
        ("payout_approve", _("发放批次主席签批期限"), 3, _PROPOSED),
        ("payout_send", _("发放文件提交银行期限"), 1, _PROPOSED),
        ("payout_answer", _("银行发放结果反馈期限"), 3, _PROPOSED),
    ),
)

_ONBOARDING_RULES = (
    *_clocks(
        ONBOARDING,
        ("onboarding_accept", _("入驻受理期限"), 3, _PROPOSED),
        ("onboarding_decide", _("入驻审批期限"), 5, _PROPOSED),
    ),
    *_clocks(ONBOARDING, ("onboarding_correct", _("入驻补正期限"), 10, _PROPOSED), strictness=None),
)

RULES = MappingProxyType(
    {
        declared.key: declared
        for declared in (
            *_TIER_RULES,
            *_FILE_LIFE,
            *_NOTICE_RULES,
            *_CLOCK_RULES,
            *_PAIRING_RULES,
            *_REPORT_RULES,
            *_AID_RULES,
            *_ONBOARDING_RULES,
        )
    }
)
TIER_RULES = tuple(key for key, declared in RULES.items() if declared.moves_tiers)


def route_of(
    routes: dict[str, list[str]], *, file_level: str, station_level: int
) -> tuple[int, ...]:
    """Return the levels a file passes from its station upward, lowest first (``approval.route``)."""
    return tuple(int(one) for one in routes[file_level] if int(one) <= station_level)
