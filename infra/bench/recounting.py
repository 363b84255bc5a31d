"""A station, and a whole network, counted anew from their records and compared with their facts."""

from typing import Any

from infra.bench import files, ground
from infra.bench.measure import goal, show, taking_turns, title

HOUSEHOLDS = 45
# What the files of one station, or of all, give in facts, and where that differs from what is kept: the
# projection of ``tenant_apps.households.indicators`` once more, as a system with one table would ask for it.
_ONE_STATEMENT = """
    WITH step AS MATERIALIZED (
        SELECT station_id, date_trunc('month', effective_on)::date AS p, state, event, exit_reason, exit_measure,
               counted AS after,
               lag(counted) OVER (PARTITION BY file_id ORDER BY number) AS before
        FROM bench_all_versions
    ),
    change AS MATERIALIZED (
        SELECT station_id, p, -1 AS sign, before AS c FROM step
        WHERE before IS NOT NULL AND before IS DISTINCT FROM after
        UNION ALL
        SELECT station_id, p, 1, after FROM step
        WHERE after IS NOT NULL AND before IS DISTINCT FROM after
    ),
    fact AS MATERIALIZED (
        SELECT station_id, i, p, decode(c->>'subject', 'hex') AS s, sign AS n,
               CASE i WHEN 'FIL-02' THEN sign * (c->>'persons')::bigint ELSE 0 END AS v,
               c - '{subject,persons,five_clear,stamps,means_checked}'::text[] AS d
        FROM change, unnest('{FIL-01,FIL-02}'::text[]) AS i
        UNION ALL
        SELECT station_id, 'FIL-09.N', p, decode(c->>'subject', 'hex'), sign, 0,
               jsonb_build_object('group', c->'group')
        FROM change WHERE (c->>'five_clear')::boolean
        UNION ALL
        SELECT station_id, i, p, decode(c->>'subject', 'hex'), sign, 0, '{}'
        FROM change, (VALUES ('FIL-08.N', 'means_checked'), ('FIL-11.N', 'stamps')) AS met(i, key)
        WHERE (c->>met.key)::boolean
        UNION ALL
        SELECT station_id, 'FIL-03', p, decode(after->>'subject', 'hex'), 1, 0,
               jsonb_build_object('tier', after->'tier', 'cause', after->'cause')
        FROM step WHERE before IS NULL AND after IS NOT NULL AND event <> 'moved_in'
        UNION ALL
        SELECT station_id, 'FIL-10.N', p, decode(after->>'subject', 'hex'), 1, 0, '{}'
        FROM step WHERE event = 'recheck' AND after IS NOT NULL
        UNION ALL
        SELECT station_id, i, p, decode(before->>'subject', 'hex'), 1, 0,
               jsonb_build_object('exit_reason', coalesce(nullif(exit_reason, ''), 'none')) || CASE i
                   WHEN 'FIL-04' THEN jsonb_strip_nulls(jsonb_build_object('exit_measure',
                       CASE exit_measure WHEN '' THEN 'none' ELSE exit_measure END))
                   ELSE '{}' END
        FROM step JOIN (VALUES ('FIL-04', 'out'), ('FIL-05', 'secured'), ('FIL-06', 'cancelled'))
             AS exits(i, at) ON exits.at = state
        WHERE before IS NOT NULL AND after IS NULL
    ),
    cell AS (
        SELECT station_id, i, dimension, key, p, sum(n) AS n, sum(v) AS v FROM (
            SELECT station_id, i, '' AS dimension, '' AS key, p, n, v FROM fact
            UNION ALL
            SELECT station_id, i, dim.key, one.value, p, n, v
            FROM fact, jsonb_each(d) AS dim, jsonb_array_elements_text(
                CASE jsonb_typeof(dim.value) WHEN 'array' THEN dim.value
                ELSE jsonb_build_array(dim.value) END) AS one(value)
        ) AS parts GROUP BY station_id, i, dimension, key, p
    ),
    member AS (
        SELECT station_id, i, s, p, d, sum(n) AS n, sum(v) AS v FROM fact
        GROUP BY station_id, i, s, p, d
    )
    SELECT (
        SELECT count(*) FROM cell FULL JOIN rollup_leaf l
        ON (l.station_id, l.indicator, l.dimension, l.key, l.period)
         = (cell.station_id, cell.i, cell.dimension, cell.key, cell.p)
        WHERE (coalesce(cell.n, 0), coalesce(cell.v, 0)) <> (coalesce(l.n, 0), coalesce(l.value, 0))
    ) + (
        SELECT count(*) FROM member FULL JOIN rollup_member m
        ON (m.station_id, m.indicator, m.subject, m.period, m.dims)
         = (member.station_id, member.i, member.s, member.p, member.d)
        WHERE (coalesce(member.n, 0), coalesce(member.v, 0)) <> (coalesce(m.n, 0), coalesce(m.value, 0))
    ), (SELECT count(*) FROM fact)
"""


