"""The sentences of the yearly report, in the order of the report. Source: domain reference §4.3, RQ01 to RQ28."""

from __future__ import annotations

from collections.abc import Sequence

from tenant_apps.yearly.rules.declaring import Adds, Number, Scope, Sentence, Term, number
from tenant_apps.yearly.rules.evaluation import EVALUATION, GOVERNANCE
from tenant_apps.yearly.rules.trades import JOBS, TRADES

AID, CARDS, PETITIONS = "困难救助", "优待减免", "信访接待与法律援助"
SCHOOLING, MEDICAL = "助学", "医疗"
BASE, STORE, FUNDS = "基本情况", "爱心平台与物资", "资金"
_FISCAL = "central province city county township administration"
_UNION = "upper_union own_union"
_OTHER_MONEY = "party entrusted interest other none"
# Visits, not campaigns for pupils and students.
_WARMTH = "none two_festivals women_day july_first year_end summer other"
_GROUPS = ("on_file", "model_worker", "retired", "veteran", "injured")


def _everyday(code: str, aid: str = "") -> Number:
    kinds = {"aid": (aid,)} if aid else {}
    return Number((Term(code, {"aid_mode": ("everyday",), **kinds}),))


def _visited(scope: Scope, *groups: str) -> Number:
    dims = {"campaign": _WARMTH} | ({"warmth_group": " ".join(groups)} if groups else {})
    terms = {name: tuple(keys.split()) for name, keys in dims.items()}
    return Number((Term("AID-05", terms),), "year", scope)


