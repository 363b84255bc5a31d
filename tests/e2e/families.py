"""The families of four printed stories, as they would fill in the questions today. All invented."""

import random
from datetime import date

from bangfu.kernel.identity import fictitious_card, fictitious_id, fictitious_mobile

PREFIX = "130773"
SEED = 20261121


class Family:
    """One household: what the worker answers, and what the clerk adds."""

    def __init__(self, key, name, *, answers, members=(), lacking=None, birth=date(1976, 4, 9)):
        chance = random.Random(f"{SEED}:{key}")
        self.key, self.name = key, name
        self.id_no = fictitious_id(chance, birth=birth, sex=2, prefix=PREFIX)
        self.answers = ANSWERS | {
            "name": name,
            "id_no": self.id_no,
            "mobile": fictitious_mobile(chance),
            **answers,
        }
        self.members = [
            {
                "id_no": fictitious_id(
                    chance, birth=one.pop("birth"), sex=one.pop("sex"), prefix=PREFIX
                ),
                **one,
            }
            for one in (dict(one) for one in members)
        ]
        self.added = ADDED | {
            "hukou_region": PREFIX,
            "card_no": fictitious_card(chance),
            "card_name": name,
            **(lacking or {}),
        }
        self.persons = 1 + len(self.members)
        self.code = ""
        self.file_id = self.file_no = ""

    @property
    def tail(self):
        return self.id_no[-4:]

    @property
    def address(self):
        return f"/s/130705001/files/{self.file_id}/"


ANSWERS = {
    "residence": "130705001",
    "address": "演示路8号",
    "marital": "20",
    "health": "10",
    "insurance": "resident",
    "identity": "employee",
    "work_state": "laid_off",
    "employer": "(虚构)禾川纺织有限公司",
    "member": True,
    "inc_wages": "9600",
    "own_income": "0",
    "dibao": False,
    "needs": ["living"],
    "single_parent": False,
    "housing_kind": "unit_rent",
    "homes": 0,
    "car": False,
    "private_school": False,
    "shareholder": False,
}
ADDED = {
    "file_level": "5",
    "file_kind": "urban",
    "key_group": "5",
    "batch_measures": ["1"],
    "ethnic": "01",
    "political": "13",
    "education": "70",
    "hukou": "urban",
    "emp_kind": "state",
    "emp_state": "closed",
    "industry": "C",
    "model_title": "none",
    "skills": "缝纫",
    "job_wish": "training",
    "mood": "worried",
    "needs6": ["job"],
    "self_reliant": True,
    "zero_employment": False,
    "area": "38",
    "bank": "演示银行",
}
HUSBAND = {
    "name": "高试山",
    "relation": "10",
    "birth": date(1974, 8, 2),
    "sex": 1,
    "identity": "employee",
    "health": "10",
    "insurance": "resident",
    "income": "800",
    "living_together": True,
}
STUDENT = {
    "name": "高试禾",
    "relation": "30",
    "birth": date(2006, 9, 12),
    "sex": 2,
    "identity": "student",
    "health": "10",
    "insurance": "resident",
    "workplace": "演示学院",
    "tuition": "5000",
    "income": "0",
    "living_together": True,
}


def laid_off_with_a_daughter_at_university():
    """NAR1: both spouses laid off, the daughter at university."""
    return Family(
        "NAR1",
        "王试云",
        answers={
            "main_cause": "03",
            "other_causes": ["09"],
            "story": "我和丈夫都下岗了，女儿刚考上大学，学费和生活费都凑不齐。",
            "needs": ["job", "schooling"],
            "cost_school": "5000",
        },
        members=[HUSBAND, STUDENT],
    )


def living_on_a_boat():
    """NAR2: extreme hardship, no house."""
    return Family(
        "NAR2",
        "吕试毛",
        answers={
            "main_cause": "02",
            "story": "全家没有房子，一直住在船上，靠打零工过日子，冬天没法干活。",
            "needs": ["living", "housing"],
            "housing_kind": "none",
            "inc_wages": "6000",
            "marital": "10",
        },
        lacking={"needs6": ["housing"], "area": "0"},
    )


def model_worker_with_an_ill_husband():
    """NAR5: a model worker of the city; saving the husband cost more than 80,000."""
    return Family(
        "NAR5",
        "孙试玉",
        answers={
            "main_cause": "06",
            "story": "丈夫突发重病抢救，自己花了八万多元，家里的积蓄全部用完还借了债。",
            "needs": ["medical"],
            "inc_wages": "60000",
            "own_income": "4200",
            "cost_illness": "83000",
            "debts": "50000",
            "work_state": "working",
        },
        members=[HUSBAND | {"name": "孙试林", "health": "30"}],
        lacking={"model_title": "city", "model_year": 2009, "needs6": ["medical"]},
    )


def mother_long_ill():
    """NAR6: the mother long ill and in debt; she dies while the family is on file."""
    mother = HUSBAND | {
        "name": "单试兰",
        "relation": "52",
        "birth": date(1944, 2, 3),
        "sex": 2,
        "identity": "unable",
        "health": "30",
        "income": "0",
    }
    return Family(
        "NAR6",
        "单试顺",
        answers={
            "main_cause": "06",
            "story": "母亲瘫痪在床多年，看病吃药把家里掏空了，还欠着亲戚朋友的钱。",
            "needs": ["medical", "living"],
            "inc_wages": "21600",
            "own_income": "1800",
            "cost_illness": "15000",
            "debts": "40000",
            "work_state": "working",
        },
        members=[mother],
        lacking={"needs6": ["medical"]},
    )
