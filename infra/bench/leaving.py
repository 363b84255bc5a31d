"""A station saved and a station dropped, beside as many as there are."""

import subprocess
import tempfile
from pathlib import Path

from infra.bench import files, ground
from infra.bench.measure import goal, show, taking_turns, title


def run(*, stations: list[int], quick: bool) -> None:
    """Export one station in each way, then drop blank ones."""
    from bangfu.kernel import clock
    from tenants.backup import save_station
    from tenants.provisioning import drop_schema, make_schema

    rounds = 3 if quick else 8
    number = stations[-1]
    # Not the last: that is the hot cell of ``writes``, with a hundred thousand rows when both are measured.
    station = ground.open_tree(number)[-2]
    files.fill(station, households=45)
    title(f"leaving: one station of {number}")
    with tempfile.TemporaryDirectory() as folder:
        times = taking_turns(
            {
                "own COPY of every table": lambda: save_station(
                    station, Path(folder) / "station.zip", now=clock.now()
                ),
                "pg_dump of the schema": lambda: _dump(station.schema_name),
            },
            rounds=rounds,
        )
    show(times, against="own COPY of every table")
    goal("export, seconds", times["own COPY of every table"].median, at_most=0.2)
    turns = rounds * 4
    blank = [make_schema() for _number in range(turns + 1)]
    ground.settle()
    dropped = taking_turns({"dropped": lambda: drop_schema(blank.pop())}, rounds=turns)
    show(dropped, against="dropped")
    goal("drop, seconds", dropped["dropped"].median, at_most=0.1)


def _dump(schema: str) -> None:
    subprocess.run(
        [ground.program("pg_dump"), "-n", schema, ground.address()],
        check=True,
        stdout=subprocess.DEVNULL,
    )
