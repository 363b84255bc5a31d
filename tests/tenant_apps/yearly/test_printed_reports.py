"""Two printed reports, loaded as records and totals, come back sentence by sentence with their numbers."""

import re
from datetime import date

import pytest

from shared_apps.rollup.services import recount_station
from tenant_apps.yearly.selectors import Frame

pytestmark = pytest.mark.fault

END_OF_2010 = Frame(2010, date(2010, 12, 1))
CITY = {
    "base": "辖区下岗失业职工110,000人，困难职工家庭30,000户。",
    "visits-by-group": "其中特困职工4,648户、劳模1,000户、离退休职工1,200户、退转军人1,300户、伤病残职工1,500户。",
    "one-day-donation": "募集资金2,210,000元，其中1,550,000元进入送温暖资金，占70.1%。",
    "visits-of-the-year": "慰问困难职工2,148户，发放慰问金和慰问品折款1,005,500元，户均468.11元。",
    "two-festivals": "救助慰问困难职工13,200户，发放资金和实物折款2,410,000元，户均182.58元。",
    "concentrated-round": "集中救助1,200户，发放救助金520,000元，户均433.33元。",
    "coal": "为100户困难职工发放取暖煤105吨。",
    "everyday-aid": "平时救助困难职工1,646户，发放救助金564,300元：其中助学470户、480,000元，"
    "医疗52户、41,200元，其他76户、43,100元。",
    "certificates": "优待证》3,500个，3,500户享受优待：补助水电费2,360,000（另一种读法：236,000）元，"
    "减免学杂费130,000（另一种读法：13,000）元，减免工商管理费820,000（另一种读法：82,000）元，"
    "住房房租补贴1,360,000（另一种读法：136,000）元。",
    "cinema": "为800户困难职工免费发放电影票1,600张。",
    "receptions": "共接待6,330人次：来访2,728人次，来信736件，求助咨询电话2,236个，法律政策咨询630人次。",
    "legal-aid": "办理法律援助案件8起。",
    "placements": "免费介绍就业3,120人次；建立再就业基地2个，安置230人。",
    "loans": "发放小额借款10,630,000元，2,755人次，平均3,858.44元。",
}
SECOND = {
    "received-and-helped": "共接待困难职工12,000人次，实施帮扶11,200人次，占93.3%。",
    "loans-to-persons": "发放小额借款1,260,000元，帮助850人，平均1,482.35元。",
    "bases-and-training": "建立再就业基地8个，安置650人；培训下岗失业人员1,680人次；举办用工洽谈会6场，"
    "提供岗位2,547个，达成就业492人，占19.3%。",
    "children-day": "“六一”帮扶困难职工子女469名，发放39,396元，人均84.00元。",
    "student-society": "扶贫助学互助会资助大学生81名，60,100元，人均741.98元。",
    "named-fund": "命名助学金资助学生5名，共20,000元，每名4,000.00元。",
    "school-fees": "减免1,272名困难职工子女学杂费170,900元，人均134.36元。",
    "hospitals": "确定优惠医院12家，为6,188人减免医疗费用1,317,000元，人均212.83元。",
    "free-clinic": "开展义诊511人次，价值110,000多元。",
    "serious-illness": "救助大病困难职工126人，发放救助金93,100元，人均738.89元。",
}
COPY = {
    "received-and-helped": "共接待困难职工3,000多人次，实施帮扶2,000多人次",
    "golden-autumn": "金秋助学活动资助学生30名，发放助学金39,396元。",
    "donors-and-students": "社会各界结对资助学生200多名，资金500,000多元。",
}


@pytest.mark.parametrize(
    ("station", "frame", "expected"),
    [
        ("city", Frame(2004, date(2005, 3, 1)), CITY),
        ("other_county", Frame(2004, date(2005, 3, 1)), SECOND),
        ("outsider", END_OF_2010, COPY),
    ],
)
def test_every_sentence_of_a_printed_report_comes_back_with_its_numbers(
    reported, station, frame, expected
):
    told = reported.sentences(station, frame)
    for key, text in expected.items():
        assert text in told[key].text, key
    if station == "city":
        assert "慰问困难职工9,648户" in told["visits-by-group"].text


