"""The downloaded template, filled in as a clerk would."""

import random
from datetime import date, datetime
from pathlib import Path

import openpyxl

from bangfu.kernel.clock import LOCAL
from bangfu.kernel.identity import fictitious_card, fictitious_id, fictitious_mobile
from tenant_apps.imports.columns import HOUSEHOLDS, MEMBERS

PREFIX = "130773"
NAMES = ("柳试风", "孟试原", "韩试川")
STORY = "所在企业停产半停产，工资只发一部分，孩子还在上学，家庭生活难以维持。"


def network_day() -> date:
    """Return today as a network that does not run ahead knows it."""
    return datetime.now(tz=LOCAL).date()


def fill_template(source: Path, target: Path, *, station_code: str, today: date, seed: int) -> None:
    """Write three households with a child each into the template."""
    chance = random.Random(seed)
    book = openpyxl.load_workbook(source)
    households, members = book[HOUSEHOLDS.sheet], book[MEMBERS.sheet]
    assert households["B2"].value == station_code
    for number, name in enumerate(NAMES, start=1):
        _write(
            households, HOUSEHOLDS, number, _household(chance, number, name, station_code, today)
        )
        _write(members, MEMBERS, number, _child(chance, number, name, today))
    book.save(target)


def _write(sheet, form, number, values):
    names = [column.name for column in form.columns]
    for name, value in values.items():
        sheet.cell(number + 1, names.index(name) + 1, value)


def _household(chance, number, name, station_code, today):
    birth = date(1975 + number, 3, 10 + number)
    return {
        "household_no": str(number),
        "station_code": station_code,
        "tier_applied": "深度困难",
        "name": name,
        "id_type": "居民身份证",
        "id_no": fictitious_id(chance, birth=birth, sex=1, prefix=PREFIX),
        "sex": "男",
        "birth": birth.isoformat(),
        "ethnic": "汉族",
        "political": "群众",
        "marital": "离异",
        "hukou": "城镇(非农业)",
        "hukou_region": PREFIX,
        "mobile": fictitious_mobile(chance),
        "residence": station_code,
        "address": f"演示路{number}号",
        "employer": "(虚构)云桥食品有限公司",
        "emp_kind": "国有企业",
        "emp_state": "半停产",
        "industry": "制造业",
        "identity": "在职职工",
        "work_state": "在岗",
        "member": "是",
        "model_title": "非劳模",
        "health": "健康或良好",
        "insurance": "职工医保",
        "education": "普通高中",
        "skills": "电工",
        "job_wish": "有就业愿望",
        "single_parent": "否",
        "zero_employment": "否",
        "dibao": "否",
        "persons": 2,
        "living_together": 2,
        "inc_wages_fen": 12000,
        "housing_kind": "承租单位公房",
        "area": 45,
        "homes": 1,
        "car": "否",
        "private_school": "否",
        "shareholder": "否",
        "main_cause": "10",
        "story": STORY,
        "needs_1": "生活救助",
        "bank": "演示银行",
        "card_no": fictitious_card(chance),
        "card_name": name,
        "authorised_on": today.isoformat(),
        "applied_on": today.isoformat(),
    }


def _child(chance, number, head, today):
    birth = date(today.year - 10, 5, 10 + number)
    return {
        "household_no": str(number),
        "name": f"{head[0]}试苗",
        "relation": "女儿",
        "id_no": fictitious_id(chance, birth=birth, sex=2, prefix=PREFIX),
        "sex": "女",
        "birth": birth.isoformat(),
        "health": "健康或良好",
        "insurance": "居民医保",
        "identity": "学生",
        "workplace": "演示小学",
        "stage": "小学",
        "enrolled_year": today.year - 4,
        "study_years": 6,
        "income_fen": 0,
        "living_together": "是",
    }
