"""The programmes a network begins with: data, each with where its figures come from.

Figures of a single province, or of the press, are marked as examples; every place replaces them by its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_YUAN = 100
_LIMITS = {"4": 1_000 * _YUAN, "3": 5_000 * _YUAN, "2": 20_000 * _YUAN}
_BOTH = ["1", "2", "3"]
_OUTSIDE = [
    "sudden", "front_line", "holiday_posts", "major_projects", "disaster_front", "high_risk",
    "new_form", "model_worker", "retired", "veteran", "martyr_family",
]  # fmt: skip
_STAGE_CAPS = {
    "kindergarten": 3_000 * _YUAN,
    "compulsory": 3_000 * _YUAN,
    **dict.fromkeys(
        ("secondary", "college", "bachelor", "master", "doctor", "special"), 10_000 * _YUAN
    ),
}
_LOSS_CAPS = {
    **dict.fromkeys(("injury", "traffic", "illness", "death"), 10_000 * _YUAN),
    **dict.fromkeys(("disaster", "fire"), 8_000 * _YUAN),
    **dict.fromkeys(("property", "income", "other"), 5_000 * _YUAN),
}
_PROVINCE_2025 = "2025 年某省口径（示例）：幼儿园和义务教育 3000 元、以上阶段和特教 10000 元"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """One programme as the network begins with it."""

    key: str
    name: str
    english: str
    aid: str
    terms: dict[str, Any]
    source: str
    is_example: bool = True


SHIPPED = (
    Shipped(
        key="living",
        name="生活救助",
        english="Living aid",
        aid="living",
        terms={
            "tiers": _BOTH,
            "living_months": True,
            "one_kind_tiers": ["2"],
            "urgent_limit_fen": 2_000 * _YUAN,
            "own_limits_fen": _LIMITS,
        },
        source="2025 年某省口径（示例）：深度困难不超过 12 个月、相对困难不超过 8 个月低保标准",
    ),
    Shipped(
        key="medical",
        name="大病救助",
        english="Serious-illness aid",
        aid="medical",
        terms={
            "cycle": "case",
            "tiers": _BOTH,
            "self_paid_share": {"1": "1", "2": "0.8", "3": "0.8"},
            "total_fen": 150_000 * _YUAN,
            "urgent_limit_fen": 5_000 * _YUAN,
            "own_limits_fen": _LIMITS,
            "papers": ["diagnosis", "medical_bills"],
        },
        source="2025 年某省口径（示例）：深度困难不超过自付 100%、相对困难 80%，累计不超过 15 万元",
    ),
    Shipped(
        key="schooling",
        name="子女助学",
        english="Schooling aid",
        aid="schooling",
        terms={
            "unit": "student",
            "sub_programme": "general",
            "tiers": _BOTH,
            "window": ["07-01", "11-30"],
            "standards": [
                {"level": "1", "amount_fen": 6_300 * _YUAN},
                {"level": "2", "amount_fen": 6_300 * _YUAN},
                {"level": "3", "amount_fen": 6_000 * _YUAN},
            ],
            "stage_caps_fen": _STAGE_CAPS,
            "own_limits_fen": {"4": 1_000 * _YUAN, "3": 10_000 * _YUAN, "2": 20_000 * _YUAN},
            "papers": ["tuition"],
        },
        source=f"合肥市：国家级、省级 6300 元，市级 6000 元；{_PROVINCE_2025}",
    ),
    Shipped(
        key="blue_collar",
        name="金牌蓝领计划",
        english="Gold-medal blue-collar plan",
        aid="schooling",
        terms={
            "unit": "student",
            "sub_programme": "blue_collar",
            "tiers": _BOTH,
            "stages": ["secondary", "college"],
            "window": ["07-01", "11-30"],
            "stage_caps_fen": {"secondary": 10_000 * _YUAN, "college": 10_000 * _YUAN},
            "own_limits_fen": {"4": 1_000 * _YUAN, "3": 10_000 * _YUAN, "2": 20_000 * _YUAN},
            "papers": ["tuition"],
        },
        source=f"合肥市“金牌蓝领”助学计划；{_PROVINCE_2025}",
    ),
    Shipped(
        key="dream",
        name="圆梦计划",
        english="Dream plan",
        aid="schooling",
        terms={
            "unit": "student",
            "sub_programme": "dream",
            "tiers": _BOTH,
            "stages": ["bachelor", "master", "doctor"],
            "window": ["07-01", "11-30"],
            "stage_caps_fen": dict.fromkeys(("bachelor", "master", "doctor"), 10_000 * _YUAN),
            "own_limits_fen": {"4": 1_000 * _YUAN, "3": 10_000 * _YUAN, "2": 20_000 * _YUAN},
            "papers": ["tuition"],
        },
        source=f"合肥市“圆梦计划”，在助学标准之外叠加；{_PROVINCE_2025}",
    ),
    Shipped(
        key="children",
        name="六一帮扶",
        english="Children's Day aid",
        aid="schooling",
        terms={
            "cycle": "campaign",
            "unit": "student",
            "sub_programme": "general",
            "per_time_fen": 1_000 * _YUAN,
            "stage_caps_fen": _STAGE_CAPS,
        },
        source="漯河市庆六一帮扶（不满 14 周岁）；限额为建议值，可由各级调整",
    ),
    Shipped(
        key="festival",
        name="两节送温暖",
        english="Two-festival warmth",
        aid="warmth",
        terms={
            "cycle": "campaign",
            "unit": "person",
            "outside": _OUTSIDE,
            "per_time_fen": 3_000 * _YUAN,
            "per_year_fen": 6_000 * _YUAN,
            "year_cap_is_shared": True,
            "meeting_above_fen": 0,
        },
        source="山东 2019（示例）：每人次不超过 3000 元，每人每年不超过 6000 元",
    ),
    Shipped(
        key="warmth",
        name="常态化送温暖",
        english="Warmth all year",
        aid="warmth",
        terms={
            "cycle": "case",
            "unit": "person",
            "outside": _OUTSIDE,
            "per_time_fen": 3_000 * _YUAN,
            "per_year_fen": 6_000 * _YUAN,
            "year_cap_is_shared": True,
            "meeting_above_fen": 1_000 * _YUAN,
            "urgent_limit_fen": 1_000 * _YUAN,
        },
        source="山东 2019（示例）：每人次不超过 3000 元，每人每年不超过 6000 元",
    ),
    Shipped(
        key="urgent",
        name="应急救助",
        english="Urgent help",
        aid="living",
        terms={
            "cycle": "case",
            "tiers": _BOTH,
            "per_time_fen": 2_000 * _YUAN,
            "times_per_year": 2,
            "urgent_limit_fen": 2_000 * _YUAN,
            "meeting_above_fen": 2_000 * _YUAN,
        },
        source="救急济难、快捷服务：限额为建议值，可由各级调整",
    ),
    Shipped(
        key="sudden",
        name="意外致困救助",
        english="Sudden-hardship aid",
        aid="sudden",
        terms={
            "cycle": "case",
            "tiers": ["3"],
            "per_time_fen": 10_000 * _YUAN,
            "loss_caps_fen": _LOSS_CAPS,
            "urgent_limit_fen": 3_000 * _YUAN,
            "own_limits_fen": _LIMITS,
            "papers": ["accident"],
        },
        source="2025 年某省口径（示例）：伤害等意外致困不超过 10000 元；其余类别的限额为建议值，可由各级调整",
    ),
    *(
        Shipped(
            key=key,
            name=name,
            english=english,
            aid=aid,
            terms={"groups": ["model_worker"], "times_per_year": 1, "per_time_fen": most * _YUAN},
            source="劳模“三金”；金额为建议值，按劳模管理部门当年标准调整",
        )
        for key, name, english, aid, most in (
            ("model_consolation", "劳模慰问金", "Model worker consolation", "warmth", 3_000),
            ("model_assistance", "劳模帮扶金", "Model worker assistance", "living", 10_000),
            ("model_subsidy", "劳模补助金", "Model worker subsidy", "other", 10_000),
        )
    ),
    Shipped(
        key="fixed_subsidy",
        name="定额补助",
        english="Fixed monthly subsidy",
        aid="living",
        terms={"cycle": "month", "groups": ["party_member"], "line_floor": True},
        source="困难党员定额补助：每月不低于当地低保标准",
        is_example=False,
    ),
    Shipped(
        key="training",
        name="职业培训补助",
        english="Training subsidy",
        aid="training",
        terms={
            "cycle": "case",
            "unit": "person",
            "tiers": _BOTH,
            "per_year_fen": 3_000 * _YUAN,
            "self_paid_share": {"1": "1", "2": "1", "3": "1"},
            "own_limits_fen": _LIMITS,
        },
        source="2025 年某省口径（示例）：每人每年不超过 3000 元，且不超过个人实际支出",
    ),
)
