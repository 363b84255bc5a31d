"""The people of the Excel form, for the tests of files."""

from datetime import date
from decimal import Decimal
from typing import Any

from tenant_apps.households.drafts import HouseholdDraft, MemberDraft


def daughter(**changes: Any) -> MemberDraft:
    """The daughter of the first household, at senior school."""
    values: dict[str, Any] = {
        "name": "柳试甲",
        "relation": "30",
        "id_no": "130771200809020241",
        "sex": "2",
        "health": "10",
        "insurance": "resident",
        "identity": "student",
        "workplace": "示例高级中学",
        "stage": "60",
        "enrolled_year": 2024,
        "study_years": 3,
        "tuition_fen": 700000,
        "income_fen": 0,
        "living_together": True,
    }
    return MemberDraft(**{**values, **changes})


def liu(**changes: Any) -> HouseholdDraft:
    """The first household of the form: a single mother and her daughter."""
    values: dict[str, Any] = {
        "tier_applied": "1",
        "applied_on": date(2026, 10, 12),
        "name": "柳试一",
        "id_type": "resident",
        "id_no": "130771197406150127",
        "sex": "2",
        "birth": date(1974, 6, 15),
        "ethnic": "01",
        "political": "13",
        "marital": "40",
        "hukou": "urban",
        "hukou_region": "130702",
        "residence": "130702001",
        "address": "示例路1号",
        "mobile": "19900000001",
        "health": "30",
        "disease": "糖尿病",
        "insurance": "employee",
        "employer": "(虚构)禾川纺织有限公司",
        "emp_kind": "state",
        "emp_state": "half_stopped",
        "identity": "employee",
        "work_state": "working",
        "member": True,
        "model_title": "none",
        "persons": 2,
        "living_together": 2,
        "inc_wages_fen": 2640000,
        "inc_transfer_fen": 0,
        "cost_illness_fen": 520000,
        "cost_school_fen": 700000,
        "dibao": False,
        "housing_kind": "unit_rent",
        "area": Decimal(38),
        "homes": 1,
        "car": False,
        "main_cause": "11",
        "other_causes": ("09", "10"),
        "story": "独自抚养在读子女,企业半停产",
        "needs": ("living", "schooling"),
        "single_parent": True,
        "zero_employment": False,
        "private_school": False,
        "shareholder": False,
        "authorised_on": date(2026, 10, 12),
        "bank": "示例银行",
        "card_no": "6999990000000010008",
        "card_name": "柳试一",
        "members": [daughter()],
    }
    return HouseholdDraft(**{**values, **changes})


def complete(**changes: Any) -> HouseholdDraft:
    """The same household, ready to be submitted once its papers are there."""
    values: dict[str, Any] = {
        "file_level": "5",
        "file_kind": "urban",
        "key_group": "3",
        "batch_measures": ("4",),
        "education": "60",
        "industry": "C",
        "skills": "缝纫",
        "job_wish": "training",
        "own_income_fen": 220000,
        "story": "独自抚养在读子女,企业半停产,工资只发一部分,学费与药费难以负担。",
        "mood": "worried",
        "needs6": ("living", "schooling"),
        "self_reliant": True,
        "consent_on": date(2026, 10, 12),
    }
    return liu(**{**values, **changes})


PAPERS = frozenset(
    {
        "application",
        "authorisation",
        "consent",
        "household_book",
        "id_cards",
        "income",
        "diagnosis",
        "medical_bills",
        "tuition",
        "single_parent",
        "employer_state",
    }
)
