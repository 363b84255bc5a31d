"""Rules of the work: limits in working days, contacts, reports, how much aid may be given."""

from django.utils.translation import gettext_lazy as _

from shared_apps.policies.kinds import (
    EVERYTHING_ABOVE,
    LESS,
    MONTHS,
    MORE,
    NO_CELL_ABOVE,
    TIMES,
    lists_of,
    table_of,
)
from shared_apps.policies.rules.declaring import (
    AID,
    CLOCKS,
    FILE_LEVELS,
    MONEY,
    ONBOARDING,
    PAIRING,
    PROPOSED,
    REPORTS,
    TIERS,
    RuleDeclaration,
    clocks,
)

CLOCK_RULES = (
    *clocks(
        CLOCKS,
        ("first_review", _("初审受理期限"), 3, PROPOSED),
        ("visit", _("入户核查期限"), 5, PROPOSED),
        ("level_review", _("逐级上报期限"), 3, PROPOSED),
        ("centre_review", _("中心审核期限"), 5, PROPOSED),
        ("means_check_send", _("发起核对期限"), 3, PROPOSED),
        ("means_check_answer", _("核对反馈期限"), 10, PROPOSED),
        ("publish_notice", _("发布公示期限"), 3, PROPOSED),
        ("objection", _("异议核查期限"), 5, PROPOSED),
        ("approval", _("审批期限"), 5, PROPOSED),
        ("nat_entry", _("全国系统录入期限"), 30, "档案管理规定：30 个工作日内录入"),
        ("recheck", _("复核办理期限"), 20, PROPOSED),
        ("retier", _("档次重算确认期限"), 10, PROPOSED),
        ("exit_notice", _("退出公示发布期限"), 3, PROPOSED),
        ("exit_confirm", _("退出确认期限"), 5, PROPOSED),
        ("transfer", _("档案转移期限"), 30, "档案管理规定：30 个工作日内转移"),
        ("temporary", _("临时救助档转正期限"), 60, PROPOSED),
    ),
    # Days given to an applicant, and the days of a warning, are no station's duty: either way is allowed.
    *clocks(
        CLOCKS,
        ("returned", _("退回后补正期限"), 10, PROPOSED),
        ("second_look", _("不予建档后申请复核期限"), 10, PROPOSED),
        ("warning", _("到期前预警"), 2, PROPOSED),
        strictness=None,
    ),
)

PAIRING_RULES = (
    RuleDeclaration(
        key="contact.per_quarter",
        label=_("每季度联系次数"),
        group=PAIRING,
        kind=TIMES,
        starts_as=1,
        source="结对帮扶：每季度至少联系一次",
        strictness=MORE,
    ),
    *clocks(
        PAIRING,
        ("visit_first", _("建档后首次走访期限"), 10, PROPOSED),
        ("visit_illness", _("伤病必访期限"), 3, PROPOSED),
        ("visit_death", _("亡故必访期限"), 1, PROPOSED),
        ("visit_disaster", _("受灾必访期限"), 1, PROPOSED),
        ("visit_production", _("生产困难必访期限"), 10, PROPOSED),
        ("visit_hardship", _("特殊困难必访期限"), 5, PROPOSED),
    ),
    *clocks(PAIRING, ("visit_festival", _("节前走访提前天数"), 1, PROPOSED), strictness=MORE),
)

REPORT_RULES = (
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
        source=PROPOSED,
        strictness=EVERYTHING_ABOVE,
    ),
    *clocks(
        REPORTS,
        ("report_monthly", _("月报上报期限"), 3, PROPOSED),
        ("report_quarterly", _("季报上报期限"), 5, PROPOSED),
        ("report_yearly", _("年报上报期限"), 15, PROPOSED),
        ("report_decide", _("报表审核期限"), 3, PROPOSED),
        ("report_correct", _("报表退回修改期限"), 2, PROPOSED),
    ),
)

AID_RULES = (
    RuleDeclaration(
        key="aid.living_months",
        label=_("生活救助上限（月低保标准的倍数）"),
        group=AID,
        kind=table_of(FILE_LEVELS, TIERS, unit=_("个月"), most=24),
        starts_as={level: {"1": 12, "2": 8, "3": 8} for level, _label in FILE_LEVELS},
        source="2025 年某省口径：深度 12 个月、相对 8 个月",
        strictness=NO_CELL_ABOVE,
    ),
    *clocks(
        AID,
        ("aid_accept", _("帮扶申请受理期限"), 3, PROPOSED),
        ("aid_review", _("帮扶审核期限"), 5, PROPOSED),
        ("aid_meeting", _("帮扶会议研究期限"), 10, PROPOSED),
        ("aid_above", _("超限额上报审批期限"), 10, PROPOSED),
        ("aid_papers", _("急救先行后补交材料期限"), 10, PROPOSED),
        ("aid_pay", _("批准后发放期限"), 15, PROPOSED),
        ("aid_urgent_pay", _("急救先行发放期限"), 1, PROPOSED),
        ("aid_feedback", _("发放后回访期限"), 20, PROPOSED),
        ("payout_check", _("发放批次财务复核期限"), 3, PROPOSED),
        ("payout_audit", _("发放批次经审确认期限"), 3, PROPOSED),
        ("payout_approve", _("发放批次主席签批期限"), 3, PROPOSED),
        ("payout_send", _("发放文件提交银行期限"), 1, PROPOSED),
        ("payout_answer", _("银行发放结果反馈期限"), 3, PROPOSED),
    ),
)

MONEY_RULES = (
    *clocks(
        MONEY,
        # The design of the money asks for three days where the domain would allow five.
        ("transfer_confirm", _("拨款到账确认期限"), 3, PROPOSED),
        ("donation_receipt", _("捐赠开具收据期限"), 10, PROPOSED),
        ("bank_aged", _("银行与账面未达账项转为逾期"), 3, PROPOSED),
    ),
    RuleDeclaration(
        key="goods.count_months",
        label=_("库存物资盘点间隔"),
        group=MONEY,
        kind=MONTHS,
        starts_as=3,
        source=PROPOSED,
        strictness=LESS,
    ),
)

ONBOARDING_RULES = (
    *clocks(
        ONBOARDING,
        ("onboarding_accept", _("入驻受理期限"), 3, PROPOSED),
        ("onboarding_decide", _("入驻审批期限"), 5, PROPOSED),
    ),
    *clocks(ONBOARDING, ("onboarding_correct", _("入驻补正期限"), 10, PROPOSED), strictness=None),
)
