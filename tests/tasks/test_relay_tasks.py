"""The doors of the relay, and the schedule that knocks at them."""

import importlib

import pytest

from shared_apps.exchange import doorbell, relay
from tasks import relay as doors
from tasks.schedule import BEAT_SCHEDULE


@pytest.fixture
def rings(monkeypatch):
    rung = []
    monkeypatch.setattr(doorbell, "ring", rung.append)
    return rung


def test_the_sweeper_rings_for_every_station_with_mail(township, monkeypatch, rings):
    monkeypatch.setattr(relay, "stations_with_mail", lambda: [township.id])

    assert doors.sweep() == 1
    assert rings == [township.id]


@pytest.mark.parametrize("entry", sorted(BEAT_SCHEDULE))
def test_every_entry_of_the_schedule_wakes_a_task_that_exists(entry):
    queue, _dot, verb = BEAT_SCHEDULE[entry]["task"].partition(".")

    assert callable(getattr(importlib.import_module(f"tasks.{queue}"), verb))
