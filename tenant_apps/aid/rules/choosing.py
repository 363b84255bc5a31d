"""Whom a campaign is for, by its rule: pure, over what a file says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bangfu.kernel.identity import age_on

_STAGES = {
    "10": "master", "11": "doctor", "14": "master", "20": "bachelor", "30": "college",
    "40": "secondary", "60": "secondary", "70": "compulsory", "80": "compulsory",
}  # fmt: skip
"""The stage of study that an education code of the national standard means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """What a rule asks of a household on file."""

    tier: str
    level: str
    groups: tuple[str, ...]
    causes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """What a rule asks of a member who studies, or is a child."""

    birth: date | None
    identity: str
    education: str


def stage_of(child: Child) -> str:
    """Return the stage of study of a member; empty where they do not study."""
    if child.identity == "preschool":
        return "kindergarten"
    return _STAGES.get(child.education, "") if child.identity == "student" else ""


def reasons_for(rule: Mapping[str, Any], household: Household) -> list[tuple[str, str]] | None:
    """Return why a household belongs to a campaign, as pairs of a code list and a value; None where it does not."""
    reasons = []
    for name, code_list, own in (
        ("tiers", "tier", (household.tier,)),
        ("levels", "file_level", (household.level,)),
        ("groups", "group", household.groups),
        ("causes", "cause", household.causes),
    ):
        wanted = rule.get(name) or ()
        if not wanted:
            continue
        met = [value for value in own if value in wanted]
        if not met:
            return None
        reasons += [(code_list, value) for value in met]
    return reasons or [("tier", household.tier)]


def child_fits(rule: Mapping[str, Any], child: Child, *, on: date) -> bool:
    """Tell whether a member belongs to a campaign for children or students.

    ``under_age`` is met by whoever has not had that birthday on ``age_on`` (a month and day of the year of ``on``).
    """
    stages = rule.get("stages") or ()
    if stages and stage_of(child) not in stages:
        return False
    under = rule.get("under_age")
    if under is None:
        return bool(stage_of(child))
    if child.birth is None:
        return False
    day = date.fromisoformat(f"{on.year}-{rule.get('age_on', f'{on:%m-%d}')}")
    return child.birth <= day and age_on(child.birth, day) < under
