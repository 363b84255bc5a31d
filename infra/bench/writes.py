"""A write with live facts, and a cell that many write to."""

import json
import os
import random
import re
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from infra.bench import files, ground
from infra.bench.measure import goal, show, taking_turns, title

WRITERS = 4
OURS = "infra.bench.our_settings"
# What one approval records: three facts of a household with six dimensions.
_UPSERT_ANCESTORS = """
    INSERT INTO rollup_tree AS old (ancestor_id, indicator, dimension, key, period, n, value)
    SELECT a::bigint, 'BENCH', d, '', '2026-11-01', 1, 0
    FROM tenants_station s, unnest(string_to_array(rtrim(s.path, '.'), '.')) a,
         unnest(ARRAY['', 'tier', 'cause', 'sex', 'level', 'kind', 'age']) d
    WHERE s.id = %s ORDER BY 1, 3
    ON CONFLICT (ancestor_id, indicator, dimension, key, period) DO UPDATE SET n = old.n + 1
"""


def run(*, stations: list[int], quick: bool) -> None:
    """Measure one writer, and several writers on one cell."""
    known = ground.open_tree(stations[0])
    _one_writer(known[-1], rounds=300 if quick else 1500)
    _in_the_database(known[-1], seconds=20 if quick else 60)
    _hot_cell(known[-1], seconds=40 if quick else 90)


def _one_writer(station: Any, *, rounds: int) -> None:
    from django.db import connection, transaction

    from bangfu.kernel import clock
    from bangfu.kernel.tenancy import in_network, in_station
    from shared_apps.rollup.services import record_facts
    from tenant_apps.households.models import HouseholdFile

    files.fill(station, households=45)
    facts = _facts()
    ref = station.ref
    with in_station(ref):
        keys = list(HouseholdFile.objects.values_list("pk", flat=True))

    def write(extra: Callable[[], None]) -> None:
        with in_station(ref), transaction.atomic():
            HouseholdFile.objects.filter(pk=random.choice(keys)).update(persons=3)  # noqa: S311
            extra()

    def ancestors() -> None:
        with in_network(), connection.cursor() as cursor:
            cursor.execute(_UPSERT_ANCESTORS, [station.pk])

    ground.settle()
    title("one write: a row changed by the ORM, under the station's role, committed")
    times = taking_turns(
        {
            "without facts": lambda: write(lambda: None),
            "with facts": lambda: write(lambda: record_facts(facts, now=clock.now())),
            "totals of all ancestors at once": lambda: write(ancestors),
        },
        rounds=rounds,
        warm_up=20,
    )
    show(times, against="without facts")
    added = times["with facts"].median - times["without facts"].median
    goal("facts add, Python, Django and the round trip included, ms", added * 1000, at_most=0.15)


def _in_the_database(station: Any, *, seconds: int) -> None:
    """One and several writers at one station, by pgbench under the station's own role.

    A write is the least an act on a file could send: the file, its version, a line of its timeline, each planned
    when it comes, as the product's statements are. Facts travel with the commit, as ``send_with_next`` sends
    them; for comparison so does a statement that asks nothing.
    """
    from bangfu.kernel.tenancy.backend.base import role_of

    act = _act(station)
    delta = f"INSERT INTO rollup_delta (at, facts) VALUES (now(), '{_stored(_facts())}')"
    without = f"BEGIN;\n{act}\nCOMMIT;\n"
    ways = {
        "without facts": without,
        "a statement that asks nothing": f"BEGIN;\n{act}\nSELECT 1\\; COMMIT;\n",
        "with facts": f"BEGIN;\n{act}\n{delta}\\; COMMIT;\n",
    }
    role = role_of(station.schema_name)
    for writers in (1, WRITERS):
        ground.settle()
        title(
            f"the least act: {writers} writer(s) at one station, ways drawn at random, by pgbench"
        )
        took = _pgbench(ways, role=role, writers=writers, seconds=seconds)
        _show_rates({label: writers * 1000 / ms for label, ms in took.items()}, writers=writers)
        if writers == 1:
            added = took["with facts"] - took["without facts"]
            goal("facts add in the database, ms", added, at_most=0.15)
        else:
            ratio = took["without facts"] / took["with facts"]
            goal("throughput with / without", ratio, at_least=0.95)
    title(f"the least act: {WRITERS} writers at one station, one way after the other, by pgbench")
    totals = _UPSERT_ANCESTORS.replace("%s", str(station.pk))
    # The totals are nobody's to write but the network's.
    alone = {
        "without facts": (without, role),
        "totals of all ancestors at once": (f"BEGIN;\n{act}\n{totals};\nCOMMIT;\n", ""),
    }
    _show_rates(
        {
            label: WRITERS
            * 1000
            / _pgbench({label: script}, role=as_role, writers=WRITERS, seconds=5)[label]
            for label, (script, as_role) in alone.items()
        },
        writers=WRITERS,
    )


