"""R27: whatever is late, doubled or dies, each file has exactly one holder, and the stations agree in the end."""

import os
import time

import pytest

from tenant_apps.households.rules import custody
from tests.faults.custody_faults import PROTOCOL
from tests.faults.custody_walk import search, walk
from tests.faults.custody_world import Violation
from tests.faults.life_faults import put_in

pytestmark = pytest.mark.fault
FULL = os.environ.get("BANGFU_CHAOS") == "full"
HAND_OVERS = 1_000_000 if FULL else 100_000
HAND_OVERS_TO_FIND = 3_000
TRANSFERS = 3 if FULL else 2


def test_of_a_hundred_thousand_hand_overs_each_leaves_the_file_with_exactly_one(capfd):
    began = time.monotonic()
    counts = walk(hand_overs=HAND_OVERS)
    with capfd.disabled():
        print(f"\ncustody walk: {time.monotonic() - began:.0f} s, {dict(counts)}")
    assert counts[custody.HANDED] >= HAND_OVERS
    for happening in ("dies", "twice", "later", "refused", "cancel", "decline", "refuse"):
        assert counts[happening] > 0, happening


@pytest.mark.parametrize(
    "stations", [(0, 1, 2), (0, 1)], ids=["a third one confirms", "one of both confirms"]
)
def test_one_file_has_exactly_one_holder_on_every_way_it_can_go(stations, capfd):
    began = time.monotonic()
    counts = search(stations=stations, transfers=TRANSFERS)
    with capfd.disabled():
        print(f"\nevery way: {time.monotonic() - began:.0f} s, {dict(counts)}")
    assert counts["done"] > 0
    assert counts["at rest"] > 0


def search_and_walk():
    search(stations=(0, 1, 2), transfers=2)
    walk(hand_overs=HAND_OVERS_TO_FIND)


@pytest.mark.parametrize("fault", PROTOCOL)
def test_a_protocol_with_this_fault_would_be_caught(fault, monkeypatch):
    put_in(PROTOCOL[fault], monkeypatch)

    with pytest.raises(Violation):
        search_and_walk()
