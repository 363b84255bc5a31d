"""What a worker is told about a tier: the sentences say the figures that were computed."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest

from tenant_apps.households.rules import compute_tier
from tenant_apps.households.rules.explaining import Explanation, explain
from tenant_apps.households.rules.tiers import computation_of
from tests.tenant_apps.households.test_tiers import CASES, household_of, rule_of

AMOUNT = re.compile(r"(-?[\d,]+(?:\.\d+)?) 元")
COMPARED = re.compile(r"(恰好等于|低于|高于) (-?[\d,.]+) 元")
PERCENT = re.compile(r"([\d.,]+)%")
COMPUTED = [case for case in CASES if case["tier"] != "open"]


def fen_in(text: str) -> list[Fraction]:
    """The amounts of a sentence, in fen, in the order they stand."""
    return [Fraction(Decimal(found.replace(",", ""))) * 100 for found in AMOUNT.findall(text)]


def explained(case: dict[str, str]) -> tuple[Explanation, dict[str, str]]:
    household, rule = household_of(case), rule_of(case)
    result = compute_tier(household, rule=rule)
    assert result is not None
    explanation = explain(computation_of(result, household))
    assert explanation is not None
    return explanation, {step.name: step.text for step in explanation.steps}


def named(name: str) -> dict[str, str]:
    return next(case for case in CASES if case["case"] == name)


@pytest.mark.parametrize("case", COMPUTED, ids=[case["case"] for case in COMPUTED])
def test_the_amounts_in_the_text_are_the_amounts_computed(case: dict[str, str]) -> None:
    result = compute_tier(household_of(case), rule=rule_of(case))
    assert result is not None
    _explanation, text = explained(case)
    income, cost = fen_in(text["income"]), fen_in(text["cost"])
    counted = [term.fen for term in result.terms if term.sign > 0 and term.fen]
    taken_off = [term.fen for term in result.terms if term.sign < 0 and term.fen]
    left_out = [term.fen for term in result.left_out]
    assert income == [result.income_fen, *counted]
    assert cost == [result.cost_fen, *taken_off, *left_out]
    rest, net = fen_in(text["net"])
    assert rest == result.income_fen - result.cost_fen
    assert net == result.net_month_fen
    assert f" {result.heads} 人" in text["net"]
    line, relative = fen_in(text["lines"])
    assert (line, relative) == (result.rule.line_fen, result.rule.relative_line)
    assert fen_in(text["comparison"])[0] == result.net_month_fen


@pytest.mark.parametrize("case", COMPUTED, ids=[case["case"] for case in COMPUTED])
def test_the_word_of_the_comparison_holds_for_the_exact_figures(case: dict[str, str]) -> None:
    result = compute_tier(household_of(case), rule=rule_of(case))
    assert result is not None
    _explanation, text = explained(case)
    compared = COMPARED.findall(text["comparison"])
    assert compared
    exact = result.net_month
    for word, amount in compared:
        (against,) = fen_in(f"{amount} 元")
        assert {"恰好等于": exact == against, "低于": exact < against, "高于": exact > against}[
            word
        ]


@pytest.mark.parametrize("case", [one for one in COMPUTED if one["sudden"] not in {"", "0"}])
def test_the_shares_in_the_text_are_those_computed(case: dict[str, str]) -> None:
    result = compute_tier(household_of(case), rule=rule_of(case))
    assert result is not None
    _explanation, text = explained(case)
    assert fen_in(text["sudden"]) == [result.sudden_fen]
    shares = [
        Fraction(Decimal(one.replace(",", ""))) / 100 for one in PERCENT.findall(text["sudden"])
    ]
    if result.sudden_share is None:
        assert shares == []
        return
    said, least = shares
    assert 0 <= result.sudden_share - said < Fraction(1, 10_000)
    assert least == result.rule.sudden_threshold
    assert ("达到了" in text["sudden"]) == (said >= least)


@pytest.mark.parametrize(
    ("name", "conclusion"),
    [
        ("worked example 1: single mother, child in senior school", "深度困难（重病伤残照料）"),
        ("worked example 2: migrant worker, wife ill, son at college, mother", "相对困难"),
        ("worked example 3: accident, three persons", "意外致困（重大事件伤亡）"),
        ("two homes bars the deep tier everywhere", "有排除情形，不予认定"),
        ("1,300 a head is out under one and a half times the line", "未达到困难标准"),
    ],
)
def test_the_conclusion_names_the_tier_and_the_case(name: str, conclusion: str) -> None:
    explanation, _text = explained(named(name))
    assert explanation.conclusion == conclusion
    assert explanation.sentences[-1] == f"测算结果：{conclusion}。"


def test_what_excludes_a_household_is_said_with_its_consequence() -> None:
    _explanation, text = explained(
        named("two homes bars only the deep tier where the rule says so")
    )
    assert text["excluded"] == (
        "申报有这些情形：两套及以上住房。按当地规定，有这些情形的不认定深度困难。"
    )


def test_an_income_that_only_looks_equal_to_the_line_says_so() -> None:
    _explanation, text = explained(
        named("a third of a fen above the line is not rounded down to it")
    )
    assert "没有舍入" in text["comparison"]


def test_an_equal_income_says_what_the_place_settled() -> None:
    _explanation, text = explained(named("edge of 2.4: net exactly 800.00 under <"))
    assert text["comparison"].startswith("800.00 元 恰好等于 800.00 元、低于 1,600.00 元")
    _explanation, text = explained(named("edge of 2.4: net exactly 800.00 under <="))
    assert text["comparison"].endswith("当地规定等于标准也算达到。")


def test_nothing_is_explained_before_anything_is_computed() -> None:
    assert explain({}) is None
