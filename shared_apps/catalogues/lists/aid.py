"""Lists about aid that is given: how, on which occasion, to whom outside the files, for which study."""

from shared_apps.catalogues.code_list import Code, CodeList

AID_MODE = CodeList(
    "aid_mode",
    "帮扶方式类别",
    "Mode of aid",
    (
        Code("everyday", "平时救助", "Everyday"),
        Code("concentrated", "集中救助", "Concentrated round"),
        Code("urgent", "急救先行", "Urgent"),
    ),
)

CAMPAIGN = CodeList(
    "campaign",
    "集中帮扶活动",
    "Campaign",
    (
        Code("two_festivals", "两节送温暖", "Two festivals"),
        Code("women_day", "三八慰问", "8 March"),
        Code("children_day", "六一帮扶", "Children's Day"),
        Code("golden_autumn", "金秋助学", "Golden Autumn student aid"),
        Code("july_first", "七一慰问", "1 July"),
        Code("year_end", "年底送温暖", "Year-end warmth"),
        Code("summer", "夏送清凉", "Summer coolness"),
        Code("other", "其他活动", "Other campaign"),
    ),
)

# Who is visited at the festivals without a file of hardship. Source: domain NR23, NR24, I-G11.
WARMTH_GROUP = CodeList(
    "warmth_group",
    "慰问对象类别",
    "Group visited",
    (
        Code("on_file", "在档困难职工", "Workers on file", ("特困职工",)),
        Code("sudden", "突发困难职工", "Workers in sudden hardship"),
        Code("front_line", "一线职工", "Front-line workers"),
        Code("holiday_posts", "节日坚守岗位职工", "Workers on duty over the holidays"),
        Code("major_projects", "重大工程项目职工", "Workers of major projects"),
        Code("disaster_front", "抢险救灾一线职工", "Workers in disaster relief"),
        Code("high_risk", "高危岗位职工", "Workers in high-risk posts"),
        Code("new_form", "新就业形态劳动者", "Workers in new forms of employment"),
        Code("model_worker", "劳动模范", "Model workers", ("劳模",)),
        Code("retired", "离退休职工", "Retired workers", ("离退休",)),
        Code("veteran", "退役军人职工", "Veterans", ("退转军人",)),
        Code("injured", "伤病残职工", "Injured, ill or disabled workers", ("伤病残",)),
        Code("martyr_family", "因公殉职职工家属", "Families of those who died on duty"),
    ),
)

SUB_PROGRAMME = CodeList(
    "sub_programme",
    "助学类别",
    "Kind of schooling aid",
    (
        Code("general", "一般助学", "General"),
        Code("blue_collar", "金牌蓝领", "Gold-medal blue-collar"),
        Code("dream", "圆梦计划", "Dream plan"),
        Code("society", "扶贫助学互助会", "Mutual-help student society"),
        Code("named_fund", "命名助学金", "Named fund"),
    ),
)

AID_STAGE = CodeList(
    "aid_stage",
    "助学阶段",
    "Stage of study",
    (
        Code("kindergarten", "学前", "Kindergarten"),
        Code("compulsory", "义务教育", "Compulsory education"),
        Code("secondary", "高中（含中职）", "Senior secondary"),
        Code("college", "专科", "College"),
        Code("bachelor", "本科", "Bachelor"),
        Code("master", "硕士", "Master"),
        Code("doctor", "博士", "Doctor"),
        Code("special", "特教", "Special education"),
    ),
)

# What a household lost at once: sudden hardship is bounded by it. Source: domain NR22.
LOSS_KIND = CodeList(
    "loss_kind",
    "意外损失类别",
    "Kind of sudden loss",
    (
        Code("injury", "意外伤害", "Accidental injury", ("意外事故",)),
        Code("traffic", "交通事故", "Traffic accident"),
        Code("illness", "突发重病", "Sudden serious illness"),
        Code("death", "家庭成员亡故", "Death of a member"),
        Code("disaster", "自然灾害", "Natural disaster"),
        Code("fire", "火灾", "Fire"),
        Code("property", "财产损失", "Loss of property"),
        Code("income", "突然失去收入", "Sudden loss of income"),
        Code("other", "其他意外", "Other loss"),
    ),
)
