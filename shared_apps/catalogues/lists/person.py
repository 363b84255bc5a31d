"""Lists about a person. National codes where the country has them (GB/T 2261, 3304, 4658, 4761, 4762)."""

from shared_apps.catalogues.code_list import Code, CodeList

ID_TYPE = CodeList(
    "id_type",
    "证件类型",
    "ID document",
    (
        Code("resident", "居民身份证", "Resident identity card", ("身份证",)),
        Code(
            "hmt_resident", "港澳台居民居住证", "Residence permit for Hong Kong, Macao and Taiwan"
        ),
        Code("passport", "护照", "Passport"),
        Code("other", "其他", "Other"),
    ),
)

SEX = CodeList(
    "sex", "性别", "Sex", (Code("1", "男", "Male", ("男性",)), Code("2", "女", "Female", ("女性",)))
)

_ETHNIC = (
    ("汉族", "Han"),
    ("蒙古族", "Mongol"),
    ("回族", "Hui"),
    ("藏族", "Tibetan"),
    ("维吾尔族", "Uygur"),
    ("苗族", "Miao"),
    ("彝族", "Yi"),
    ("壮族", "Zhuang"),
    ("布依族", "Buyei"),
    ("朝鲜族", "Chosen"),
    ("满族", "Manchu"),
    ("侗族", "Dong"),
    ("瑶族", "Yao"),
    ("白族", "Bai"),
    ("土家族", "Tujia"),
    ("哈尼族", "Hani"),
    ("哈萨克族", "Kazak"),
    ("傣族", "Dai"),
    ("黎族", "Li"),
    ("傈僳族", "Lisu"),
    ("佤族", "Va"),
    ("畲族", "She"),
    ("高山族", "Gaoshan"),
    ("拉祜族", "Lahu"),
    ("水族", "Sui"),
    ("东乡族", "Dongxiang"),
    ("纳西族", "Naxi"),
    ("景颇族", "Jingpo"),
    ("柯尔克孜族", "Kirgiz"),
    ("土族", "Tu"),
    ("达斡尔族", "Daur"),
    ("仫佬族", "Mulao"),
    ("羌族", "Qiang"),
    ("布朗族", "Blang"),
    ("撒拉族", "Salar"),
    ("毛南族", "Maonan"),
    ("仡佬族", "Gelao"),
    ("锡伯族", "Xibe"),
    ("阿昌族", "Achang"),
    ("普米族", "Pumi"),
    ("塔吉克族", "Tajik"),
    ("怒族", "Nu"),
    ("乌孜别克族", "Uzbek"),
    ("俄罗斯族", "Russ"),
    ("鄂温克族", "Ewenki"),
    ("德昂族", "Deang"),
    ("保安族", "Bonan"),
    ("裕固族", "Yugur"),
    ("京族", "Gin"),
    ("塔塔尔族", "Tatar"),
    ("独龙族", "Derung"),
    ("鄂伦春族", "Oroqen"),
    ("赫哲族", "Hezhen"),
    ("门巴族", "Monba"),
    ("珞巴族", "Lhoba"),
    ("基诺族", "Jino"),
)

ETHNIC = CodeList(
    "ethnic",
    "民族",
    "Ethnic group",
    (
        *(
            Code(f"{number:02d}", label, english, (label.removesuffix("族"),))
            for number, (label, english) in enumerate(_ETHNIC, 1)
        ),
        Code("97", "其他", "Other"),
        Code("98", "外国血统中国籍人士", "Chinese citizen of foreign descent"),
    ),
)