def year_end(year):
    return Frame(year, date(year, 12, 1))


LATER = [
    (
        "city", 2005, "targets",
        "“一帮一”结对200户，现有0户；发放优待证2,000户，现有0户；年底送温暖1,000户，已慰问0户；",
    ),
    ("city", 2005, "targets", "培训、推荐、安置下岗职工3,000人；筹建爱心超市1个。"),
    (
        "city", 2004, "model-workers",
        "2004年列入特殊困难劳模145名，困难劳模专项经费200,000元；未参加医保的占14%。",
    ),
    ("city", 2005, "model-workers", "困难劳模专项经费300,000元"),
    ("city", 2019, "network", "帮扶站点由建网之初的8个发展到191个。"),
    ("city", 2019, "money-by-source", "2019年筹集帮扶资金约10,000,000元"),
    (
        "township", 2012, "money-by-source",
        "2012年筹集帮扶资金40,000元：财政安排20,000元，工会经费0元，社会捐助20,000元，其他0元。",
    ),
    ("township", 2012, "training", "2012年举办培训班2期，培训200多人次。"),
    ("county", 2018, "women-day", "2018年“三八”期间走访慰问困难单亲女职工35人。"),
    ("county", 2018, "employed", "2018年帮助120人实现就业，其中建档困难职工家庭37人。"),
    (
        "county", 2018, "training-by-trade",
        "2018年培训260人次，按工种分：电工100人次、焊工90人次、中式烹调70人次。",
    ),
    ("county", 2018, "training-of-files", "其中建档困难职工家庭65人次，占25.0%。"),
    ("outsider", 2013, "workers", "辖区职工60,000多人，农民工20,000多人。"),
    ("outsider", 2013, "goods-clothes", "其中衣物接收20,000余件，发放14,821件，库存至少5,179件。"),
    ("outsider", 2013, "goods-daily", "其中生活日用品接收4,940件，发放900余件，库存至多4,040件。"),
    (
        "outsider", 2013, "mutual-aid",
        "参加重大疾病医疗互助20,000多人，女职工防癌保险15,189人；赔付51人、460,000元，人均9,019.61元。",
    ),
    (
        "outsider", 2013, "card-spending",
        "爱心卡消费1,000元：工会承担880元，占88.0%；合作单位让利120元。",
    ),
    ("outsider", 2013, "love-schools", "建立爱心学校59所。"),
    ("outsider", 2013, "outlets", "爱心超市网点36个。"),
    ("outsider", 2013, "evaluation", "评估组10人，历时2天，采用5种实地方法。"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("station", "year", "key", "text"),
    LATER,
    ids=[f"{one[2]}-{at}" for at, one in enumerate(LATER)],
)
def test_the_other_papers_come_back_with_their_numbers(told_later, station, year, key, text):
    told = told_later.sentences(station, year_end(year))
    assert text in told[key].text
    assert not told[key].warnings


def test_the_stated_inconsistencies_are_reported(reported):
    told = reported.sentences("city")
    warnings = {key: [one.message for one in told[key].warnings] for key in told}
    assert warnings["everyday-aid"] == [
        "帮扶救助户数（去重）（平时救助）：合计 1,646户，各分项之和 598户，缺 1,048户。"
    ]
    readings = [re.findall(r"平均每户（人）([\d.]+)", line) for line in warnings["certificates"]]
    assert readings == [
        ["674.29", "67.43"],
        ["37.14", "3.71"],
        ["234.29", "23.43"],
        ["388.57", "38.86"],
    ]
    assert not warnings["receptions"]
    assert not warnings["visits-by-group"]


def test_a_sum_that_stands_in_two_reports_is_pointed_out(reported):
    frame = END_OF_2010
    messages = [one.message for one in reported.tell("other_county", frame).warnings]
    assert any("39,396元" in one and "469" in one and "30 " in one for one in messages), messages


def test_rows_of_the_past_are_proved_like_all_others(reported):
    for station in reported.stations.values():
        assert not recount_station(station)
