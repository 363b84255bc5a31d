"""Celery, the doorbell: it carries no facts, so losing its broker costs time only.

One module of ``tasks`` is one queue; a task is named ``queue.verb``.
"""

import os
import pkgutil
from typing import Any

import structlog
from celery import Celery, signals
from kombu.entity import Queue

import tasks
from bangfu.kernel.memory import spare_what_stays
from bangfu.observability.heartbeat import Heartbeat
from bangfu.observability.logs import configure_logging
from tasks.schedule import BEAT_SCHEDULE

# What a worker may spend on one task unless the task says otherwise, and when the broker, hearing
# nothing, gives a task to another worker. No limit of a task may come near the latter.
HARD_LIMIT_SECONDS = 120
SOFT_LIMIT_SECONDS = 100
VISIBILITY_TIMEOUT_SECONDS = 600
LARGEST_CHILD_KILOBYTES = 300_000

QUEUES = tuple(
    sorted(
        module.name for module in pkgutil.iter_modules(tasks.__path__) if module.name != "schedule"
    )
)


class UnroutedTask(Exception):
    """A task whose name starts with no queue: nobody would ever run it."""


def route(name: str, *_arguments: Any, **_options: Any) -> dict[str, str]:
    """Tell the queue of a task from its name.

    Raises:
        UnroutedTask: no worker listens to such a queue.
    """
    queue = name.partition(".")[0]
    if queue not in QUEUES:
        raise UnroutedTask(f"{name}: there is no tasks/{queue}.py, so nobody listens to {queue!r}")
    return {"queue": queue}


def _configured() -> Celery:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.settings")
    from django.conf import settings

    app = Celery("bangfu", task_cls="bangfu.kernel.tenancy.tasks:StationTask")
    # For every thread, not only the one that came here first.
    app.set_default()
    app.conf.update(
        broker_url=settings.REDIS_URL,
        broker_connection_retry_on_startup=True,
        # A page that rings while the broker is away must not wait for it.
        broker_connection_timeout=3,
        broker_transport_options={
            "visibility_timeout": VISIBILITY_TIMEOUT_SECONDS,
            "socket_connect_timeout": 3,
            "socket_keepalive": True,
            # Kombu would knock at a closed door for six seconds, with whoever rings in front of it.
            "max_retries": 0,
        },
        imports=[f"tasks.{queue}" for queue in QUEUES],
        # A worker that is not told otherwise listens to all of them.
        task_queues=[Queue(name) for name in QUEUES],  # type: ignore[no-untyped-call]
        task_create_missing_queues=False,
        task_default_queue=QUEUES[0],
        task_routes=(route,),
        task_ignore_result=True,
        task_time_limit=HARD_LIMIT_SECONDS,
        task_soft_time_limit=SOFT_LIMIT_SECONDS,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_max_memory_per_child=LARGEST_CHILD_KILOBYTES,
        worker_cancel_long_running_tasks_on_connection_loss=True,
        beat_schedule=BEAT_SCHEDULE,
        beat_max_loop_interval=5,
        timezone=settings.TIME_ZONE,
    )
    return app


app = _configured()
_heartbeat = Heartbeat()


@signals.setup_logging.connect(weak=False)
def _log_as_the_web_does(**_details: Any) -> None:
    configure_logging()


@signals.worker_init.connect(weak=False)
def _spare_memory(**_details: Any) -> None:
    # Every task is imported by now, and no child is forked yet.
    spare_what_stays()


@signals.worker_ready.connect(weak=False)
def _watch_the_heart(**_details: Any) -> None:
    _heartbeat.watch()


@signals.heartbeat_sent.connect(weak=False)
def _note_a_beat(**_details: Any) -> None:
    _heartbeat.beat()


@signals.task_prerun.connect(weak=False)
def _name_the_task_in_logs(task_id: str, task: Any, **_details: Any) -> None:
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(task=task.name, task_id=task_id)