POLITICAL = CodeList(
    "political",
    "政治面貌",
    "Political affiliation",
    (
        Code(
            "01", "中共党员", "Member of the Communist Party of China", ("党员", "中国共产党党员")
        ),
        Code(
            "02",
            "中共预备党员",
            "Probationary member of the Communist Party of China",
            ("预备党员",),
        ),
        Code("03", "共青团员", "Member of the Communist Youth League", ("团员",)),
        Code("democratic", "民主党派", "Member of a democratic party"),
        Code(
            "04",
            "民革会员",
            "Revolutionary Committee of the Kuomintang",
            ("民革党员",),
            on_form=False,
        ),
        Code("05", "民盟盟员", "China Democratic League", on_form=False),
        Code("06", "民建会员", "China National Democratic Construction Association", on_form=False),
        Code("07", "民进会员", "China Association for Promoting Democracy", on_form=False),
        Code("08", "农工党党员", "Chinese Peasants' and Workers' Democratic Party", on_form=False),
        Code("09", "致公党党员", "China Zhi Gong Party", on_form=False),
        Code("10", "九三学社社员", "Jiusan Society", on_form=False),
        Code("11", "台盟盟员", "Taiwan Democratic Self-Government League", on_form=False),
        Code("12", "无党派人士", "Person without party affiliation", ("无党派民主人士",)),
        Code("13", "群众", "None", ("普通公民",)),
    ),
)

MARITAL = CodeList(
    "marital",
    "婚姻状况",
    "Marital status",
    (
        Code("10", "未婚", "Single"),
        Code("20", "已婚", "Married", ("初婚", "再婚", "复婚")),
        Code("30", "丧偶", "Widowed"),
        Code("40", "离异", "Divorced", ("离婚",)),
        Code("90", "未说明", "Not stated", ("未说明的婚姻状况",)),
    ),
)

HUKOU = CodeList(
    "hukou",
    "户口类型",
    "Household registration",
    (
        Code("urban", "城镇(非农业)", "Urban (non-agricultural)", ("城镇", "非农业", "非农业户口")),
        Code("rural", "农村(农业)", "Rural (agricultural)", ("农村", "农业", "农业户口")),
        Code("converted", "农转居", "Converted from rural to urban", ("农转非",)),
    ),
)

EDUCATION = CodeList(
    "education",
    "学历",
    "Education",
    (
        Code("10", "研究生", "Postgraduate", ("研究生教育",)),
        Code("11", "博士研究生", "Doctorate", ("博士",), on_form=False),
        Code("14", "硕士研究生", "Master's degree", ("硕士",), on_form=False),
        Code("20", "大学本科", "Bachelor's degree", ("本科",)),
        Code("30", "大学专科", "Junior college", ("专科", "大专")),
        Code("40", "中等职业", "Secondary vocational", ("中专", "中职", "技校", "中等职业教育")),
        Code("60", "普通高中", "Senior secondary", ("高中",)),
        Code("70", "初中", "Junior secondary", ("初级中学",)),
        Code("80", "小学", "Primary"),
        Code("illiterate", "文盲或半文盲", "Little or no schooling", ("文盲", "半文盲")),
        Code("preschool", "学龄前", "Below school age", ("学前", "幼儿园")),
        Code("90", "其他", "Other", on_form=False),
    ),
)

HEALTH = CodeList(
    "health",
    "健康状况",
    "Health",
    (
        Code("10", "健康或良好", "Healthy or good", ("健康", "良好")),
        Code("20", "一般或较弱", "Fair or weak", ("一般", "较弱")),
        Code("30", "慢性病", "Chronic illness", ("有慢性病",)),
        Code("serious", "重大疾病", "Serious illness", ("重病", "大病")),
        Code("60", "残疾", "Disabled"),
        Code("multiple", "多病共存", "Several illnesses"),
    ),
)

DISEASE = CodeList(
    "disease",
    "病种",
    "Illness",
    (
        Code("cancer", "恶性肿瘤", "Cancer", ("癌症",)),
        Code("cardiovascular", "心血管病", "Cardiovascular disease", ("心脏病",)),
        Code("cerebrovascular", "脑血管病", "Cerebrovascular disease"),
        Code("kidney_failure", "终末期肾病", "End-stage kidney disease", ("尿毒症",)),
        Code("mental", "精神病", "Mental illness"),
        Code("liver", "肝病", "Liver disease"),
        Code("blood", "血液病", "Blood disease"),
        Code("diabetes", "糖尿病", "Diabetes"),
        Code("tumour", "肿瘤病", "Tumour"),
        Code("spine", "腰颈椎病", "Disease of the spine"),
        Code("hypertension", "高血压病", "High blood pressure", ("高血压",)),
        Code("lung", "肺病", "Lung disease"),
        Code("general", "一般疾病", "General illness"),
        Code("coma", "深度昏迷", "Deep coma"),
        Code("paralysis", "永久瘫痪", "Permanent paralysis"),
        Code("alzheimer", "严重阿尔茨海默病", "Severe Alzheimer's disease"),
        Code("parkinson", "严重帕金森病", "Severe Parkinson's disease"),
        Code("motor_neurone", "严重运动神经元病", "Severe motor neurone disease"),
    ),
)

