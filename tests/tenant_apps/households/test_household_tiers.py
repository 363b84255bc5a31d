"""The tier of the worked examples, and what happens exactly at a line."""

from fractions import Fraction

import pytest

from tenant_apps.households.rules import HouseholdDraft, IncomeRule, compute_tier

RULE = IncomeRule(line_fen=80_000)


def test_a_single_mother_with_a_child_in_senior_school_is_in_deep_hardship() -> None:
    draft = HouseholdDraft(
        living_together=2,
        inc_wages_fen=2_640_000,
        cost_illness_fen=520_000,
        cost_school_fen=700_000,
    )
    result = compute_tier(draft, rule=RULE)
    assert result is not None
    assert (result.net_month_fen, result.tier) == (59_167, "1")


def test_a_migrant_with_an_ill_wife_and_a_son_at_college_is_in_relative_hardship() -> None:
    draft = HouseholdDraft(
        living_together=4,
        inc_wages_fen=6_600_000,
        inc_transfer_fen=180_000,
        cost_illness_fen=900_000,
        cost_school_fen=800_000,
    )
    result = compute_tier(draft, rule=RULE)
    assert result is not None
    assert (result.net_month_fen, result.tier) == (105_833, "2")


def test_an_accident_that_takes_most_of_the_year_is_sudden_hardship() -> None:
    draft = HouseholdDraft(living_together=3, inc_wages_fen=7_800_000, sudden_net_fen=7_100_000)
    result = compute_tier(draft, rule=RULE)
    assert result is not None
    assert (result.net_month_fen, result.tier, result.sudden_percent) == (216_667, "3", 91)


@pytest.mark.parametrize(("at_line_counts", "tier"), [(True, "1"), (False, "2")])
def test_an_income_exactly_at_the_line_is_deep_only_where_the_rule_says_so(
    at_line_counts: bool, tier: str
) -> None:
    draft = HouseholdDraft(living_together=1, inc_wages_fen=960_000)
    rule = IncomeRule(line_fen=80_000, at_line_counts=at_line_counts)
    result = compute_tier(draft, rule=rule)
    assert result is not None
    assert result.net_month == Fraction(80_000)
    assert result.tier == tier


def test_a_fen_above_the_line_is_not_rounded_away() -> None:
    draft = HouseholdDraft(living_together=1, inc_wages_fen=960_001)
    result = compute_tier(draft, rule=IncomeRule(line_fen=80_000, at_line_counts=True))
    assert result is not None
    assert (result.net_month_fen, result.tier) == (80_000, "2")


def test_a_loss_just_below_the_threshold_is_no_sudden_hardship() -> None:
    draft = HouseholdDraft(living_together=1, inc_wages_fen=10_000_000, sudden_net_fen=7_999_999)
    result = compute_tier(draft, rule=RULE)
    assert result is not None
    assert result.tier == ""


def test_the_head_count_is_the_one_the_rule_names() -> None:
    draft = HouseholdDraft(persons=4, living_together=2, inc_wages_fen=4_800_000)
    result = compute_tier(draft, rule=IncomeRule(line_fen=80_000, head_count="persons"))
    assert result is not None
    assert (result.heads, result.net_month_fen) == (4, 100_000)


def test_an_exclusion_bars_every_tier_or_only_the_deep_one() -> None:
    draft = HouseholdDraft(living_together=2, inc_wages_fen=1_200_000)
    everywhere = compute_tier(draft, rule=RULE, excluded=True)
    deep_only = compute_tier(
        draft, rule=IncomeRule(line_fen=80_000, exclusions_bar="deep"), excluded=True
    )
    assert everywhere is not None
    assert deep_only is not None
    assert (everywhere.tier, deep_only.tier) == ("", "2")


def test_the_tier_is_open_while_the_head_count_is_not_given() -> None:
    assert compute_tier(HouseholdDraft(inc_wages_fen=1), rule=RULE) is None


def test_each_term_of_the_sum_is_shown() -> None:
    draft = HouseholdDraft(living_together=1, inc_wages_fen=500, cost_illness_fen=200)
    result = compute_tier(draft, rule=RULE)
    assert result is not None
    assert sum(term.sign * term.fen for term in result.terms) == 300
    assert len(result.terms) == 11
