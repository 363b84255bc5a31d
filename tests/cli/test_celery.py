import pytest

from bangfu.celery import QUEUES, VISIBILITY_TIMEOUT_SECONDS, UnroutedTask, app, route
from tasks.schedule import BEAT_SCHEDULE


@pytest.fixture(scope="module")
def tasks():
    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}


def test_every_task_goes_to_the_queue_it_is_named_after(tasks):
    assert {name: route(name)["queue"] for name in tasks} == {
        name: name.split(".")[0] for name in tasks
    }
    assert len(tasks) > 5


def test_a_task_nobody_listens_to_is_refused_when_it_is_sent():
    with pytest.raises(UnroutedTask, match=r"nowhere\.go"):
        app.send_task("nowhere.go")


def test_a_worker_that_is_not_told_otherwise_listens_to_every_queue():
    assert set(app.amqp.queues) == set(QUEUES)


def test_the_clock_wakes_only_tasks_that_exist(tasks):
    assert {entry["task"] for entry in BEAT_SCHEDULE.values()} <= set(tasks)


def test_no_task_may_run_so_long_that_the_broker_gives_it_to_another(tasks):
    too_long = {
        name
        for name, task in tasks.items()
        if (task.time_limit or app.conf.task_time_limit) >= VISIBILITY_TIMEOUT_SECONDS
    }

    assert too_long == set()


def test_every_task_says_where_it_runs(tasks):
    from bangfu.kernel.tenancy.tasks import NetworkTask, StationTask

    assert [
        name for name, task in tasks.items() if not isinstance(task, StationTask | NetworkTask)
    ] == []


def test_results_are_kept_nowhere(tasks):
    assert app.conf.result_backend is None
    assert app.conf.task_ignore_result is True
