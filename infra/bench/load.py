"""Pages under load: eight people at once on a network that grows, served as in production."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.bench import files, ground
from infra.bench.importing import ROWS, SECONDS_AT_MOST, import_workbook
from infra.bench.measure import Times, goal, timed, title

PEOPLE_AT_ONCE = 8
SLOWEST_MS = 300
QUICK = (60, 3_000)
FULL = (667, 30_000)


@dataclass(frozen=True, slots=True)
class Page:
    """An address, and who asks for it."""

    label: str
    path: str
    cookie: str


@dataclass(slots=True)
class Served:
    """What people met at one page."""

    times: Times
    seconds: float
    processor: float = 0.0
    refused: set[int] = field(default_factory=set)


def run(*, stations: list[int], quick: bool) -> None:
    """Load the pages with a tenth of the files, all of them, and ten times as many facts."""
    del stations
    number, households = QUICK if quick else FULL
    seconds = 5.0 if quick else 15.0
    opening = timed(lambda: ground.open_tree(number))
    known = ground.open_tree(number)
    title(f"load: {number} stations (opened in {opening:.1f} s), {PEOPLE_AT_ONCE} people at once")
    found: dict[str, dict[str, float]] = {}
    for share in (max(1, households // 10 // (number - 1)), households // (number - 1)):
        loaded = _files(known, share=share)
        found |= _measure(known, f"{share * (number - 1)} files", loaded, seconds=seconds)
    _more_facts(known, households=households * 9)
    files_of_county = _more_files(known[1], households=households)
    loaded = f"facts of {households * 10} files; the county's own list has {files_of_county}"
    found |= _measure(known, f"{households * 10} facts", loaded, seconds=seconds)
    _growth(found)
    title("an import into a station of this network")
    took = import_workbook(known[-1], rows=ROWS // 5 if quick else ROWS)
    goal(f"seconds for {ROWS} households", took * (5 if quick else 1), at_most=SECONDS_AT_MOST)


def _measure(
    known: list[Any], label: str, loaded: str, *, seconds: float
) -> dict[str, dict[str, float]]:
    """Let people at each page in turn, then at all of them together."""
    pages = _pages(known)
    print(f"\n  {label}: {loaded}", flush=True)
    medians: dict[str, float] = {}
    with _serving() as server:
        _crowd(server, pages, seconds=3)
        rounds = {page.label: [page] for page in pages} | {"all of them mixed": pages}
        for name, some in rounds.items():
            alone = _crowd(server, some, seconds=seconds / 5, people=1).times
            served = _crowd(server, some, seconds=seconds)
            times = served.times
            requests = len(times.seconds)
            print(
                f"    {name:24} p50 {times.median * 1000:6.1f}  p95 {times.p95 * 1000:6.1f} ms, "
                f"{requests / served.seconds:5.0f} a second, "
                f"{served.processor / requests * 1000:5.1f} ms of processor each; "
                f"one person alone p95 {alone.p95 * 1000:5.1f} ms"
                + (f"  NOT 200: {served.refused}" if served.refused else ""),
                flush=True,
            )
            medians[name] = served.processor / requests * 1000
            goal(f"{name}, p95 ms", times.p95 * 1000, at_most=SLOWEST_MS)
    return {label: medians}


def _growth(found: dict[str, dict[str, float]]) -> None:
    title("growth: processor milliseconds a request")
    for page in next(iter(found.values())):
        sizes = ", ".join(f"{label} {medians[page]:.1f}" for label, medians in found.items())
        print(f"  {page:24} {sizes}")


def _files(known: list[Any], *, share: int) -> str:
    """Fill every station but the city up to so many files, by the services of the demo, and fold."""
    from bangfu.demo.filling import put_on_file
    from bangfu.kernel import clock
    from bangfu.kernel.tenancy import in_station
    from shared_apps.rollup.services import fold_facts
    from tenant_apps.households.models import HouseholdFile

    began, made = time.perf_counter(), 0
    for station in known[1:]:
        with in_station(station.ref):
            there = HouseholdFile.objects.count()
        if there < share:
            made += put_on_file(
                station.ref,
                households=share - there,
                region_code=files.REGION,
                employer="(虚构)基准有限公司",
                seed=f"{station.code}:{there}",
                now=clock.now(),
            )
    filling = time.perf_counter() - began
    folding = timed(lambda: fold_facts(now=clock.now(), wait=True))
    tidy(*known[:2])
    return f"{made} more put on file in {filling:.0f} s ({made / filling:.0f} a second), folded in {folding:.1f} s"


def _more_facts(known: list[Any], *, households: int) -> None:
    """Record the facts of so many more households, spread over the stations and a year, and fold."""
    from bangfu.kernel import clock
    from bangfu.kernel.tenancy.backend.base import role_of
    from shared_apps.rollup.services import fold_facts

    share = households // (len(known) - 1)
    with ground.owner() as connection:
        for station in known[1:]:
            connection.execute(
                """
                INSERT INTO rollup_delta (role, at, facts)
                SELECT %s, now(), jsonb_build_array(
                    jsonb_build_object('i', 'FIL-01', 'p', month, 'd', dims, 'n', 1, 'v', 0, 's', s),
                    jsonb_build_object('i', 'FIL-02', 'p', month, 'd', dims, 'n', 1, 'v', 3, 's', s))
                FROM (
                    SELECT date_trunc('month', now() - g %% 12 * interval '1 month')::date AS month,
                           md5(g || ':' || %s) AS s,
                           jsonb_build_object('tier', (1 + g %% 3)::text,
                               'cause', (ARRAY['06','03','09','12','10'])[1 + g %% 5],
                               'sex', (1 + g %% 2)::text, 'file_level', '4',
                               'file_kind', 'urban') AS dims
                    FROM generate_series(1, %s) AS g
                ) AS facts
                """,
                [role_of(station.schema_name), station.code, share],
            )
    folding = timed(lambda: fold_facts(now=clock.now(), wait=True))
    print(f"\n  folded the facts of {share * (len(known) - 1)} more files in {folding:.1f} s")


def _more_files(station: Any, *, households: int) -> int:
    """Give one station so many files of its own, copies of those it has."""
    with ground.owner() as connection:
        table = f'"{station.schema_name}".households_file'
        held = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        connection.execute(
            f"""
            INSERT INTO {table}
            SELECT r.* FROM (
                SELECT p, g, row_number() OVER () AS line
                FROM generate_series(1, %s) AS g CROSS JOIN {table} AS p
            ) AS copies
            CROSS JOIN LATERAL jsonb_populate_record(p, jsonb_build_object(
                'id', gen_random_uuid(),
                'file_no', 'L' || line,
                'id_no_hash', '\\x' || md5(line::text)
            )) AS r
            """,
            [max(0, households // held - 1)],
        )
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    tidy(station)
    return int(row[0])


def tidy(*asked: Any) -> None:
    """Let nothing that was just loaded be cleaned up while people are at the pages.

    Only what the pages read: a VACUUM of the tables of every station takes longer than the loading.
    """
    schemas = ["public", *(station.schema_name for station in asked)]
    with ground.owner() as connection:
        tables = connection.execute(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables "
            "WHERE schemaname = ANY(%s)",
            [schemas],
        ).fetchall()
        connection.execute(f"VACUUM ANALYZE {', '.join(row[0] for row in tables)}")
        connection.execute("CHECKPOINT")


def _pages(known: list[Any]) -> list[Page]:
    city, county = known[0], known[1]
    at_city, at_county = cookie(city), cookie(county)
    return [
        Page("city dashboard", f"/s/{city.code}/rollup/", at_city),
        Page(
            "city total by API", f"/s/{city.code}/api/v1/rollup/?indicator=FIL-01&by=child", at_city
        ),
        Page("county's list of files", f"/s/{county.code}/files/", at_county),
        Page("county's workbench", f"/s/{county.code}/", at_county),
    ]


def cookie(station: Any) -> str:
    """Sign a person with every station role in; return the cookie of the browser."""
    from django.conf import settings
    from django.test import Client

    from bangfu.kernel import clock
    from bangfu.kernel.tenancy import in_network
    from shared_apps.accounts.models import Membership, User
    from shared_apps.accounts.roles import Role

    with in_network():
        user, is_new = User.objects.get_or_create(
            username=f"bench.{station.code}", defaults={"name": "基准"}
        )
        if is_new:
            roles = [role for role in Role if role != Role.NETWORK_ADMINISTRATOR]
            Membership.objects.create(user=user, station=station, roles=roles, began_at=clock.now())
        client = Client()
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


@contextlib.contextmanager
def _serving() -> Iterator[tuple[int, int]]:
    """Serve with gunicorn as ``bangfu up`` does; give its process and port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = Path(os.environ["BANGFU_STATE_DIR"]) / "logs" / "bench-web.log"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "infra.bench.our_settings",
        "BENCH_DATABASE": ground.DATABASE,
        "BANGFU_BIND": f"127.0.0.1:{port}",
        "BANGFU_LOG_LEVEL": "WARNING",
        "PYTHONPATH": f"{ground.ROOT / 'platform'}{os.pathsep}{ground.ROOT}",
    }
    with log.open("a") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "python:bangfu.gunicorn", "bangfu.wsgi"],
            cwd=ground.ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
        try:
            _wait_for(port, server, log)
            yield server.pid, port
        finally:
            server.terminate()
            server.wait(timeout=60)


