"""R27: whatever order things happen in, each file has one holder and facts equal files."""

import os
import time

import pytest

from tests.conftest import NOON
from tests.faults.life_walk import Walk, opened_by

pytestmark = pytest.mark.fault
FULL = os.environ.get("BANGFU_CHAOS") == "full"
STEPS = 200_000 if FULL else 600
HAND_OVERS = 100_000 if FULL else 10
BETWEEN_CHECKS = 2_000 if FULL else 200


def test_a_walk_of_files_over_stations_keeps_one_holder_and_equal_facts(
    db, township, enterprise, county, outsider, other_county, city, capfd
):
    walk = Walk(
        homes=[township, enterprise, outsider, county],
        centres=[county, other_county, city],
        seed=1,
        now=NOON,
    )
    opened_by(walk)
    began = time.monotonic()
    while walk.steps < STEPS:
        walk.run(BETWEEN_CHECKS)
        walk.forget_closed()
        assert walk.check() == []
    walk.drain()

    assert walk.check() == []
    with capfd.disabled():
        seconds = time.monotonic() - began
        print(f"\nlife model: {walk.steps} steps in {seconds:.1f} s, {dict(walk.counts)}")
    assert walk.counts["message transfer.handed"] > 0
    assert walk.counts["left"] > 0


def test_files_that_only_move_have_one_holder_at_every_moment(
    db, township, enterprise, county, outsider, other_county, city, capfd
):
    walk = Walk(
        homes=[township, enterprise, outsider, county],
        centres=[county, other_county, city],
        seed=2,
        now=NOON,
        transfers_only=True,
    )
    opened_by(walk)
    while walk.counts["message transfer.handed"] < HAND_OVERS:
        walk.run(100)
        walk.forget_closed()
        assert walk.check() == []
    walk.drain()

    assert walk.check() == []
    with capfd.disabled():
        print(f"\nhand-overs: {walk.counts['message transfer.handed']} in {walk.steps} steps")
