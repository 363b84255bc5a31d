"""Lists about helpers, pairings and visits. Source: domain reference §1.P, §3.14."""

from shared_apps.catalogues.code_list import Code, CodeList

HELPER_KIND = CodeList(
    "helper_kind",
    "帮扶责任人类别",
    "Kind of helper",
    (
        Code("union_cadre", "工会干部", "Union cadre"),
        Code("leader", "领导干部", "Leader"),
        Code("party_member", "党员", "Party member"),
        Code("department", "部门（单位）", "Department or unit"),
        Code("cppcc", "政协委员", "CPPCC member"),
        Code("enterprise", "企业", "Enterprise"),
        Code("donor", "社会爱心人士", "Donor"),
        Code("volunteer", "志愿者", "Volunteer"),
        Code("other", "其他", "Other"),
    ),
)

PAIRING_FORM = CodeList(
    "pairing_form",
    "结对形式",
    "Form of pairing",
    (
        Code(
            "department_village", "部门帮村、党员帮户", "Departments help villages, members homes"
        ),
        Code("leader", "领导联系困难户", "Leaders keep contact with a household"),
        Code("one_to_one", "党员干部一帮一", "One-to-one by members and cadres", ("一帮一",)),
    ),
)

HELP_KIND = CodeList(
    "help_kind",
    "帮扶方式",
    "Kind of help",
    (
        Code("money", "资金帮扶", "Money"),
        Code("skill", "技术帮扶", "Skill"),
        Code("information", "信息帮扶", "Information"),
    ),
)

VISIT_KIND = CodeList(
    "visit_kind",
    "走访类别",
    "Kind of visit",
    (
        Code("regular", "季度联系", "Quarterly contact"),
        Code("first", "建档首访", "First visit"),
        Code("illness", "患病必访", "Illness"),
        Code("injury", "受伤必访", "Injury"),
        Code("death", "亡故必访", "Death"),
        Code("disaster", "受灾必访", "Disaster"),
        Code("absence", "长期外出前必访", "Before a long absence"),
        Code("production", "生产困难必访", "Production difficulty"),
        Code("special", "特殊困难必访", "Special hardship"),
        Code("spring_festival", "春节前必访", "Before Spring Festival"),
        Code("two_festivals", "两节慰问", "Two festivals"),
        Code("july_first", "七一走访", "1 July"),
        Code("women_day", "三八走访", "8 March"),
        Code("children_day", "六一走访", "1 June"),
        Code("campaign", "专项走访", "Other campaign"),
        Code("ad_hoc", "不定期走访", "Ad hoc visit"),
    ),
)
