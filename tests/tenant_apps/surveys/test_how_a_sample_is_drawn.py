"""A sample is random, by stratum, and the same again from the same seed."""

from collections import Counter
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenant_apps.surveys.rules import Household, allotted, digest_of, drawn, size_of

STRATA = ("on_file", "out", "cancelled", "never")


def households(**strata):
    found = []
    for stratum, count in strata.items():
        for _one in range(count):
            number = len(found) + 1
            found.append(
                Household(
                    subject=number.to_bytes(16, "big"), stratum=stratum,
                    application_id=UUID(int=number), file_id=None,
                )
            )  # fmt: skip
    return found


def numbers(sample):
    return [one.application_id.int for one in sample]


def test_the_same_seed_draws_the_same_households_in_whatever_order_they_come():
    frame = households(on_file=60, out=30, cancelled=10, never=20)
    first = drawn(frame, size=12, seed="2026")
    Random(1).shuffle(frame)

    assert numbers(drawn(frame, size=12, seed="2026")) == numbers(first)
    assert numbers(drawn(frame, size=12, seed="2027")) != numbers(first)


def test_each_stratum_gives_its_share():
    sample = drawn(households(on_file=60, out=30, cancelled=10, never=20), size=12, seed="7")
    assert Counter(one.stratum for one in sample) == {
        "on_file": 6, "out": 3, "cancelled": 1, "never": 2,
    }  # fmt: skip


def test_a_small_stratum_is_not_left_out():
    assert allotted({"on_file": 990, "never": 3, "out": 7}, 20) == {
        "on_file": 18, "never": 1, "out": 1,
    }  # fmt: skip


@given(
    frame=st.dictionaries(st.sampled_from(STRATA), st.integers(0, 400), min_size=1).filter(
        lambda frame: sum(frame.values())
    ),
    share=st.floats(0.001, 1),
)
def test_the_shares_are_the_sample_and_none_is_more_than_there_is(frame, share):
    size = max(1, int(sum(frame.values()) * share))
    shares = allotted(frame, size)
    assert sum(shares.values()) == size
    assert all(0 <= count <= frame[name] for name, count in shares.items())


@pytest.mark.parametrize(
    ("frame", "asked", "size"),
    [
        (200, {"number": 20, "percent": None}, 20),
        (8, {"number": 20, "percent": None}, 8),
        (101, {"number": None, "percent": 5}, 6),
        (3, {"number": None, "percent": 1}, 1),
        (40, {"number": None, "percent": 100}, 40),
    ],
)
def test_per_cent_are_rounded_up_and_nobody_is_drawn_twice(frame, asked, size):
    assert size_of(frame, **asked) == size


def test_over_many_seeds_everybody_is_drawn_about_as_often():
    frame = households(on_file=20)
    times = Counter(
        number for seed in range(400) for number in numbers(drawn(frame, size=5, seed=str(seed)))
    )
    assert len(times) == 20
    assert all(60 <= count <= 145 for count in times.values())


def test_the_frame_is_known_by_its_digest():
    frame = households(on_file=3, out=1)
    assert digest_of(reversed(frame)) == digest_of(frame)
    assert digest_of(frame[:-1]) != digest_of(frame)
