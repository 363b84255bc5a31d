"""A write with live facts, and a cell that many write to."""

import json
import os
import random
import re
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from typing import Any

from infra.bench import files, ground
from infra.bench.measure import goal, show, taking_turns, title

WRITERS = 4
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
    _in_the_database(known[-1], seconds=1 if quick else 3, rounds=40)


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
    print(f"  facts add {added * 1000:.3f} ms, Python, Django and the round trip included")


def _in_the_database(station: Any, *, seconds: int, rounds: int) -> None:
    """One and several writers at one station, by pgbench under the station's own role.

    A write is what an act on a file sends: the file, its version, a line of its timeline. Facts travel
    with the commit, as ``send_with_next`` sends them. One round differs from the next by a tenth and more, on a machine
    with nothing else to do: it takes many, and in each second one the ways take turns the other way round.
    """
    act = _act(station)
    ground.settle()
    delta = (
        "INSERT INTO rollup_delta (schema_name, at, facts) "
        f"VALUES ('{station.schema_name}', now(), '{_stored(_facts())}');"
    )
    totals = _UPSERT_ANCESTORS.replace("%s", str(station.pk)) + ";"
    ways = {
        "without facts": (f"BEGIN;\n{act}\nCOMMIT;\n", True),
        "with facts": (
            f"BEGIN;\n{act}\n\\startpipeline\n{delta}\nCOMMIT;\n\\endpipeline\n",
            True,
        ),
        # The totals are nobody's to write but the network's.
        "totals of all ancestors at once": (f"BEGIN;\n{act}\n{totals}\nCOMMIT;\n", False),
    }
    for writers, heading in ((1, "one write in the database"), (WRITERS, "hot cell")):
        rates: dict[str, list[float]] = {label: [] for label in ways}
        for number in range(rounds):
            turns = list(ways.items())
            # What is there for comparison needs no such care.
            turns = turns[:2] if number % 4 else turns
            for label, (script, as_station) in turns[:: -1 if number % 2 else 1]:
                rates[label].append(
                    _rate(
                        script,
                        role=f"t_{station.schema_name}" if as_station else "",
                        writers=writers,
                        seconds=seconds,
                    )
                )
        title(f"{heading}: {writers} writer(s) at one station, by pgbench, prepared statements")
        medians = {label: statistics.median(values) for label, values in rates.items()}
        base = medians["without facts"]
        for label, rate in medians.items():
            print(
                f"  {label:32} {rate:9.0f} transactions a second"
                f"  {writers * 1000 / rate:8.3f} ms each  x{rate / base:.2f}"
            )
        if writers == 1:
            added = 1000 / medians["with facts"] - 1000 / base
            goal("facts add in the database, ms", added, at_most=0.15)
        else:
            # Round by round: a machine that others use too is another one a minute later.
            both = zip(rates["with facts"], rates["without facts"], strict=True)
            ratio = statistics.median(one / other for one, other in both)
            goal("throughput with / without, by round", ratio, at_least=0.95)


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


def _rate(script: str, *, role: str, writers: int, seconds: int) -> float:
    """Let pgbench run a script; return its transactions a second."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        done = subprocess.run(
            [
                ground.program("pgbench"),
                *("-n", "-M", "prepared", "-c", str(writers), "-j", str(min(writers, 2))),
                *("-T", str(seconds), "-f", file.name, ground.address()),
            ],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "PGOPTIONS": f"-c role={role}" if role else ""},
        )
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if done.returncode or found is None:
        raise RuntimeError(done.stdout + done.stderr)
    return float(found[1])


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