def run(*, stations: list[int], quick: bool) -> None:
    """Recount stations one by one, and a network as a whole beside one statement over a shared table."""
    from bangfu.kernel import clock
    from bangfu.kernel.memory import spare_what_stays
    from shared_apps.rollup.services import fold_facts, recount_station

    # Stations of its own: those of other measurements hold files that were copied, or written over.
    known = ground.open_beside(stations[0], further=60 if quick else stations[0])
    with ground.owner() as connection:
        connection.execute("TRUNCATE rollup_delta, rollup_leaf, rollup_tree, rollup_member")
    for station in known:
        files.fill(station, households=HOUSEHOLDS)
    files.shared_versions(known)
    fold_facts(now=clock.now(), wait=True)
    with ground.owner() as connection:
        # Only facts of files: the statement over one table knows no others.
        connection.execute("DELETE FROM rollup_leaf WHERE indicator NOT LIKE 'FIL-%'")
        connection.execute("DELETE FROM rollup_member WHERE indicator NOT LIKE 'FIL-%'")
        connection.execute("VACUUM ANALYZE rollup_leaf, rollup_member")
        connection.execute("ANALYZE")
    references = [station.ref for station in known]
    ground.settle()
    spare_what_stays()  # as the workers that recount do
    waiting = iter(references * 100)
    times = taking_turns(
        {
            f"the facts of its {HOUSEHOLDS} files": lambda: _compare_files(next(waiting)),
            "those of every other app too": lambda: recount_station(next(waiting)),
            # What the machine does by itself to a median and the slowest of twenty.
            "a loop of Python, as long": lambda: sum(number for number in range(250_000)),
        },
        rounds=60,
        warm_up=6,
    )
    title("a station recounted from its records and compared cell by cell")
    show(times, against=f"the facts of its {HOUSEHOLDS} files")
    ours = times[f"the facts of its {HOUSEHOLDS} files"]
    goal("facts of files, p95 ms", ours.p95 * 1000, at_most=10)
    _network(references, rounds=5 if quick else 9)


def _network(references: list[Any], *, rounds: int) -> None:
    def station_by_station() -> None:
        for one in references:
            _compare_files(one)

    found: list[tuple[int, int]] = []
    title(f"{len(references)} stations of {HOUSEHOLDS} files each, all of them recounted")
    with ground.owner() as connection:
        connection.execute("SET max_parallel_workers_per_gather = 0")
        times = taking_turns(
            {
                "station by station": station_by_station,
                "one statement over a shared table": lambda: found.append(
                    connection.execute(_ONE_STATEMENT).fetchone()
                ),
            },
            rounds=rounds,
        )
    show(times, against="one statement over a shared table")
    differ, facts = found[-1]
    print(f"  {facts} facts; cells and households in which the statement differs: {differ}")
    if differ or not facts:
        raise AssertionError("the statement over one table does not say what the facts say")
    ratio = times["station by station"].median / times["one statement over a shared table"].median
    goal("the network / one statement", ratio, at_most=4)


def _compare_files(station: Any) -> None:
    """Recount what a station's files count as: what the goal was set for, before other apps had facts."""
    from bangfu.kernel.tenancy import in_station
    from shared_apps.rollup import fold
    from tenant_apps.households.facts import facts_of_station
    from tenant_apps.households.indicators import INDICATORS

    codes = {one.fact_code for one in INDICATORS if one.cls != "R" and not one.counted}
    with in_station(station):
        facts = list(facts_of_station())
    cells, members = fold.differences(station_id=station.id, facts=facts, codes=codes)
    if cells or members:
        raise AssertionError(f"the files of {station.code} are not what its facts say")
