"""The facts of a file follow from its versions and from nothing else."""

from datetime import date
from typing import Any

from tenant_apps.households.indicators import Step, age_band, facts_of_file, facts_of_step

NOVEMBER = date(2026, 11, 1)
SUBJECT = "00" * 16


def counted(**changes: Any) -> dict[str, Any]:
    return {
        "subject": SUBJECT,
        "tier": "1",
        "cause": "06",
        "file_level": "5",
        "file_kind": "urban",
        "group": ["none"],
        "sex": "2",
        "age_band": "50-59",
        "persons": 3,
        "five_clear": True,
        "stamps": False,
        "means_checked": False,
        **changes,
    }


def summed(facts: list[Any], indicator: str, **dims: str) -> tuple[int, int]:
    chosen = [
        fact
        for fact in facts
        if fact.indicator == indicator and all(fact.dims[k] == v for k, v in dims.items())
    ]
    return sum(fact.n for fact in chosen), sum(fact.value for fact in chosen)


def test_a_file_that_comes_on_file_counts_in_the_month_of_the_event() -> None:
    facts = facts_of_step(None, counted(), on=date(2026, 11, 21))
    assert {fact.period for fact in facts} == {NOVEMBER}
    assert summed(facts, "FIL-01") == (1, 0)
    assert summed(facts, "FIL-02") == (1, 3)
    assert summed(facts, "FIL-03", tier="1") == (1, 0)
    assert summed(facts, "FIL-09.N") == (1, 0)
    assert summed(facts, "FIL-11.N") == (0, 0)


def test_a_change_of_tier_moves_the_household_from_one_cell_to_the_other() -> None:
    facts = facts_of_step(counted(), counted(tier="2"), on=date(2026, 12, 3))
    assert summed(facts, "FIL-01", tier="1") == (-1, 0)
    assert summed(facts, "FIL-01", tier="2") == (1, 0)
    assert summed(facts, "FIL-02") == (0, 0)
    assert summed(facts, "FIL-03") == (0, 0)


def test_an_unchanged_count_gives_no_fact() -> None:
    assert facts_of_step(counted(), counted(), on=date(2026, 12, 3)) == []


def test_a_household_leaves_with_kind_and_reason() -> None:
    facts = facts_of_step(counted(), None, on=date(2027, 3, 1), state="out", exit_reason="income")
    assert summed(facts, "FIL-01") == (-1, 0)
    assert summed(facts, "FIL-04", exit_reason="income") == (1, 0)


def test_a_recheck_counts_even_when_nothing_changed() -> None:
    facts = facts_of_step(counted(), counted(), on=date(2026, 12, 3), event="recheck")
    assert [fact.indicator for fact in facts] == ["FIL-10.N"]


def test_the_steps_of_a_file_add_up_to_its_last_state() -> None:
    steps = [
        Step(on=date(2026, 10, 1), state="submitted", event="submit", counted=None),
        Step(on=date(2026, 11, 2), state="on_file", event="approve", counted=counted()),
        Step(on=date(2026, 11, 9), state="on_file", event="change", counted=counted(persons=4)),
        Step(on=date(2027, 2, 1), state="cancelled", event="cancel", counted=None),
    ]
    facts = facts_of_file(steps)
    assert summed(facts, "FIL-01") == (0, 0)
    assert summed(facts, "FIL-02") == (0, 0)
    assert summed(facts, "FIL-06", exit_reason="none") == (1, 0)


def test_age_bands_change_on_the_birthday() -> None:
    assert age_band(date(1996, 11, 22), date(2026, 11, 21)) == "under30"
    assert age_band(date(1996, 11, 21), date(2026, 11, 21)) == "30-39"
    assert age_band(date(1966, 11, 21), date(2026, 11, 21)) == "60plus"
