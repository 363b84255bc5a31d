"""R17: whatever banks and messages do, both ends are equal, and money in transit is what nobody has matched."""

import os
import time

import pytest

from tests.faults.life_faults import put_in
from tests.faults.money_faults import RULES
from tests.faults.money_walk import walk
from tests.faults.money_world import Violation

pytestmark = pytest.mark.fault
FULL = os.environ.get("BANGFU_CHAOS") == "full"
STEPS = 3_000_000 if FULL else 300_000
STEPS_TO_FIND = 200_000


def test_whatever_the_banks_do_both_ends_are_equal_and_books_balance(capfd):
    began = time.monotonic()
    counts = walk(steps=STEPS)
    with capfd.disabled():
        print(f"\nmoney walk: {STEPS} steps in {time.monotonic() - began:.0f} s, {dict(counts)}")
    assert counts["steps"] == STEPS
    for happening in (
        "late",
        "lost",
        "doubled",
        "less",
        "more",
        "stranger",
        "given back",
        "taken back",
        "twice",
    ):
        assert counts[happening] > 0, happening


@pytest.mark.parametrize("fault", RULES)
def test_a_protocol_with_this_fault_would_be_caught(fault, monkeypatch):
    put_in(RULES[fault], monkeypatch)

    with pytest.raises((Violation, AttributeError, TypeError)):
        walk(steps=STEPS_TO_FIND)
