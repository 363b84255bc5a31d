"""The tier engine against the table of cases, which was written from the rules and not from the code."""

import csv
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tenant_apps.households.rules import (
    Economy,
    HouseholdDraft,
    IncomeRule,
    TierResult,
    compute_tier,
    tier_of_today,
)
from tenant_apps.households.rules.exclusions import ALL_EXCLUSIONS
from tenant_apps.households.rules.tiers import ALL_COSTS

TABLE = Path(__file__).with_name("tier_cases.csv")
MONEY = ("inc_", "cost_", "sudden")
FLAGS = frozenset(
    {"car", "private_school", "shareholder", "refuses_check", "hides_income", "refuses_work"}
    | {"dibao"}
)
WHOLE = frozenset({"persons", "living_together", "homes"})
WORDS = frozenset({"car_use", "main_cause", "emp_state", "disability"})


def cases() -> list[dict[str, str]]:
    with TABLE.open(newline="", encoding="utf-8") as table:
        return list(csv.DictReader(table))


def chosen(words: str, every: tuple[str, ...], prefix: str = "", suffix: str = "") -> list[str]:
    """What a cell of the table names: everything when empty, nothing for ``none``."""
    if not words:
        return list(every)
    return [f"{prefix}{one}{suffix}" for one in words.split() if one != "none"]


def rule_of(case: dict[str, str]) -> IncomeRule:
    return IncomeRule(
        line_fen=int(case["line"]),
        at_line_counts=case["operator"] == "<=",
        head_count=case["head_count"],
        multiplier=Fraction(case["multiplier"]),
        sudden_threshold=Fraction(case["threshold"]),
        costs=chosen(case["costs"], ALL_COSTS, "cost_", "_fen"),
        exclusions=chosen(case["items"], ALL_EXCLUSIONS),
        exclusions_bar=case["scope"],
    )


def household_of(case: dict[str, str]) -> Economy:
    values: dict[str, Any] = {}
    for name, cell in case.items():
        if not cell:
            continue
        if name.startswith(MONEY):
            values["sudden_net_fen" if name == "sudden" else f"{name}_fen"] = int(cell)
        elif name in WHOLE:
            values[name] = int(cell)
        elif name in FLAGS:
            values[name] = cell == "yes"
        elif name in WORDS:
            values[name] = cell
    return Economy(**values)


def outcome(result: TierResult | None) -> tuple[str, str, str]:
    if result is None:
        return "open", "", ""
    return result.tier, result.sub, str(result.net_month)


CASES = cases()


def test_the_table_has_at_least_two_hundred_cases_each_told_apart() -> None:
    assert len(CASES) >= 200
    assert len({case["case"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_the_tier_the_case_and_the_net_income_are_those_of_the_table(case: dict[str, str]) -> None:
    result = compute_tier(household_of(case), rule=rule_of(case))
    assert outcome(result) == (case["tier"], case["sub"], case["net"])


def test_a_draft_and_its_narrow_row_are_computed_alike() -> None:
    rule = IncomeRule(line_fen=80_000)
    values: dict[str, Any] = {"living_together": 2, "inc_wages_fen": 2_640_000}
    draft, row = HouseholdDraft(**values), Economy(**values)
    assert outcome(compute_tier(draft, rule=rule)) == outcome(compute_tier(row, rule=rule))


def test_each_term_of_the_sum_is_shown_and_adds_up() -> None:
    for case in CASES:
        result = compute_tier(household_of(case), rule=rule_of(case))
        if result is not None:
            net = sum(term.sign * term.fen for term in result.terms)
            assert net == result.income_fen - result.cost_fen
            assert Fraction(net, 12 * result.heads) == result.net_month


@pytest.mark.parametrize(
    ("older", "scheme", "today"),
    [
        ("11", "2015", "1"),
        ("12", "2015", "2"),
        ("13", "2015", "3"),
        ("21", "2009", "1"),
        ("22", "2009", "1"),
        ("23", "2009", "2"),
        ("31", "2009", "1"),
        ("32", "2009", "2"),
        ("33", "2009", "2"),
        ("1", "2020", "1"),
        ("3", "2020", "3"),
        ("", "2020", ""),
    ],
)
def test_a_tier_of_an_older_scheme_is_read_as_one_of_today(
    older: str, scheme: str, today: str
) -> None:
    assert tier_of_today(older) == (scheme, today)
