"""Lists about the household's hardship, its file and the papers that prove it."""

from shared_apps.catalogues.code_list import Code, CodeList

TIER = CodeList(
    "tier",
    "困难类别",
    "Tier of hardship",
    (
        Code("1", "深度困难", "Deep hardship", ("深度困难职工",)),
        Code("2", "相对困难", "Relative hardship", ("相对困难职工",)),
        Code("3", "意外致困", "Sudden hardship", ("意外致困职工",)),
        Code("11", "低保户", "Dibao household (2015)", on_form=False),
        Code("12", "低保边缘户", "Dibao fringe household (2015)", on_form=False),
        Code("13", "意外致困户", "Sudden hardship household (2015)", on_form=False),
        Code("21", "享受低保", "On dibao (2009)", on_form=False),
        Code("22", "未享受低保", "Below the line, not on dibao (2009)", on_form=False),
        Code("23", "低保线以上", "Above the dibao line (2009)", on_form=False),
        Code("31", "特困", "Extreme hardship (city tier)", ("极困",), on_form=False),
        Code("32", "困难", "Hardship (city tier)", on_form=False),
        Code("33", "一般", "General (city tier)", on_form=False),
    ),
)

TIER_SUB = CodeList(
    "tier_sub",
    "困难子类",
    "Kind within the tier",
    (
        Code("101", "低保内仍困难", "On dibao and still in hardship"),
        Code("102", "企业关停并转", "Enterprise closed, stopped or merged"),
        Code("103", "重病伤残照料", "Care of the seriously ill or disabled"),
        Code("301", "重大事件伤亡", "Killed or injured in a major event"),
        Code("302", "救治费用过大", "Very large cost of treatment"),
        Code("303", "住宅必需品损毁", "Home or necessities destroyed"),
    ),
)

SCHEME = CodeList(
    "scheme",
    "标准体系",
    "Scheme",
    (
        Code("2020", "2020 年标准(深度、相对、意外)", "2020 (deep, relative, sudden)"),
        Code("2015", "2015 年标准(低保户、边缘户、意外)", "2015 (dibao, fringe, sudden)"),
        Code("2009", "2009 年标准(低保线上下)", "2009 (above and below the line)"),
    ),
)

FILE_LEVEL = CodeList(
    "file_level",
    "档案级别",
    "File level",
    (
        Code("1", "全国级", "National"),
        Code("2", "省级", "Provincial"),
        Code("3", "地市级", "City", ("市级",)),
        Code("4", "区县级", "County", ("县级",)),
        Code("5", "基层", "Base", ("基层级",)),
    ),
)

FILE_KIND = CodeList(
    "file_kind",
    "档案类型",
    "Kind of file",
    (
        Code("urban", "城镇困难职工", "Urban worker in hardship", ("困难职工",)),
        Code("migrant", "困难农民工", "Migrant worker in hardship", ("农民工",)),
        Code("temporary", "临时救助", "Temporary help"),
    ),
)

KEY_GROUP = CodeList(
    "key_group",
    "重点群体",
    "Key group",
    (
        Code("1", "低保范围内有劳动能力而未充分就业", "On dibao, able to work, not fully employed"),
        Code("2", "低于低保线而未纳入低保", "Below the line but not on dibao"),
        Code("3", "支出性生活困难", "Hardship from expenses"),
        Code("4", "城市困难农民工", "Urban migrant workers in hardship"),
        Code("5", "供给侧结构性改革中的困难职工", "Workers in hardship from structural reform"),
        Code("9", "其他", "Other"),
    ),
)

BATCH_MEASURE = CodeList(
    "batch_measure",
    "四个一批措施",
    "The four batches of measures",
    (
        Code("1", "就业创业发展", "Jobs and business"),
        Code("2", "纳入社保制度覆盖", "Brought under social security"),
        Code(
            "3", "大病保险和医疗互助(救助)保障", "Serious illness insurance and mutual medical help"
        ),
        Code("4", "子女助学(教育帮扶)", "Schooling of children"),
    ),
)

