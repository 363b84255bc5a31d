"""Lists about work and the employer."""

from shared_apps.catalogues.code_list import Code, CodeList

IDENTITY = CodeList(
    "identity",
    "人员身份",
    "Identity",
    (
        Code("employee", "在职职工", "Employed worker", ("职工", "在岗职工")),
        Code("migrant", "困难农民工", "Migrant worker in hardship", ("农民工",)),
        Code("laid_off", "下(待)岗职工", "Laid-off worker", ("下岗职工", "待岗职工")),
        Code("unemployed", "失业人员", "Unemployed", ("失业",)),
        Code("retired", "退休人员", "Retired", ("退休",)),
        Code("veteran_retired", "离休人员", "Retired veteran", ("离休",)),
        Code("sick_leave", "病休", "On sick leave"),
        Code("early_retired", "内退", "Retired early within the unit"),
        Code("student", "学生", "Student"),
        Code("preschool", "学龄前儿童", "Child below school age", ("学龄前",)),
        Code("unable", "无劳动能力", "Unable to work"),
        Code("flexible", "灵活就业", "Flexible employment", ("灵活就业人员",)),
        Code("new_form", "新就业形态劳动者", "Worker in a new form of employment", ("新就业形态",)),
        Code("farmer", "务农", "Farming"),
        Code("soldier", "军人", "Serving in the forces", on_form=False),
        Code("other", "其他", "Other"),
    ),
)

WORK_STATE = CodeList(
    "work_state",
    "工作状态",
    "Working state",
    (
        Code("working", "在岗", "Working", ("在职",)),
        Code("laid_off", "下(待)岗", "Laid off", ("下岗", "待岗")),
        Code("unemployed", "失(无)业", "Unemployed", ("失业", "无业")),
        Code("retired", "退休", "Retired"),
        Code("veteran_retired", "离休", "Retired veteran"),
        Code("sick_leave", "病休", "On sick leave"),
        Code("early_retired", "内退", "Retired early within the unit"),
        Code("not_applicable", "不适用", "Not applicable"),
    ),
)

EMP_KIND = CodeList(
    "emp_kind",
    "单位性质",
    "Kind of employer",
    (
        Code("government", "国家机关", "State organ", ("机关",)),
        Code("institution", "事业单位", "Public institution"),
        Code("state", "国有企业", "State-owned enterprise"),
        Code("collective", "集体企业", "Collective enterprise"),
        Code("private", "私营企业", "Private enterprise", ("民营企业", "民营/私营/个体企业")),
        Code(
            "foreign",
            "外商及港澳台投资企业",
            "Foreign, Hong Kong, Macao or Taiwan invested enterprise",
            ("外资企业",),
        ),
        Code("sole_trader", "个体工商户", "Sole trader", ("个体",)),
        Code("social", "社会组织", "Social organisation"),
        Code("none", "灵活就业无单位", "Flexible employment without an employer", ("无单位",)),
        Code("other", "其他", "Other"),
    ),
)

EMP_STATE = CodeList(
    "emp_state",
    "企业状况",
    "State of the enterprise",
    (
        Code("normal", "正常生产", "Producing normally", ("正常",)),
        Code("half_stopped", "半停产", "Half stopped"),
        Code("stopped", "停产", "Stopped"),
        Code("restructured", "改制重组", "Restructured", ("改制",)),
        Code("closed", "关闭破产", "Closed or bankrupt", ("破产", "关闭")),
        Code("arrears", "欠薪欠保", "Wages or insurance in arrears", ("欠薪",)),
        Code("deregistered", "已注销", "Deregistered", ("注销",)),
        Code("not_applicable", "不适用", "Not applicable"),
    ),
)

INDUSTRY = CodeList(
    "industry",
    "所属行业",
    "Industry (GB/T 4754)",
    (
        Code(
            "A",
            "农、林、牧、渔业",
            "Agriculture, forestry, animal husbandry and fishery",
            ("农林牧渔业", "农林牧渔"),
        ),
        Code("B", "采矿业", "Mining", ("煤炭",)),
        Code(
            "C",
            "制造业",
            "Manufacturing",
            ("纺织", "冶金", "机电", "电子仪表", "化工", "轻工", "医药"),
        ),
        Code(
            "D", "电力、热力、燃气及水生产和供应业", "Electricity, heat, gas and water", ("电力",)
        ),
        Code("E", "建筑业", "Construction", ("建筑", "城建")),
        Code("F", "批发和零售业", "Wholesale and retail", ("财贸", "批发零售业")),
        Code(
            "G",
            "交通运输、仓储和邮政业",
            "Transport, storage and post",
            ("交通运输业", "交通运输", "物流"),
        ),
        Code("H", "住宿和餐饮业", "Hotels and catering", ("餐饮", "住宿餐饮业")),
        Code("I", "信息传输、软件和信息技术服务业", "Information and software", ("信息技术",)),
        Code("J", "金融业", "Finance", ("金融保险", "金融")),
        Code("K", "房地产业", "Real estate", ("房地产",)),
        Code("L", "租赁和商务服务业", "Leasing and business services"),
        Code("M", "科学研究和技术服务业", "Research and technical services", ("科技",)),
        Code(
            "N", "水利、环境和公共设施管理业", "Water, environment and public facilities", ("环卫",)
        ),
        Code(
            "O",
            "居民服务、修理和其他服务业",
            "Household, repair and other services",
            ("社会服务", "居民服务业"),
        ),
        Code("P", "教育", "Education"),
        Code("Q", "卫生和社会工作", "Health and social work", ("医疗卫生",)),
        Code("R", "文化、体育和娱乐业", "Culture, sport and entertainment", ("文化", "体育")),
        Code(
            "S",
            "公共管理、社会保障和社会组织",
            "Public administration and social organisations",
            ("国家机关",),
        ),
        Code("T", "国际组织", "International organisations"),
    ),
)

JOB_WISH = CodeList(
    "job_wish",
    "就业意愿",
    "Job wish",
    (
        Code("job", "有就业愿望", "Wants a job", ("就业",)),
        Code("start_up", "有创业愿望", "Wants to start a business", ("创业",)),
        Code("training", "有培训愿望", "Wants training", ("培训",)),
        Code("none", "暂无", "None for now", ("无",)),
        Code("unable", "无劳动能力", "Unable to work"),
    ),
)
