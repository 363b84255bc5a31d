"""The city's total: a loop over stations, one UNION ALL, one shared table, folded facts."""

from collections import Counter
from typing import Any

from infra.bench import files, ground
from infra.bench.measure import goal, show, taking_turns, timed, title

FILES_EACH = 200
# A shared table costs what it holds, folded facts do not: the goal names the size it was set for.
GOAL_AT_FILES = 1_000_000
CODE = "FIL-01"


def run(*, stations: list[int], quick: bool) -> None:
    """Ask for the households on file by tier, in each way, at each size."""
    for number in stations:
        _over(number, each=FILES_EACH if quick else FILES_EACH * 5, rounds=2 if quick else 3)


def _over(number: int, *, each: int, rounds: int) -> None:
    from bangfu.kernel import clock
    from bangfu.kernel.tenancy import in_network, in_station
    from shared_apps.rollup.periods import Period
    from shared_apps.rollup.selectors import answer
    from shared_apps.rollup.services import fold_facts
    from tenant_apps.households.models import HouseholdFile

    known = ground.open_tree(number)
    files.copy_everywhere(known, each=each)
    files.one_shared_table(known)
    writes = files.record_all(known)
    folding = timed(lambda: fold_facts(now=clock.now(), wait=True))
    title(f"city total over {number} stations, {number * each} files")
    print(f"  folded {writes} writes in {folding:.2f} s ({writes / folding:.0f} a second)")
    city = known[0].ref
    period = Period.month_of(clock.today())
    counts: dict[str, Any] = {}

    def by_orm() -> None:
        total: Counter[str] = Counter()
        for station in known:
            with in_station(station.ref):
                total.update(_by_tier(HouseholdFile))
        counts["orm"] = total

    def by_union(connection: Any) -> None:
        query = " UNION ALL ".join(
            f'SELECT tier, count(*) AS n FROM "{station.schema_name}".households_file '
            "WHERE state = 'on_file' GROUP BY tier"
            for station in known
        )
        rows = connection.execute(f"SELECT tier, sum(n) FROM ({query}) u GROUP BY tier")
        counts["union"] = dict(rows.fetchall())

    def by_group(connection: Any) -> None:
        rows = connection.execute(
            "SELECT f.tier, count(*) FROM bench_all_files f "
            "JOIN tenants_station s ON s.id = f.station_id "
            "WHERE s.path LIKE %s AND f.state = 'on_file' GROUP BY f.tier",
            [f"{city.path}%"],
        )
        counts["shared"] = dict(rows.fetchall())

    def by_facts() -> None:
        with in_network():
            found = answer(CODE, station=city, period=period, by="tier")
        counts["facts"] = {part.key: part.value for part in found.parts}

    def by_facts_in_the_database(connection: Any) -> None:
        rows = connection.execute(
            "SELECT key, sum(n) FROM rollup_tree WHERE ancestor_id = %s AND indicator = %s "
            "AND dimension = 'tier' AND period <= %s GROUP BY key",
            [city.id, CODE, period.last],
        )
        counts["folded"] = dict(rows.fetchall())

    with in_network(), ground.owner() as wide, ground.owner() as parallel, ground.owner() as own:
        parallel.execute("SET max_parallel_workers_per_gather = 2")
        slow = taking_turns(
            {
                "loop over stations by the ORM": by_orm,
                "one UNION ALL": lambda: by_union(wide),
            },
            rounds=rounds,
        )
        fast = taking_turns(
            {
                "one shared table, parallel GROUP BY": lambda: by_group(parallel),
                "facts, in the database": lambda: by_facts_in_the_database(own),
                "facts, the whole answer": by_facts,
            },
            rounds=40,
            warm_up=5,
        )
    show(slow | fast, against="facts, in the database")
    same = {str(dict(sorted(_plain(one).items()))) for one in counts.values()}
    print(f"  all ways agree: {len(same) == 1}")
    ours = fast["facts, in the database"]
    goal("in the database, p95 ms", ours.p95 * 1000, at_most=5)
    ratio = fast["one shared table, parallel GROUP BY"].median / ours.median
    if number * each >= GOAL_AT_FILES:
        goal("shared table / facts", ratio, at_least=1000)
    else:
        print(
            f"  -> shared table / facts: {ratio:.3g} (the goal, 1000, is for {GOAL_AT_FILES} files: --full)"
        )


def _by_tier(model: Any) -> dict[str, int]:
    from django.db.models import Count

    rows = model.objects.filter(state="on_file").values_list("tier").annotate(n=Count("*"))
    return dict(rows)


def _plain(counts: Any) -> dict[str, int]:
    return {key: int(value) for key, value in dict(counts).items()}