CAUSE = CodeList(
    "cause",
    "致困原因",
    "Cause of hardship",
    (
        Code("01", "无劳动能力", "Unable to work"),
        Code("02", "有劳动能力而未就业", "Able to work but not employed"),
        Code("03", "下岗失业", "Laid off or unemployed"),
        Code("04", "未参加社会保险", "Not in social insurance"),
        Code("05", "社会保险待遇落实不到位", "Social insurance benefits not received"),
        Code("06", "患重特大疾病", "Serious illness", ("大病", "重大疾病")),
        Code("07", "遭受自然灾害", "Natural disaster"),
        Code("08", "遭受意外事故", "Accident"),
        Code("09", "子女上学", "Schooling of children", ("子女教育",)),
        Code("10", "企业停产半停产(欠薪)", "Enterprise stopped or in arrears", ("企业停产半停产",)),
        Code("11", "单亲收入低", "Single parent with low income", ("单亲",)),
        Code("12", "残疾", "Disability"),
        Code("13", "年老体弱", "Old age and poor health", on_form=False),
        Code("14", "家庭负担重(供养亲属)", "Heavy family burden", ("家庭负担重",), on_form=False),
        Code("99", "其他", "Other"),
    ),
)

NEED = CodeList(
    "need",
    "帮扶需求",
    "Need",
    (
        Code("living", "生活救助", "Living aid", ("生活",)),
        Code("medical", "医疗救助", "Medical aid", ("医疗",)),
        Code("schooling", "子女助学", "Schooling aid", ("助学",)),
        Code("job", "就业岗位", "A job", ("就业",)),
        Code("training", "技能培训", "Skills training", ("培训",)),
        Code("loan", "创业借款", "Start-up loan", ("创业",)),
        Code("legal", "法律援助", "Legal aid", ("法律",)),
        Code("housing", "住房保障", "Housing", ("住房",)),
        Code("dibao", "低保申请", "Application for dibao", ("低保",)),
        Code("insurance", "社保接续", "Continued social insurance", ("社保",)),
        Code("counselling", "心理疏导", "Psychological counselling", ("心理",)),
        Code("other", "其他", "Other"),
    ),
)

NEED6 = CodeList(
    "need6",
    "六难",
    "The six difficulties",
    (
        Code("job", "就业难", "Finding work"),
        Code("medical", "看病难", "Medical care"),
        Code("schooling", "上学难", "Schooling"),
        Code("living", "生活难", "Living"),
        Code("housing", "住房难", "Housing"),
        Code("litigation", "诉讼难", "Litigation"),
    ),
)

MOOD = CodeList(
    "mood",
    "思想状况",
    "State of mind",
    (
        Code("stable", "情绪稳定", "Stable", ("稳定",)),
        Code("worried", "焦虑担忧", "Worried"),
        Code("low", "情绪低落", "Low"),
        Code("upset", "情绪激动", "Upset"),
        Code("care", "需重点关注", "Needs close attention"),
    ),
)

GROUP = CodeList(
    "group",
    "特殊群体",
    "Special group",
    (
        Code("model_worker", "困难劳模", "Model worker in hardship"),
        Code("single_mother", "单亲女职工", "Single mother"),
        Code("disabled_child", "残疾儿童家庭", "Family with a disabled child"),
        Code("party_member", "困难党员", "Party member in hardship"),
        Code("veteran", "困难退役军人", "Veteran in hardship", ("退转军人",)),
        Code("retired", "离退休", "Retired"),
        Code("injured", "伤病残", "Injured, ill or disabled"),
        Code("migrant", "农民工", "Migrant worker"),
        Code("new_form", "新就业形态", "New form of employment"),
        Code("front_line", "一线职工", "Front-line worker"),
        Code("lonely_old", "孤老", "Old and alone"),
        Code("martyr_family", "因公殉职家属", "Family of one who died on duty"),
        # Six kinds of party members to be visited (I-G12); not on the Excel form.
        Code("member_long_poor", "党龄长且贫困党员", "Long a member, and poor", on_form=False),
        Code("member_laid_off", "下岗特困党员", "Member laid off, in hardship", on_form=False),
        Code("member_elder", "入党早的年老党员", "Early member, now old", on_form=False),
        Code("member_lonely", "孤寡老党员", "Old member, alone", on_form=False),
        Code("member_bedridden", "长期卧病党员", "Member long bedridden", on_form=False),
        Code("member_hardship", "特殊困难老党员", "Old member in special need", on_form=False),
    ),
)

HOUSING_KIND = CodeList(
    "housing_kind",
    "住房类型",
    "Housing",
    (
        Code("bought", "自购商品房", "Own commercial flat", ("商品房", "自购房")),
        Code(
            "affordable",
            "经济适用/限价房",
            "Affordable or price-limited flat",
            ("经济适用房", "两限房"),
        ),
        Code("reform", "房改房", "Flat bought in the housing reform"),
        Code("self_built", "自建房", "Self-built house"),
        Code("unit_rent", "承租单位公房", "Rented from the employer"),
        Code(
            "public_rent",
            "公租房/廉租房",
            "Public rental housing",
            ("公租房", "廉租房", "政府廉租房"),
        ),
        Code("market_rent", "市场租房", "Rented on the market", ("租房",)),
        Code("lodging", "借住", "Lodging with others"),
        Code("none", "无房", "No housing"),
        Code("other", "其他", "Other"),
    ),
)

