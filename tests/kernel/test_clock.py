"""The clock: Shanghai days, and a demo network that runs ahead."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from pytest_django import Settings

from bangfu.kernel import clock


@pytest.fixture(autouse=True)
def _without_offset_afterwards() -> Iterator[None]:
    yield
    clock.set_offset_provider(None)


def test_a_day_begins_at_midnight_in_shanghai() -> None:
    with time_machine.travel(datetime(2026, 11, 20, 16, 30, tzinfo=UTC), tick=False):
        assert clock.today() == date(2026, 11, 21)


def test_the_time_carries_the_zone_of_shanghai() -> None:
    assert clock.now().utcoffset() == timedelta(hours=8)


def test_a_demo_network_runs_ahead_by_what_its_provider_says(settings: Settings) -> None:
    settings.BANGFU_DEMO = True
    clock.set_offset_provider(lambda: timedelta(days=7))
    with time_machine.travel(datetime(2026, 11, 21, 4, 0, tzinfo=UTC), tick=False):
        assert clock.today() == date(2026, 11, 28)


def test_a_production_network_never_asks_for_an_offset(settings: Settings) -> None:
    settings.BANGFU_DEMO = False
    clock.set_offset_provider(lambda: timedelta(days=7))
    assert clock.offset() == timedelta()


def test_the_provider_is_asked_once_and_again_after_the_clock_was_moved(
    settings: Settings,
) -> None:
    settings.BANGFU_DEMO = True
    answers = iter([timedelta(days=1), timedelta(days=2)])
    clock.set_offset_provider(lambda: next(answers))
    assert [clock.offset(), clock.offset()] == [timedelta(days=1)] * 2
    clock.forget_offset()
    assert clock.offset() == timedelta(days=2)


def test_a_clock_that_would_run_backwards_is_refused(settings: Settings) -> None:
    settings.BANGFU_DEMO = True
    clock.set_offset_provider(lambda: timedelta(days=-1))
    with pytest.raises(clock.ClockRanBackwards):
        clock.now()


def test_an_instant_falls_on_its_day_in_shanghai() -> None:
    assert clock.local_day(datetime(2026, 12, 31, 17, 0, tzinfo=UTC)) == date(2027, 1, 1)
