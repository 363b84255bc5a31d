"""Periodic work: each slot once, each station in its turn."""

from datetime import UTC, datetime, timedelta

import pytest

from bangfu.kernel.tenancy import current_station, in_network
from bangfu.kernel.tenancy.direct import direct_parameters
from shared_apps.exchange import jobs
from shared_apps.exchange.models import JobRun, JobState, StationService
from shared_apps.exchange.relay import only_worker
from tenants.models import Station
from tests.conftest import NOON

HOUR = timedelta(hours=1)


def stations():
    with in_network():
        return Station.objects.count()


class Work:
    def __init__(self, failing_at=()):
        self.done = []
        self.failing_at = failing_at

    def __call__(self, what=None):
        if what in self.failing_at or getattr(what, "code", None) in self.failing_at:
            raise RuntimeError("cannot")
        self.done.append(what)

    def inside(self, station):
        assert current_station() == station
        self(station)


def test_a_slot_begins_at_a_whole_multiple_of_its_length():
    instant = datetime(2026, 11, 20, 4, 7, 31, tzinfo=UTC)

    assert jobs.slot_of(instant, timedelta(seconds=15)).second == 30
    assert jobs.slot_of(instant, HOUR) == datetime(2026, 11, 20, 4, tzinfo=UTC)


def test_a_slot_is_run_once(db):
    work = Work()

    assert jobs.run_slot("job", NOON, work, now=NOON)
    assert not jobs.run_slot("job", NOON, work, now=NOON)
    assert len(work.done) == 1


def test_a_slot_whose_worker_died_is_free_again(db):
    with in_network():
        JobRun.objects.create(job="job", slot=NOON, started_at=NOON)
    work = Work()

    assert not jobs.run_slot("job", NOON, work, now=NOON + jobs.DEAD_AFTER)
    assert jobs.run_slot("job", NOON, work, now=NOON + jobs.DEAD_AFTER + HOUR)


def test_a_failed_slot_says_why(db):
    with pytest.raises(RuntimeError):
        jobs.run_slot("job", NOON, Work([None]), now=NOON)

    with in_network():
        run = JobRun.objects.get()
    assert (run.state, run.detail) == (JobState.FAILED, "RuntimeError: cannot")


def test_missed_slots_are_found_and_run_in_order(db):
    work = Work()
    jobs.run_due("job", work, every=HOUR, now=NOON, catch_up=24)
    jobs.run_due("job", work, every=HOUR, now=NOON + 3 * HOUR, catch_up=24)

    assert work.done == [NOON + HOUR * hours for hours in range(4)]


def test_where_only_the_newest_run_matters_the_missed_ones_are_left(db):
    work = Work()
    jobs.run_due("job", work, every=HOUR, now=NOON)
    jobs.run_due("job", work, every=HOUR, now=NOON + 3 * HOUR)

    assert work.done == [NOON, NOON + 3 * HOUR]


def test_a_second_beat_finds_nothing_to_do(db):
    work = Work()

    assert jobs.run_due("job", work, every=HOUR, now=NOON) == 1
    assert jobs.run_due("job", work, every=HOUR, now=NOON) == 0


def test_every_open_station_is_served_inside_itself(db):
    work = Work()

    rounds = jobs.fan_out("job", work.inside, now=NOON)

    assert rounds.served == len(work.done) == stations()


def test_a_station_that_fails_does_not_stop_the_others(db, county):
    rounds = jobs.fan_out("job", Work(failing_at=[county.code]), now=NOON)

    assert rounds.served == stations() - 1
    assert rounds.failed == [f"{county.code}: RuntimeError: cannot"]
    with in_network():
        assert StationService.objects.get(job="job", station_id=county.id).failures == 1


def test_the_station_that_waited_longest_is_next(db, county):
    jobs.fan_out("job", Work(), now=NOON)
    with in_network():
        StationService.objects.filter(station_id=county.id).update(served_at=NOON - HOUR)
    work = Work()

    jobs.fan_out("job", work, now=NOON)

    assert work.done[0] == county


def test_a_station_another_worker_is_busy_with_is_left_to_it(committed, county):
    import psycopg

    with psycopg.connect(**direct_parameters("default")) as other:
        other.execute(
            "SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"bangfu job {county.id}"]
        )

        rounds = jobs.fan_out("job", Work(), now=NOON)

    assert (rounds.served, rounds.busy) == (stations() - 1, 1)


def test_the_right_to_serve_a_station_is_given_back(committed, county):
    for _turn in range(2):
        with only_worker("job", county.id) as mine:
            assert mine


def test_old_slots_are_forgotten(db):
    jobs.run_slot("job", NOON, Work(), now=NOON)

    assert jobs.forget_old_runs(before=NOON) == 0
    assert jobs.forget_old_runs(before=NOON + HOUR) == 1
