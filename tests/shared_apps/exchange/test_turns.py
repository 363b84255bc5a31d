"""A turn of a worker: what it leaves is rung for again, and waits for no sweeper."""

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from shared_apps.exchange import doorbell
from shared_apps.exchange.models import MessageState
from tasks import relay as doors


@pytest.fixture
def rings(monkeypatch):
    rung = []
    monkeypatch.setattr(doorbell, "ring", rung.append)
    return rung


def test_a_full_turn_rings_again(township, county, say, ear, rings, monkeypatch):
    monkeypatch.setattr(doors, "DELIVERY_LIMIT", 2)
    for number in range(3):
        say(township, county, str(number))

    assert doors.deliver(county.id) == 2
    assert rings == [county.id]


def test_a_full_turn_rings_again_though_a_message_in_it_failed(
    township, county, say, ear, rings, monkeypatch
):
    monkeypatch.setattr(doors, "DELIVERY_LIMIT", 2)
    ear.failing["bad"] = RuntimeError("the handler fails")
    say(township, county, "bad", stream="one")
    say(township, county, "good", stream="two")
    say(township, county, "later", stream="three")

    assert doors.deliver(county.id) == 1
    assert rings == [county.id]


def test_a_turn_that_used_up_its_time_leaves_the_rest_to_the_next(
    township, county, say, ear, rings, monkeypatch
):
    monkeypatch.setattr(doors, "TURN_SECONDS", -1.0)
    say(township, county, "hello")

    assert doors.deliver(county.id) == 0
    assert rings == [county.id]


def test_a_turn_that_left_nothing_does_not_ring(township, county, say, ear, rings):
    say(township, county, "hello")

    assert doors.deliver(county.id) == 1
    assert rings == []


def test_a_worker_whose_time_is_over_stops_and_the_message_waits_for_another(
    township, county, say, ear, now_of
):
    ear.failing["long"] = SoftTimeLimitExceeded()
    message = say(township, county, "long")
    say(township, county, "beside", stream="other")

    with pytest.raises(SoftTimeLimitExceeded):
        doors.deliver(county.id)
    assert ear.texts == []
    assert now_of(message).state == MessageState.NEW
    assert now_of(message).lease_until is None
