"""Lists about what the windows of a station give and take."""

from shared_apps.catalogues.code_list import Code, CodeList

AID = CodeList(
    "aid",
    "帮扶项目",
    "Kind of aid",
    (
        Code("living", "生活救助", "Living aid"),
        Code("medical", "医疗(大病)救助", "Medical aid", ("医疗救助", "大病救助")),
        Code("schooling", "子女助学", "Schooling aid", ("助学",)),
        Code("training", "职业培训", "Vocational training"),
        Code("placement", "职业介绍", "Job placement"),
        Code("legal", "法律援助", "Legal aid"),
        Code("warmth", "送温暖慰问", "Warmth-Giving", ("送温暖",)),
        Code("sudden", "意外致困", "Sudden hardship aid"),
        Code("housing", "住房补贴", "Housing subsidy"),
        Code("utilities", "水电补助", "Utilities subsidy"),
        Code("fees", "学杂费减免", "School fee relief"),
        Code("rent", "房租补贴", "Rent subsidy"),
        Code("business_fees", "工商费减免", "Business fee relief"),
        Code("medical_relief", "医疗减免", "Medical fee relief"),
        Code("other", "其他", "Other"),
    ),
)

FUND_SOURCE = CodeList(
    "fund_source",
    "资金来源",
    "Source of funds",
    (
        Code("central", "中央财政", "Central finance"),
        Code("province", "省级财政", "Provincial finance"),
        Code("city", "市级财政", "City finance"),
        Code("county", "县级财政", "County finance"),
        Code("township", "乡镇财政", "Township finance"),
        Code("upper_union", "上级工会补助", "Subsidy of the upper union"),
        Code("own_union", "本级工会经费", "Own union funds"),
        Code("administration", "行政拨付", "Paid by the administration"),
        Code("donation", "社会捐助", "Donations"),
        Code("party", "党费补助", "Party membership fees"),
        Code("entrusted", "代发资金", "Entrusted funds"),
        Code("interest", "利息", "Interest"),
        Code("other", "其他", "Other"),
    ),
)

DONATION_CAMPAIGN = CodeList(
    "donation_campaign",
    "募捐活动",
    "Donation campaign",
    (
        Code("one_day", "爱心一日捐", "One-day-pay donation", ("一日捐",)),
        Code("festival", "两节送温暖", "Two-festival warmth-giving"),
        Code("schooling", "金秋助学募捐", "Donations for student aid"),
        Code("medical", "大病募捐", "Donations for serious illness"),
        Code("disaster", "救灾募捐", "Disaster relief"),
        Code("other", "日常捐赠", "Everyday donations"),
    ),
)

TRADE = CodeList(
    "trade",
    "工种",
    "Trade",
    (
        Code("electrician", "电工", "Electrician"),
        Code("welder", "焊工", "Welder"),
        Code("cook", "中式烹调", "Chinese cooking"),
        Code("housekeeping", "家政", "Housekeeping"),
        Code("maternity", "月嫂", "Maternity care"),
        Code("catering", "餐饮", "Catering"),
        Code("sewing", "缝纫", "Sewing"),
        Code("computer", "计算机", "Computing"),
        Code("other", "其他", "Other"),
    ),
)

TICKET = CodeList(
    "ticket",
    "来访事由",
    "Subject of a ticket",
    (
        Code("aid", "生活救助求助", "Request for living aid"),
        Code("job", "就业求职", "Looking for work"),
        Code("legal", "法律咨询", "Legal advice"),
        Code("policy", "政策咨询", "Policy advice"),
        Code("arrears", "欠薪", "Unpaid wages"),
        Code("injury", "工伤", "Work injury"),
        Code("insurance", "社保", "Social insurance"),
        Code("housing", "住房", "Housing"),
        Code("counselling", "心理", "Psychological"),
        Code("suggestion", "意见建议", "Suggestion"),
        Code("other", "其他", "Other"),
    ),
)

CHANNEL = CodeList(
    "channel",
    "渠道",
    "Channel",
    (
        Code("visit", "来访", "Visit"),
        Code("letter", "来信", "Letter"),
        Code("call", "来电(12351)", "Call (12351)", ("来电", "12351")),
        Code("online", "网络", "Online"),
        Code("assigned", "上级交办", "Assigned from above"),
        Code("referred", "部门转办", "Referred by a department"),
    ),
)