DISABILITY = CodeList(
    "disability",
    "残疾类别",
    "Kind of disability",
    (
        Code("none", "无", "None"),
        Code("1", "视力", "Visual", ("视力残疾",)),
        Code("2", "听力", "Hearing", ("听力残疾",)),
        Code("3", "言语", "Speech", ("言语残疾",)),
        Code("4", "肢体", "Physical", ("肢体残疾",)),
        Code("5", "智力", "Intellectual", ("智力残疾",)),
        Code("6", "精神", "Mental", ("精神残疾",)),
        Code("7", "多重", "Multiple", ("多重残疾",)),
    ),
)

DISABILITY_GRADE = CodeList(
    "disability_grade",
    "残疾等级",
    "Grade of disability",
    (
        Code("none", "无", "None"),
        Code("1", "一级", "Grade 1 (profound)", ("极重度", "一级(极重度)")),
        Code("2", "二级", "Grade 2 (severe)", ("重度", "二级(重度)")),
        Code("3", "三级", "Grade 3 (moderate)", ("中度", "三级(中度)")),
        Code("4", "四级", "Grade 4 (mild)", ("轻度", "四级(轻度)")),
    ),
)

INSURANCE = CodeList(
    "insurance",
    "医保状况",
    "Medical insurance",
    (
        Code(
            "employee",
            "职工医保",
            "Employees' medical insurance",
            ("城镇职工医保", "职工基本医疗保险"),
        ),
        Code("resident", "居民医保", "Residents' medical insurance", ("城乡居民医保", "新农合")),
        Code("public", "公费医疗", "Public medical care"),
        Code("commercial", "商业保险", "Commercial insurance", ("商业医疗保险",)),
        Code("none", "未参保", "Not insured", ("无医保",)),
    ),
)

MODEL_TITLE = CodeList(
    "model_title",
    "劳模类型",
    "Model worker title",
    (
        Code("none", "非劳模", "Not a model worker", ("无", "否")),
        Code("national", "全国劳模", "National model worker", ("全国劳动模范",)),
        Code("provincial", "省部级劳模", "Provincial or ministerial model worker", ("省级劳模",)),
        Code("city", "地市级劳模", "City model worker", ("市级劳模",)),
        Code("other", "其他", "Other"),
    ),
)

RELATION = CodeList(
    "relation",
    "与户主关系",
    "Relation to the head",
    (
        Code("01", "本人", "Self", ("户主",)),
        Code("10", "配偶", "Spouse"),
        Code("11", "丈夫", "Husband", ("夫",), on_form=False),
        Code("12", "妻子", "Wife", ("妻",), on_form=False),
        Code("20", "儿子", "Son", ("子", "长子", "次子", "独生子")),
        Code("30", "女儿", "Daughter", ("女", "长女", "次女", "独生女")),
        Code("51", "父亲", "Father", ("父",)),
        Code("52", "母亲", "Mother", ("母",)),
        Code("in_law", "公婆或岳父母", "Parent-in-law", ("公公", "婆婆", "岳父", "岳母")),
        Code(
            "60", "祖父母或外祖父母", "Grandparent", ("祖父", "祖母", "外祖父", "外祖母", "祖父母")
        ),
        Code("40", "孙子女或外孙子女", "Grandchild", ("孙子", "孙女", "外孙", "外孙女")),
        Code(
            "70",
            "兄弟姐妹",
            "Brother or sister",
            ("兄", "弟", "姐", "妹", "哥哥", "弟弟", "姐姐", "妹妹"),
        ),
        Code("97", "其他亲属", "Other relative", ("其他",)),
        Code("99", "非亲属", "Not related"),
    ),
)