def _hot_cell(station: Any, *, seconds: int) -> None:
    """Several processes of the product record visits at one station, all counted in the same cells."""
    ground.settle()
    took: dict[str, list[float]] = {"without facts": [], "with facts": []}
    with ExitStack() as stack, ThreadPoolExecutor(WRITERS) as pool:
        workers = [stack.enter_context(ground.Worker(OURS)) for _writer in range(WRITERS)]

        def for_seconds(number: int) -> list[dict[str, Any]]:
            asked = [
                pool.submit(
                    worker.ask,
                    "visit",
                    place=station.code,
                    share=share,
                    writers=WRITERS,
                    seconds=number,
                )
                for share, worker in enumerate(workers)
            ]
            return [one.result() for one in asked]

        for_seconds(2)  # the first statements of each
        for one in for_seconds(seconds):
            for label, some in took.items():
                some.extend(one[label])
    number = sum(map(len, took.values()))
    title(f"hot cell: {WRITERS} processes of the product, {number} visits at one station")
    means = {label: statistics.fmean(some) * 1000 for label, some in took.items()}
    _show_rates({label: WRITERS * 1000 / ms for label, ms in means.items()}, writers=WRITERS)
    ratio = means["without facts"] / means["with facts"]
    goal("throughput with / without", ratio, at_least=0.95)


def _show_rates(rates: dict[str, float], *, writers: int) -> None:
    """Print a line a way, against the first."""
    base = next(iter(rates.values()))
    for label, rate in rates.items():
        print(
            f"  {label:32} {rate:9.0f} a second"
            f"  {writers * 1000 / rate:8.3f} ms each  x{rate / base:.3f}"
        )


def _act(station: Any) -> str:
    """Return what an act on one of some files writes besides its facts, each writer on a file of its own."""
    schema = station.schema_name
    with ground.owner() as connection:
        rows = connection.execute(
            f'SELECT id FROM "{schema}".households_file LIMIT {WRITERS}'
        ).fetchall()
        snapshot = connection.execute(
            f'SELECT snapshot::text FROM "{schema}".households_version LIMIT 1'
        ).fetchone()
    keys = ", ".join(f"'{row[0]}'::uuid" for row in rows)
    file = f"(ARRAY[{keys}])[:client_id + 1]"
    text = snapshot[0].replace("'", "''")
    # Microseconds: each writer has files of its own, so a number of a file never comes twice.
    number = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint % 2000000000"
    return f"""
UPDATE "{schema}".households_file SET persons = 3 WHERE id = {file};
INSERT INTO "{schema}".households_version
    (id, file_id, number, effective_on, state, event, snapshot, reason, made_by, made_at)
    VALUES (gen_random_uuid(), {file}, {number}, now(), 'on_file', 'change', '{text}', '', '', now());
INSERT INTO "{schema}".casework_event
    (id, subject_kind, subject_id, action, from_state, to_state, comment, actor_name, place, rules, at)
    VALUES (gen_random_uuid(), 'file', {file}, 'change', 'on_file', 'on_file', '', '', '', '[]', now());
""".strip()


def _stored(facts: list[Any]) -> str:
    """Return facts as a delta holds them."""
    from shared_apps.rollup.services import stored_form

    return json.dumps([stored_form(fact) for fact in facts])


def _pgbench(ways: dict[str, str], *, role: str, writers: int, seconds: int) -> dict[str, float]:
    """Let writers draw a way at random for each write; return the milliseconds that a write of each took.

    The ways meet the same machine at the same moment: one after the other, one round differs from the next by
    a tenth, on a machine with nothing else to do.
    """
    with tempfile.TemporaryDirectory() as folder:
        scripts: list[str] = []
        for number, text in enumerate(ways.values()):
            path = Path(folder, f"{number}.sql")
            path.write_text(text, encoding="utf-8")
            scripts += ["-f", str(path)]
        done = subprocess.run(
            [
                ground.program("pgbench"),
                *("-n", "-M", "simple", "-c", str(writers), "-j", str(min(writers, 2))),
                *("-T", str(seconds), *scripts, ground.address()),
            ],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "PGOPTIONS": f"-c role={role}" if role else ""},
        )
    # Of several scripts there is a line of all of them first.
    found = re.findall(r"latency average = ([0-9.]+) ms", done.stdout)[-len(ways) :]
    if done.returncode or len(found) != len(ways):
        raise RuntimeError(done.stdout + done.stderr)
    return dict(zip(ways, map(float, found), strict=True))


def _facts() -> list[Any]:
    from datetime import date

    from shared_apps.rollup.indicators import Fact

    month = date(2026, 11, 1)
    dims = {
        "tier": "1",
        "cause": "06",
        "sex": "2",
        "file_level": "5",
        "file_kind": "urban",
        "age_band": "50-59",
    }
    subject = b"0" * 16
    return [
        Fact(indicator="FIL-01", period=month, dims=dims, subject=subject),
        Fact(indicator="FIL-02", period=month, dims=dims, value=3, subject=subject),
        Fact(indicator="FIL-03", period=month, dims={"tier": "1", "cause": "06"}, subject=subject),
    ]
