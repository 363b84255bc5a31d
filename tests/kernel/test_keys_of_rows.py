"""Keys of rows follow the order in which rows were made."""

import time
from datetime import UTC, datetime

import time_machine

from bangfu.kernel.ids import uuid7
from tests.support.crowd import at_once


def moment_of(key):
    return (key.int >> 80) / 1000


def test_a_key_is_a_uuid_of_version_seven_that_says_when_it_was_made():
    before = time.time()
    key = uuid7()
    assert (key.version, key.variant) == (7, "specified in RFC 4122")
    assert before - 0.001 <= moment_of(key) <= time.time() + 0.001


def test_keys_made_at_one_instant_keep_their_order():
    with time_machine.travel(datetime(2031, 3, 1, tzinfo=UTC), tick=False):
        keys = [uuid7() for _number in range(10_000)]
    assert keys == sorted(set(keys))


def test_threads_never_share_a_place_in_the_order():
    made = at_once(*[lambda: [uuid7() for _ in range(2_000)]] * 8)
    assert all(mine == sorted(mine) for mine in made)
    assert len({key.int >> 64 for mine in made for key in mine}) == 16_000


def test_a_clock_that_is_put_back_a_little_does_not_turn_the_order_and_one_put_back_far_is_believed():
    with time_machine.travel(datetime(2031, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
        first = uuid7()
        clock.shift(-0.5)
        assert uuid7() > first
        clock.shift(-3600)
        assert moment_of(uuid7()) < moment_of(first) - 3000
