"""R5: a task that does not say where it runs does not run."""

import pytest
from celery import Celery

from bangfu.kernel.tenancy import NoStation, current_station, station_in_force
from bangfu.kernel.tenancy.tasks import NetworkTask, StationTask
from tenants.models import Station

app = Celery("tests", broker="memory://", set_as_current=False)
ran = []


@app.task(name="test.inside", base=StationTask)
def inside(station_id):
    ran.append(current_station().id)
    return current_station().code


@app.task(name="test.network", base=NetworkTask)
def on_the_network():
    return station_in_force(), Station.objects.count()


@app.task(name="test.nowhere")
def nowhere():
    return Station.objects.count()


@pytest.fixture(autouse=True)
def nothing_ran():
    ran.clear()


def test_a_task_runs_inside_the_station_it_names(township):
    assert inside(township.id) == township.code
    assert inside(station_id=township.id) == township.code


@pytest.mark.parametrize("call", [(), (None,), ("1",), (True,), (0,), (10**9,)])
def test_a_task_without_a_station_never_runs(db, call):
    with pytest.raises(NoStation):
        inside(*call)

    assert ran == []


@pytest.mark.parametrize("call", [(), (None,), ("1",)])
def test_a_task_without_a_station_is_not_even_sent(call):
    with pytest.raises(NoStation):
        inside.apply_async(call)


def test_after_a_task_no_station_is_in_force(township):
    inside(township.id)

    assert station_in_force() is None


def test_a_task_of_the_network_sees_the_shared_tables_and_is_in_no_station(township):
    station, stations = on_the_network()

    assert station is None
    assert stations > 1


def test_a_task_that_says_nothing_reads_nothing(township):
    with pytest.raises(NoStation):
        nowhere()
