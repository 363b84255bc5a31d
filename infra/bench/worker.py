"""A process that does one thing at a time as it is told, and says how long it took."""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import django

django.setup()


def create(*, schema: str) -> dict[str, Any]:
    """Make a schema the way the library does: CREATE SCHEMA, then every migration."""
    from django.core.management import call_command
    from django.db import connection

    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE SCHEMA "{schema}"')
    call_command("migrate_schemas", schema_name=schema, interactive=False, verbosity=0)
    connection.set_schema_to_public()  # type: ignore[attr-defined]
    return {"seconds": time.perf_counter() - began}


def migrate(*, schemas: list[str]) -> dict[str, Any]:
    """Bring schemas to the migrations of the code the way the library does, one by one."""
    from django.core.management import call_command

    began = time.perf_counter()
    for schema in schemas:
        call_command("migrate_schemas", schema_name=schema, interactive=False, verbosity=0)
    return {"seconds": time.perf_counter() - began}


def request(*, kind: str, place: str, times: int, realm: str) -> dict[str, Any]:
    """Answer a request so many times; return the processor seconds of Python and of PostgreSQL each."""
    from django.db import connection

    from infra.bench.answering import REALMS, answer
    from infra.bench.ground import seconds_of

    enter = REALMS[realm]
    answer(enter, kind, place)
    backend = connection.connection.info.backend_pid
    python, server = time.process_time(), seconds_of(backend)
    for _number in range(times):
        answer(enter, kind, place)
    return {
        "python": (time.process_time() - python) / times,
        "postgresql": (seconds_of(backend) - server) / times,
    }


def report(*, branches: list[int], form: str, period: str) -> dict[str, Any]:
    """Let branches of the network report a period, as a worker does it that was rung for."""
    import bangfu.celery  # noqa: F401 - lets the doorbell reach the broker of the benchmark
    from tasks.reports import report_branch

    python = time.process_time()
    sent = sum(report_branch(branch, form, period) for branch in branches)
    return {"sent": sent, "python": time.process_time() - python}


def visit(*, place: str, share: int, writers: int, seconds: float) -> dict[str, Any]:
    """Record visits for so many seconds, with their facts and without; return what each took."""
    from infra.bench.visiting import record_visits

    return record_visits(place=place, share=share, writers=writers, seconds=seconds)


def ready() -> dict[str, Any]:
    """Connect, so that what follows is not charged for it."""
    from django.db import connection

    connection.ensure_connection()
    return {}


DOINGS: dict[str, Callable[..., dict[str, Any]]] = {
    "ready": ready,
    "create": create,
    "migrate": migrate,
    "request": request,
    "report": report,
    "visit": visit,
}


def main() -> None:
    """Read one order a line, answer one line each, until there are none."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        order = json.loads(line)
        answers.write(json.dumps(DOINGS[order.pop("do")](**order)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