AREA_BAND = CodeList(
    "area_band",
    "建筑面积",
    "Floor area",
    (
        Code("to20", "20 ㎡及以下", "Up to 20 m²"),
        Code("to50", "20—50 ㎡", "20 to 50 m²"),
        Code("to70", "50—70 ㎡", "50 to 70 m²"),
        Code("over70", "70 ㎡以上", "Over 70 m²"),
    ),
)

AGE_BAND = CodeList(
    "age_band",
    "年龄段",
    "Age band",
    (
        Code("under30", "30 岁以下", "Under 30"),
        Code("30-39", "30—39 岁", "30 to 39"),
        Code("40-49", "40—49 岁", "40 to 49"),
        Code("50-59", "50—59 岁", "50 to 59"),
        Code("60plus", "60 岁及以上", "60 and over"),
    ),
)

EXIT_KIND = CodeList(
    "exit_kind",
    "撤档类型",
    "Kind of exit",
    (
        Code("out", "脱困", "Out of hardship"),
        Code("secured", "解困(兜底)", "Secured by state support", ("解困", "兜底")),
        Code("cancelled", "注销", "Cancelled"),
    ),
)

EXIT_REASON = CodeList(
    "exit_reason",
    "撤档原因",
    "Reason of exit",
    (
        Code("income", "家庭收入连续6个月超标准", "Income above the line for six months"),
        Code("cause_gone", "致困因素消除", "Cause of hardship gone"),
        Code("state_support", "纳入政府兜底", "Brought under state support"),
        Code("death", "死亡", "Death"),
        Code("moved", "户籍迁出", "Registration moved away"),
        Code("false", "信息不实", "False information"),
        Code("duplicate", "重复建档", "Second file of one household"),
        Code("refused_check", "拒绝核查", "Refused the check"),
        Code("not_qualified", "不再符合条件", "No longer qualified"),
        Code("other", "其他", "Other"),
    ),
)

# By what a household came out of hardship. Source: domain I-S06.
EXIT_MEASURE = CodeList(
    "exit_measure",
    "脱困措施",
    "What helped it out",
    (
        Code("precise", "精准帮扶", "Help made to measure"),
        Code("employment", "就业创业", "Work or a business of its own"),
        Code("education", "教育帮扶", "Schooling"),
        Code("insurance", "社保兜底", "Social security"),
        Code("medical", "医疗帮扶", "Medical help"),
        Code("social", "社会帮扶", "Help of society"),
    ),
)

PAPER = CodeList(
    "paper",
    "材料",
    "Paper",
    (
        Code("application", "本人签名的申请书", "Signed application"),
        Code("authorisation", "家庭经济状况核对授权书", "Authorisation of the means check"),
        Code("consent", "个人信息处理同意书", "Consent to the processing of personal data"),
        Code("household_book", "户口簿", "Household register"),
        Code("id_cards", "身份证件", "Identity cards"),
        Code("income", "收入证明", "Proof of income"),
        Code("diagnosis", "诊断证明", "Diagnosis"),
        Code("medical_bills", "医疗费用票据", "Medical bills"),
        Code("disability_card", "残疾人证", "Disability card"),
        Code("tuition", "学费票据或录取通知书", "Tuition bills or admission letter"),
        Code("dibao_card", "低保证", "Dibao card"),
        Code("contract", "劳动合同", "Labour contract"),
        Code("accident", "意外事故或灾害证明", "Proof of the accident or disaster"),
        Code("unemployment", "下岗失业证明", "Proof of unemployment"),
        Code("employer_state", "企业停产欠薪证明", "Proof of stopped production or arrears"),
        Code("single_parent", "离异或丧偶证明", "Proof of divorce or bereavement"),
        Code("housing", "住房支出凭证", "Proof of housing cost"),
        Code("card", "银行卡复印件", "Copy of the bank card"),
        Code("other", "其他材料", "Other paper"),
    ),
)

YES_NO = CodeList(
    "yes_no",
    "是否",
    "Yes or no",
    (
        Code("yes", "是", "Yes", ("有", "y", "true", "1")),
        Code("no", "否", "No", ("无", "n", "false", "0")),
    ),
)
