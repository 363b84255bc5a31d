"""R27: whatever order things happen in, each file has one holder and facts equal files."""

import os
import time
from functools import partial

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from shared_apps.accounts.roles import Role
from tenant_apps.households.services import moving
from tests.conftest import NOON
from tests.faults.life_beginning import begin, one_transaction
from tests.faults.life_check import all_that_is_wrong
from tests.faults.life_faults import FAULTS, QUICKLY_FOUND, put_in
from tests.faults.life_machine import FilesOverStations
from tests.faults.life_moves import Moves
from tests.faults.life_replay import WRONG, shortened
from tests.faults.life_walk import Walk

pytestmark = pytest.mark.fault
FULL = os.environ.get("BANGFU_CHAOS") == "full"
# Another seed draws other runs: a full figure may be reached in parts, at once or one after the other.
SEED = int(os.environ.get("BANGFU_CHAOS_SEED", "0"))
STEPS = 200_000 if FULL else 400
# The steps of the walk are walked in shares, so that each processor can take one.
SHARES = 2 if FULL else 1
SEEDS_A_SHARE = 1_000_000
STEPS_A_RUN = 100 if FULL else 50
RUNS_AT_ONCE = 20 if FULL else 12
HAND_OVERS = 100_000 if FULL else 11
HAND_OVERS_A_RUN = 100
# What a fault is hunted with: short runs, in which much goes wrong.
STEPS_TO_FIND = 25
OFTEN = dict.fromkeys(range(10, 13), "dies") | dict.fromkeys(range(13, 20), "twice")
# A run that fails is shortened by as many tries, and then is at most so long.
TRIES = 30
LONGEST = 30


@pytest.fixture
def base(committed, township, enterprise, county, outsider, other_county, city):
    """Files of several stations, each at another point of its life; really committed."""
    walk = Walk(
        homes=[township, enterprise, outsider, county],
        centres=[county, other_county, city],
        now=NOON,
    )
    with one_transaction(chance=1, stays=True):
        begin(walk)
    return walk


def runs(machine, *, number, steps, chance):
    """Let hypothesis draw so many runs of so many steps, the same ones for the same chance.

    It does not make a failure short, which takes minutes: ``life_replay`` does.
    """
    as_asked = settings(
        max_examples=number,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        report_multiple_bugs=False,
    )
    run_state_machine_as_test(seed(chance)(machine), settings=as_asked)


def over_stations(base, **changes):
    return type("FilesOverStations", (FilesOverStations,), {"base": base, "steps": 0, **changes})


@pytest.mark.parametrize("share", range(SHARES))
def test_whatever_hypothesis_lets_happen_each_file_has_one_holder_and_facts_equal_files(
    base, share, capfd
):
    began, chance = time.monotonic(), SEED + share * SEEDS_A_SHARE
    machine = over_stations(base)
    while machine.steps < STEPS // SHARES:
        chance += 1
        runs(machine, number=RUNS_AT_ONCE, steps=STEPS_A_RUN, chance=chance)
        if FULL:
            with capfd.disabled():
                print(f"{machine.steps} steps in {time.monotonic() - began:.0f} s", flush=True)
    with capfd.disabled():
        seconds = time.monotonic() - began
        print(f"\nlife model: {machine.steps} steps in {seconds:.1f} s, {dict(base.counts)}")
    assert base.counts["transfer.handed"] > 0
    assert base.counts["confirm_exit"] > 0


def test_files_that_only_move_have_one_holder_at_every_moment(base, capfd):
    with one_transaction(chance=3, stays=True):
        for station in base.homes * 2:
            base.open_file(station)
    base.counts.clear()
    began, handed, steps, chance = time.monotonic(), 0, 0, SEED
    while handed < HAND_OVERS:
        chance += 1
        walk = Walk(homes=base.homes, centres=base.centres, now=NOON, seen=base.seen)
        moves = Moves(walk, seed=chance)
        with one_transaction(chance=2):
            while walk.counts["transfer.handed"] < min(HAND_OVERS - handed, HAND_OVERS_A_RUN):
                moves.step()
            walk.drain()
            assert all_that_is_wrong(walk) == []
        handed += walk.counts["transfer.handed"]
        steps += walk.steps
        base.counts.update(walk.counts)
        if FULL and chance % 10 == 0:
            with capfd.disabled():
                print(f"{handed} hand-overs in {time.monotonic() - began:.0f} s", flush=True)
    with capfd.disabled():
        seconds = time.monotonic() - began
        print(f"\nhand-overs: {handed} in {steps} steps, {seconds:.1f} s, {dict(base.counts)}")


def test_at_every_step_of_a_hand_over_and_of_an_exit_everything_holds(base):
    walk = Walk(homes=base.homes, centres=base.centres, now=NOON, seen=base.seen)
    with one_transaction(chance=4):
        for station, key in walk.transfers("confirming"):
            confirm = partial(moving.confirm_transfer, key, actor=walk.actor(station, Role.HEAD))
            walk.act("confirm_transfer", station, lambda do=confirm: do(now=walk.now))
        assert all_that_is_wrong(walk) == []
        while heads := walk.heads():
            walk.deliver(heads[0])
            assert all_that_is_wrong(walk) == []
    assert walk.counts["transfer.received"] > 0
    assert "exit_notice" in {row[0] for files in walk.seen.files.values() for row in files.values()}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_of_a_life_still_finds_the_line_it_changes(fault, monkeypatch):
    put_in(FAULTS[fault], monkeypatch)


@pytest.mark.parametrize("fault", FAULTS if FULL else QUICKLY_FOUND)
def test_a_life_with_this_fault_would_be_caught(base, fault, monkeypatch, capfd):
    put_in(FAULTS[fault], monkeypatch)
    machine = over_stations(base, FAULTS=OFTEN)
    began = time.monotonic()

    with pytest.raises(WRONG):
        runs(machine, number=1000, steps=STEPS_TO_FIND, chance=7)
    seconds = time.monotonic() - began
    caught, steps = shortened(machine, machine.last.taken, tries=TRIES)

    with capfd.disabled():
        said = f"{type(caught).__name__}: {str(caught).splitlines()[0]}"
        print(f"\n{fault}: found in {seconds:.0f} s and {machine.steps} steps; {said}")
        for name, given in steps:
            print(f"    {name} {given}")
    assert 1 <= len(steps) <= LONGEST