def _wait_for(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    for _attempt in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if server.poll() is not None:
            raise RuntimeError(f"the server of the benchmark ended; see {log}")
        time.sleep(0.1)
    raise RuntimeError(f"the server of the benchmark does not answer; see {log}")


def _crowd(
    server: tuple[int, int], pages: list[Page], *, seconds: float, people: int = PEOPLE_AT_ONCE
) -> Served:
    """Let people ask for pages, each the next as soon as the last has come, for a bounded time."""
    process, port = server
    served = Served(Times("people"), 0.0)
    until = time.perf_counter() + seconds
    faults: list[BaseException] = []

    def person(number: int) -> None:
        try:
            _walk(port, pages[number % len(pages) :] + pages[: number % len(pages)], until, served)
        except Exception as fault:  # noqa: BLE001 - told to the one who waits
            faults.append(fault)

    began, before = time.perf_counter(), _processor(process)
    threads = [threading.Thread(target=person, args=[number]) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    after = _processor(process)
    served.seconds = time.perf_counter() - began
    served.processor = sum(spent - before.get(pid, 0.0) for pid, spent in after.items())
    return served


def _walk(port: int, pages: list[Page], until: float, served: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while time.perf_counter() < until:
        for page in pages:
            began = time.perf_counter()
            connection.request("GET", page.path, headers={"Cookie": page.cookie})
            response = connection.getresponse()
            response.read()
            served.times.seconds.append(time.perf_counter() - began)
            if response.status != http.client.OK:
                served.refused.add(response.status)
    connection.close()


def _processor(server: int) -> dict[int, float]:
    """Processor seconds of the server's processes and of the database's backends, by process."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text(encoding="ascii").split()
    with ground.owner() as connection:
        backends = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid()"
        ).fetchall()
    pids = [server, *map(int, children), *(row[0] for row in backends)]
    spent: dict[int, float] = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            spent[pid] = _seconds_of_all_threads(pid)
    return spent


def _seconds_of_all_threads(process: int) -> float:
    # schedstat of a process is that of its first thread only.
    return (
        sum(
            int((task / "schedstat").read_text(encoding="ascii").split()[0])
            for task in Path(f"/proc/{process}/task").iterdir()
        )
        / 1e9
    )
