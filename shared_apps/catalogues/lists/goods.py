"""Lists about goods, partners, cards and reliefs. Source: domain reference §1.I, §1.J, §1.N, §3.7, §3.17."""

from shared_apps.catalogues.code_list import Code, CodeList

GOODS_KIND = CodeList(
    "goods_kind",
    "物资类别",
    "Kind of goods",
    (
        Code("grain_oil", "米面粮油", "Grain and oil", ("大米", "清油", "面粉", "粮油")),
        Code("food", "副食品", "Other food", ("食品", "牛奶")),
        Code("clothes", "衣物", "Clothes", ("衣服", "棉衣")),
        Code("bedding", "被褥", "Bedding", ("棉被",)),
        Code("daily", "生活日用品", "Daily goods", ("日用品",)),
        Code("coal", "取暖煤", "Heating coal", ("煤", "煤炭")),
        Code("school", "学习用品", "School supplies", ("文具",)),
        Code("medicine", "药品", "Medicine"),
        Code("appliance", "家电家具", "Appliances and furniture", ("家电", "家具")),
        Code("other", "其他", "Other"),
    ),
)

GOODS_UNIT = CodeList(
    "goods_unit",
    "计量单位",
    "Unit",
    (
        Code("piece", "件", "pieces"),
        Code("bag", "袋", "bags"),
        Code("barrel", "桶", "barrels"),
        Code("box", "箱", "boxes"),
        Code("set", "套", "sets"),
        Code("kilogram", "公斤", "kg", ("千克", "kg")),
        Code("ton", "吨", "tons", ("t",)),
    ),
)

GOODS_ORIGIN = CodeList(
    "goods_origin",
    "物资来源",
    "Origin of goods",
    (
        Code("donation", "社会捐赠", "Donated"),
        Code("staff", "职工捐赠", "Donated by staff"),
        Code("purchase", "采购", "Bought"),
        Code("station", "其他站点调拨", "From another station"),
    ),
)

PARTNER_KIND = CodeList(
    "partner_kind",
    "合作单位类别",
    "Kind of partner",
    (
        Code("supermarket", "爱心超市", "Love supermarket", ("超市",)),
        Code("love_hospital", "爱心医院", "Love hospital"),
        Code("love_pharmacy", "爱心药店", "Love pharmacy"),
        Code("school", "爱心学校", "Love school", ("学校",)),
        Code("corner", "爱心互助园地", "Mutual-help corner", ("互助园地",)),
        Code("hospital", "定点（优惠）医院", "Designated hospital", ("定点医院", "医院")),
        Code("pharmacy", "定点优惠药店", "Designated pharmacy", ("药店",)),
        Code("community", "社区救助站", "Community station", ("社区",)),
        Code("cinema", "影院", "Cinema", ("电影院",)),
    ),
)

CARD_KIND = CodeList(
    "card_kind",
    "证卡种类",
    "Kind of card",
    (
        Code("preferential", "特困职工家庭优待证", "Preferential certificate", ("优待证",)),
        Code("extreme", "特困职工证", "Certificate of worker in extreme hardship", ("特困证",)),
        Code("shopping", "爱心购物卡", "Shopping card", ("爱心卡", "购物卡")),
        Code("medical", "医疗优惠卡", "Medical discount card"),
        Code("medicine", "爱心购药卡", "Medicine card", ("购药卡",)),
    ),
)

RELIEF = CodeList(
    "relief",
    "减免项目",
    "Kind of relief",
    (
        Code("utilities", "水电费补助", "Water and power", ("水电",)),
        Code("fees", "学杂费减免", "Tuition and sundries", ("学杂",)),
        Code("business", "工商管理费减免", "Business administration fee", ("工商",)),
        Code("rent", "住房房租补贴", "Rent", ("房租",)),
        Code("hospital", "就医减免", "Hospital fees", ("医院",)),
        Code("pharmacy", "购药减免", "Medicine", ("购药",)),
    ),
)

SHARE_OF = CodeList(
    "share_of",
    "出资方",
    "Who pays",
    (
        Code("union", "工会承担", "Union"),
        Code("partner", "商家让利", "Partner"),
    ),
)
