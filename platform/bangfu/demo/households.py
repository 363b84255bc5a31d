"""Invented households: complete, in proportion, and each following from its own seed."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from bangfu.demo.names import person_name
from bangfu.kernel.identity import fictitious_card, fictitious_id, fictitious_mobile
from tenant_apps.households.drafts import HouseholdDraft, MemberDraft

# Causes as the reports of assistance centres name them: illness first by far.
_CAUSES = {
    "06": 46,
    "03": 10,
    "09": 11,
    "12": 9,
    "10": 7,
    "11": 6,
    "08": 4,
    "02": 3,
    "14": 2,
    "07": 1,
    "99": 1,
}
_STORIES = {
    "06": "户主患重大疾病，长期治疗，自付医药费用高，家庭入不敷出。",
    "03": "企业改制后下岗，再就业困难，家庭只靠零工维持生活。",
    "09": "子女在外读书，学费和生活费支出大，工资难以负担。",
    "12": "户主身有残疾，劳动能力受限，收入低而照料支出较多。",
    "10": "所在企业停产半停产，工资只发一部分，生活难以维持。",
    "11": "单亲抚养子女，收入低，房租与学费支出占去大半。",
    "08": "家庭成员遭遇意外事故，救治费用大，赔付后仍有缺口。",
    "02": "有劳动能力，但长期没有找到稳定工作，家庭无固定收入。",
    "14": "供养多位老人和未成年子女，家庭负担重，收入不够开支。",
    "07": "住房因自然灾害受损，修缮支出大，家庭一时无力承担。",
    "99": "家庭遇到特殊困难，收入减少而支出增加，生活陷入困境。",
}
_BIG_COST = {"06": "illness", "12": "disability", "09": "school", "11": "school"}
_NEEDS = {
    "illness": (("medical",), ("medical", "living")),
    "school": (("schooling",), ("schooling", "living")),
    "disability": (("living",), ("living", "medical")),
    "other": (("living",), ("living",)),
}
# Lines of income, fen per head and month, as the rules of the demo lay down.
_LINE_FEN = 80_000
_DEEP, _RELATIVE, _SUDDEN = "1", "2", "3"


def invented_household(
    chance: Random, *, residence: str, employer: str, on: date, complete: bool = False
) -> HouseholdDraft:
    """Invent one household that passes every check.

    About one in eight lacks one of the five clears, unless it is to be ``complete``.
    """
    tier = chance.choices((_DEEP, _RELATIVE, _SUDDEN), weights=(15, 60, 25))[0]
    cause = chance.choices(tuple(_CAUSES), weights=tuple(_CAUSES.values()))[0]
    if tier == _SUDDEN:
        cause = chance.choice(("08", "06", "07"))
    sex = chance.choice((1, 2))
    age = chance.randint(30, 59)
    birth = on - timedelta(days=age * 365 + chance.randint(10, 300))
    name = person_name(chance, sex=sex)
    migrant = chance.random() < 0.12
    single = cause == "11"
    members = _members(chance, head_sex=sex, head_birth=birth, single=single, on=on)
    persons = 1 + len(members)
    kind = _BIG_COST.get(cause, "other")
    needs6, needs = _NEEDS[kind]
    said: dict[str, Any] = {
        "tier_applied": tier,
        "applied_on": on,
        "file_kind": "migrant" if migrant else "urban",
        "key_group": "4" if migrant else chance.choice(("2", "3", "3", "5")),
        "batch_measures": (chance.choice(("1", "2", "3", "4")),),
        "groups": _groups(chance, migrant=migrant, single_mother=single and sex == 2),
        "name": name,
        "id_type": "resident",
        "id_no": fictitious_id(chance, birth=birth, sex=sex, prefix=_prefix(chance)),
        "sex": str(sex),
        "birth": birth,
        "ethnic": chance.choice(("01", "01", "01", "03", "11")),
        "political": chance.choice(("13", "13", "13", "01")),
        "marital": "40" if single else ("20" if members else chance.choice(("10", "30", "40"))),
        "education": chance.choice(("70", "70", "60", "40", "30")),
        "hukou": "rural" if migrant else "urban",
        "hukou_region": residence[:6],
        "residence": residence,
        "address": f"演示路{chance.randint(1, 300)}号{chance.randint(1, 18)}单元{chance.randint(101, 606)}",
        "mobile": fictitious_mobile(chance),
        "health": {"illness": "serious", "disability": "60"}.get(kind, "10"),
        "disease": chance.choice(("恶性肿瘤", "心血管病", "终末期肾病", "糖尿病"))
        if kind == "illness"
        else "",
        "disability": "4" if kind == "disability" else "none",
        "disability_grade": chance.choice(("2", "3")) if kind == "disability" else "none",
        "insurance": "resident" if migrant else "employee",
        "employer": employer,
        "emp_kind": chance.choice(("private", "collective", "state")),
        "emp_state": "half_stopped" if cause == "10" else "normal",
        "industry": chance.choice(("C", "E", "F", "B", "H")),
        "identity": "migrant" if migrant else "employee",
        "work_state": "working",
        "contract_on": on - timedelta(days=chance.randint(500, 2500)) if migrant else None,
        "contract_months": 36 if migrant else None,
        "member": True,
        "model_title": "none",
        "skills": chance.choice(("电工", "焊工", "家政", "缝纫", "驾驶", "无", "无")),
        "job_wish": chance.choice(("job", "training", "none", "start_up")),
        "persons": persons,
        "living_together": persons,
        "dibao": False,
        "housing_kind": chance.choice(("unit_rent", "bought", "market_rent", "reform")),
        "area": Decimal(chance.randint(32, 88)),
        "homes": 1,
        "car": False,
        "main_cause": cause,
        "story": _STORIES[cause],
        "mood": chance.choice(("stable", "worried", "worried", "low")),
        "needs6": needs6,
        "needs": needs,
        "single_parent": single,
        "zero_employment": False,
        "self_reliant": chance.random() < 0.6,
        "private_school": False,
        "shareholder": False,
        "authorised_on": on,
        "consent_on": on,
        "bank": "演示银行",
        "card_no": fictitious_card(chance),
        "card_name": name,
        "members": members,
    }
    said |= _economy(chance, tier=tier, kind=kind, persons=persons)
    if not complete and chance.random() < 0.12:
        said[chance.choice(("skills", "mood", "job_wish"))] = ""
    return HouseholdDraft(**said)


def _economy(chance: Random, *, tier: str, kind: str, persons: int) -> dict[str, Any]:
    per_head = {
        _DEEP: chance.randint(20_000, _LINE_FEN - 4_000),
        _RELATIVE: chance.randint(_LINE_FEN + 4_000, 2 * _LINE_FEN - 8_000),
        _SUDDEN: chance.randint(2 * _LINE_FEN + 8_000, 3 * _LINE_FEN),
    }[tier]
    left = per_head * persons * 12
    cost = chance.randrange(400_000, 2_400_000, 10_000)
    wages = _rounded(left + cost, 1_200)
    economy: dict[str, Any] = {
        "inc_wages_fen": wages,
        "inc_transfer_fen": 0,
        "own_income_fen": wages // 12,
    }
    name = "other" if kind == "other" else kind
    economy[f"cost_{name}_fen"] = cost
    if tier == _SUDDEN:
        economy["sudden_net_fen"] = _rounded(wages * chance.randint(85, 140) // 100, 10_000)
    return economy


def _members(
    chance: Random, *, head_sex: int, head_birth: date, single: bool, on: date
) -> list[MemberDraft]:
    people = []
    if not single and chance.random() < 0.8:
        sex = 3 - head_sex
        birth = head_birth + timedelta(days=chance.randint(-900, 1200))
        people.append(
            MemberDraft(
                name=person_name(chance, sex=sex),
                relation="10",
                id_no=fictitious_id(chance, birth=birth, sex=sex, prefix=_prefix(chance)),
                sex=str(sex),
                birth=birth,
                health="20",
                insurance="resident",
                identity="flexible",
                income_fen=0,
                living_together=True,
            )
        )
    latest = (on - head_birth).days // 365 - 22
    for _child in range(chance.choice((1, 1, 1, 2) if single else (0, 1, 1, 2))):
        age = chance.randint(7, 21)
        if age > latest:
            continue
        sex = chance.choice((1, 2))
        birth = on - timedelta(days=age * 365 + chance.randint(10, 300))
        people.append(
            MemberDraft(
                name=person_name(chance, sex=sex, age=age),
                relation="20" if sex == 1 else "30",
                id_no=fictitious_id(chance, birth=birth, sex=sex, prefix=_prefix(chance)),
                sex=str(sex),
                birth=birth,
                health="10",
                insurance="resident",
                identity="student",
                workplace="演示学校",
                stage="80" if age < 12 else "70" if age < 15 else "60" if age < 18 else "20",
                enrolled_year=on.year - 1,
                study_years=3,
                income_fen=0,
                living_together=True,
            )
        )
    return people


def _groups(chance: Random, *, migrant: bool, single_mother: bool) -> tuple[str, ...]:
    groups = []
    if migrant:
        groups.append("migrant")
    if single_mother:
        groups.append("single_mother")
    if chance.random() < 0.1:
        groups.append(chance.choice(("party_member", "veteran", "model_worker", "front_line")))
    return tuple(groups)


def _prefix(chance: Random) -> str:
    return chance.choice(("130771", "130772", "130773"))


def _rounded(fen: int, to: int) -> int:
    return fen - fen % to
