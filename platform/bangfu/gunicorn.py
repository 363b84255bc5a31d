"""How gunicorn serves Bangfu: ``gunicorn -c python:bangfu.gunicorn bangfu.wsgi``."""

import os
from importlib import import_module
from typing import Any

from bangfu.observability.logs import logging_configuration

bind = os.environ.get("BANGFU_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("BANGFU_WEB_WORKERS", "2"))
# Browsers open connections ahead of need: a worker without threads would wait on an idle one.
worker_class = "gthread"
threads = int(os.environ.get("BANGFU_WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 15
keepalive = 5
# Nobody steers by it, and all networks of one user would share its address.
control_socket_disable = True
# Loaded once and forked: half the memory, and a fault in the settings shows before a worker starts.
preload_app = True
# A backend of PostgreSQL grows with every station it has served; with the worker it begins anew.
max_requests = 20_000
max_requests_jitter = 2_000
# A worker's heartbeat must not wait for a disk.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
logconfig_dict = logging_configuration(os.environ.get("BANGFU_LOG_LEVEL", "INFO"))


def when_ready(_server: Any) -> None:
    """Load what the first request would load, and spare it for all workers to come."""
    from django.conf import settings

    from bangfu.kernel.memory import spare_what_stays

    import_module(settings.ROOT_URLCONF)
    spare_what_stays()


def pre_fork(_server: Any, _worker: Any) -> None:
    """Leave no connection for two processes to share."""
    from django.db import connections

    connections.close_all()


def child_exit(_server: Any, worker: Any) -> None:
    """Take a gone worker's gauges out of the metrics."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