SENTENCES: Sequence[Sentence] = (
    Sentence(
        "base", BASE,
        "辖区下岗失业职工{laid_off}人，困难职工家庭{families}户。",
        {"laid_off": number("POP-02"), "families": number("FIL-01")},
    ),
    Sentence(
        "workers", BASE,
        "辖区职工{workers}人，农民工{migrants}人。",
        {"workers": number("POP-01"), "migrants": number("POP-01.M")},
    ),
    Sentence(
        "files-by-kind", BASE,
        "在档困难职工{families}户、{persons}人，其中城镇职工{urban}户、{urban_persons}人，农民工{migrant}户、{migrant_persons}人。",
        {
            "families": number("FIL-01"),
            "persons": number("FIL-02"),
            "urban": number("FIL-01", file_kind="urban"),
            "urban_persons": number("FIL-02", file_kind="urban"),
            "migrant": number("FIL-01", file_kind="migrant"),
            "migrant_persons": number("FIL-02", file_kind="migrant"),
        },
        needs=("families", "persons", "migrant"),
    ),
    Sentence(
        "network", BASE,
        "帮扶站点由建网之初的{before}个发展到{now}个。",
        {"before": number("NET-01.B"), "now": number("NET-01", "since", "subtree")},
    ),
    Sentence(
        "money-by-source", FUNDS,
        "{year}年筹集帮扶资金{total}元：财政安排{fiscal}元，工会经费{union}元，社会捐助{donated}元，其他{other}元。",
        {
            "total": number("FUN-01", "year"),
            "fiscal": number("FUN-01", "year", fund_source=_FISCAL),
            "union": number("FUN-01", "year", fund_source=_UNION),
            "donated": number("FUN-01", "year", fund_source="donation"),
            "other": number("FUN-01", "year", fund_source=_OTHER_MONEY),
        },
        needs=("total",),
        adds=(Adds("total", ("fiscal", "union", "donated", "other")),),
    ),
    Sentence(
        "model-workers", FUNDS,
        "{year}年列入特殊困难劳模{listed}名，困难劳模专项经费{budget}元；未参加医保的占{uninsured}%。",
        {
            "listed": number("FIL-01", group="model_worker"),
            "budget": number("FUN-06.M", "year"),
            "uninsured": number("MED-07.U"),
        },
    ),
    Sentence(
        "visits-by-group", AID,
        "{year}年，{station}及下级各站点走访慰问困难职工{visited}户，其中特困职工{on_file}户、劳模{model_worker}户、"
        "离退休职工{retired}户、退转军人{veteran}户、伤病残职工{injured}户。",
        {
            "visited": _visited("subtree", *_GROUPS),
            **{name: _visited("subtree", name) for name in _GROUPS},
        },
        needs=("visited",),
        adds=(Adds("visited", _GROUPS, may_overlap=True),),
    ),
    Sentence(
        "one-day-donation", AID,
        "{year}年，“爱心一日捐”募集资金{raised}元，其中{passed}元进入送温暖资金，占{share}%。",
        {
            "raised": number("LOV-06", "year", donation_campaign="one_day"),
            "passed": number("FUN-01", "year", fund_source="donation"),
        },
        shares={"share": ("passed", "raised")},
    ),
    Sentence(
        "visits-of-the-year", AID,
        "{year}年，本级走访慰问困难职工{visited}户，发放慰问金和慰问品折款{value}元，户均{average}元。",
        {
            "visited": _visited("own"),
            "value": Number(
                (Term("AID-03", {"aid": ("warmth",)}), Term("AID-04")), "year"
            ),
        },
        averages={"average": ("value", "visited")},
    ),
    Sentence(
        "two-festivals", AID,
        "{until_year}年“两节”期间，{station}及下级各站点救助慰问困难职工{households}户，"
        "发放资金和实物折款{money}元，户均{average}元。",
        {
            "households": number("AID-06", "festivals", "subtree"),
            "money": number("AID-07", "festivals", "subtree"),
        },
        averages={"average": ("money", "households")},
    ),
    Sentence(
        "concentrated-round", AID,
        "本级集中救助{households}户，发放救助金{money}元，户均{average}元。",
        {
            "households": number("AID-01", "festivals", aid_mode="concentrated"),
            "money": number("AID-03", "festivals", aid_mode="concentrated"),
        },
        averages={"average": ("money", "households")},
    ),
    Sentence(
        "coal", AID,
        "为{households}户困难职工发放取暖煤{tons}吨。",
        {
            "households": number("AID-09", "festivals", distinct=True),
            "tons": number("AID-09", "festivals"),
        },
    ),
    Sentence(
        "everyday-aid", AID,
        "成立以来，平时救助困难职工{households}户，发放救助金{money}元：其中助学{schooling}户、{schooling_money}元，"
        "医疗{medical}户、{medical_money}元，其他{other}户、{other_money}元。",
        {
            "households": _everyday("AID-01"),
            "money": _everyday("AID-03"),
            "schooling": _everyday("AID-01", aid="schooling"),
            "schooling_money": _everyday("AID-03", aid="schooling"),
            "medical": _everyday("AID-01", aid="medical"),
            "medical_money": _everyday("AID-03", aid="medical"),
            "other": _everyday("AID-01", aid="other"),
            "other_money": _everyday("AID-03", aid="other"),
        },
        needs=("households", "schooling", "medical"),
        adds=(
            Adds("households", ("schooling", "medical", "other"), may_overlap=True),
            Adds("money", ("schooling_money", "medical_money", "other_money")),
        ),
        looked_at=(
            ("schooling_money", "schooling"),
            ("medical_money", "medical"),
            ("other_money", "other"),
        ),
    ),
    Sentence(
        "women-day", AID,
        "{year}年“三八”期间走访慰问困难单亲女职工{women}人。",
        {"women": number("AID-05", "year", campaign="women_day")},
    ),
    Sentence(
        "certificates", CARDS,
        "发放《特困职工家庭优待证》{certificates}个，{households}户享受优待：补助水电费{utilities}元，"
        "减免学杂费{fees}元，减免工商管理费{business}元，住房房租补贴{rent}元。",
        {
            "certificates": number("CER-01", card_kind="preferential"),
            "households": number("CER-03"),
            **{
                relief: number("CER-02", relief=relief)
                for relief in ("utilities", "fees", "business", "rent")
            },
        },
        looked_at=tuple(
            (relief, "certificates") for relief in ("utilities", "fees", "business", "rent")
        ),
    ),
    Sentence(
        "cinema", CARDS,
        "为{households}户困难职工免费发放电影票{tickets}张。",
        {"households": number("CER-04", distinct=True), "tickets": number("CER-04")},
    ),
    Sentence(
        "receptions", PETITIONS,
        "成立以来，共接待{total}人次：来访{visits}人次，来信{letters}件，求助咨询电话{calls}个，"
        "法律政策咨询{advice}人次。",
        {
            "total": number("REC-01"),
            "visits": number("REC-02"),
            "letters": number("REC-03"),
            "calls": number("REC-04"),
            "advice": number("REC-05"),
        },
        adds=(Adds("total", ("visits", "letters", "calls", "advice")),),
    ),
    Sentence(
        "received-and-helped", PETITIONS,
        "共接待困难职工{received}人次，实施帮扶{helped}人次，占{share}%。",
        {"received": number("REC-01"), "helped": number("REC-06")},
        shares={"share": ("helped", "received")},
    ),
    Sentence(
        "legal-aid", PETITIONS,
        "办理法律援助案件{cases}起。",
        {"cases": number("LAW-01")},
    ),
    Sentence(
        "placements", JOBS,
        "免费介绍就业{placed}人次；建立再就业基地{bases}个，安置{settled}人。",
        {
            "placed": number("EMP-01"),
            "bases": number("EMP-03"),
            "settled": number("EMP-04"),
        },
    ),
    Sentence(
        "loans", JOBS,
        "发放小额借款{money}元，{times}人次，平均{average}元。",
        {"money": number("EMP-11"), "times": number("EMP-11.P")},
        averages={"average": ("money", "times")},
        looked_at=(("money", "times"),),
    ),
    Sentence(
        "loans-to-persons", JOBS,
        "发放小额借款{money}元，帮助{persons}人，平均{average}元。",
        {"money": number("EMP-11"), "persons": number("EMP-12")},
        averages={"average": ("money", "persons")},
        looked_at=(("money", "persons"),),
    ),
    Sentence(
        "bases-and-training", JOBS,
        "建立再就业基地{bases}个，安置{settled}人；培训下岗失业人员{trained}人次；举办用工洽谈会{fairs}场，"
        "提供岗位{posts}个，达成就业{hired}人，占{share}%。",
        {
            "bases": number("EMP-03"),
            "settled": number("EMP-04"),
            "trained": number("EMP-06"),
            "fairs": number("EMP-08"),
            "posts": number("EMP-09"),
            "hired": number("EMP-10"),
        },
        shares={"share": ("hired", "posts")},
    ),
    Sentence(
        "employed", JOBS,
        "{year}年帮助{employed}人实现就业，其中建档困难职工家庭{on_file}人。",
        {"employed": number("EMP-02", "year"), "on_file": number("EMP-02.F", "year")},
    ),
    *TRADES,
    Sentence(
        "children-day", SCHOOLING,
        "“六一”帮扶困难职工子女{students}名，发放{money}元，人均{average}元。",
        {
            "students": number("EDU-01", campaign="children_day"),
            "money": number("EDU-02", campaign="children_day"),
        },
        averages={"average": ("money", "students")},
    ),
    Sentence(
        "student-society", SCHOOLING,
        "扶贫助学互助会资助大学生{students}名，{money}元，人均{average}元。",
        {
            "students": number("EDU-01", sub_programme="society"),
            "money": number("EDU-02", sub_programme="society"),
        },
        averages={"average": ("money", "students")},
    ),
    Sentence(
        "named-fund", SCHOOLING,
        "命名助学金资助学生{students}名，共{money}元，每名{average}元。",
        {
            "students": number("EDU-01", sub_programme="named_fund"),
            "money": number("EDU-02", sub_programme="named_fund"),
        },
        averages={"average": ("money", "students")},
    ),
    Sentence(
        "golden-autumn", SCHOOLING,
        "金秋助学活动资助学生{students}名，发放助学金{money}元。",
        {
            "students": number("EDU-01", campaign="golden_autumn"),
            "money": number("EDU-02", campaign="golden_autumn"),
        },
    ),
    Sentence(
        "donors-and-students", SCHOOLING,
        "社会各界结对资助学生{students}名，资金{money}元。",
        {
            "students": number("EDU-01", campaign="other"),
            "money": number("EDU-02", campaign="other"),
        },
    ),
    Sentence(
        "school-fees", SCHOOLING,
        "减免{pupils}名困难职工子女学杂费{money}元，人均{average}元。",
        {"pupils": number("EDU-03"), "money": number("EDU-04")},
        averages={"average": ("money", "pupils")},
    ),
    Sentence(
        "love-schools", SCHOOLING,
        "建立爱心学校{schools}所。",
        {"schools": number("EDU-06")},
    ),
    Sentence(
        "hospitals", MEDICAL,
        "确定优惠医院{hospitals}家，为{persons}人减免医疗费用{money}元，人均{average}元。",
        {
            "hospitals": number("MED-01"),
            "persons": number("MED-02"),
            "money": number("MED-03"),
        },
        averages={"average": ("money", "persons")},
    ),
    Sentence(
        "free-clinic", MEDICAL,
        "开展义诊{persons}人次，价值{value}元。",
        {"persons": number("MED-06"), "value": number("MED-06.V")},
    ),
    Sentence(
        "serious-illness", MEDICAL,
        "救助大病困难职工{persons}人，发放救助金{money}元，人均{average}元。",
        {"persons": number("MED-04"), "money": number("MED-05")},
        averages={"average": ("money", "persons")},
    ),
    Sentence(
        "mutual-aid", MEDICAL,
        "参加重大疾病医疗互助{enrolled}人，女职工防癌保险{women}人；赔付{persons}人、{money}元，人均{average}元。",
        {
            "enrolled": number("MED-07"),
            "women": number("MED-07.W"),
            "persons": number("MED-08"),
            "money": number("MED-08.V"),
        },
        averages={"average": ("money", "persons")},
    ),
    Sentence(
        "outlets", STORE,
        "爱心超市网点{outlets}个。",
        {"outlets": number("LOV-01", partner_kind="supermarket")},
    ),
    Sentence(
        "card-spending", STORE,
        "爱心卡消费{spent}元：工会承担{union}元，占{share}%；合作单位让利{partner}元。",
        {
            "spent": number("LOV-05"),
            "union": number("LOV-05", share_of="union"),
            "partner": number("LOV-05", share_of="partner"),
        },
        adds=(Adds("spent", ("union", "partner")),),
        shares={"share": ("union", "spent")},
    ),
    Sentence(
        "goods", STORE,
        "接收捐赠物资{came}件，发放{went}件，库存{left}件。",
        {"came": number("LOV-02"), "went": number("LOV-03")},
        lefts={"left": ("came", "went")},
    ),
    *(
        Sentence(
            f"goods-{kind}", STORE,
            f"其中{label}接收{{came}}件，发放{{went}}件，库存{{left}}件。",
            {
                "came": number("LOV-02", goods_kind=kind),
                "went": number("LOV-03", goods_kind=kind),
            },
            lefts={"left": ("came", "went")},
        )
        for kind, label in (("clothes", "衣物"), ("daily", "生活日用品"))
    ),
    Sentence(
        "targets", GOVERNANCE,
        "{year}年实事目标和进度：“一帮一”结对{pairs}户，现有{paired}户；发放优待证{cards}户，现有{carded}户；"
        "年底送温暖{warmth}户，已慰问{warmed}户；培训、推荐、安置下岗职工{placed}人；筹建爱心超市{shops}个。",
        {
            "pairs": number("GOV-02.PAI", "year"),
            "paired": number("PAI-01"),
            "cards": number("GOV-02.CER", "year"),
            "carded": number("CER-01"),
            "warmth": number("GOV-02.AID", "year"),
            "warmed": number("AID-05", "year", campaign="year_end"),
            "placed": number("GOV-02.EMP", "year"),
            "shops": number("GOV-02.LOV", "year"),
        },
        needs=("pairs", "cards", "warmth", "placed", "shops"),
    ),
    *EVALUATION,
)  # fmt: skip
