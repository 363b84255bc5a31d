"""What a request costs the processor: no tenancy at all, stock tenancy, ours."""

import statistics

from infra.bench import files, ground
from infra.bench.measure import goal, title

REQUESTS = 40


def run(*, stations: list[int], quick: bool) -> None:
    """Answer a list and a record in each realm, in turns, and count processor seconds."""
    rounds = 4 if quick else 10
    number = stations[0]
    places = ground.open_tree(number)
    # Not the last, whose files have the hundred thousand rows of ``writes``, nor the one that ``leaving`` saves.
    station = places[-3]
    files.fill(station, households=60)
    title(f"request path beside {number} stations (CPU ms of Python + PostgreSQL, medians)")
    with (
        ground.Worker("infra.bench.plain_settings", BENCH_SCHEMA=station.schema_name) as none,
        ground.Worker("infra.bench.stock_settings") as stock,
        ground.Worker("infra.bench.our_settings") as ours,
    ):
        realms = {"none": none, "stock": stock, "ours": ours}
        for kind, most in (("list", 1.35), ("detail", 1.25)):
            spent: dict[str, list[tuple[float, float]]] = {realm: [] for realm in realms}
            for _round in range(rounds):
                for realm, worker in realms.items():
                    took = worker.ask(
                        "request", kind=kind, place=station.code, times=REQUESTS, realm=realm
                    )
                    spent[realm].append((took["python"], took["postgresql"]))
            total = {
                realm: statistics.median(python + server for python, server in pairs)
                for realm, pairs in spent.items()
            }
            for realm, pairs in spent.items():
                python = statistics.median(pair[0] for pair in pairs) * 1000
                server = statistics.median(pair[1] for pair in pairs) * 1000
                print(
                    f"  {kind:7} {realm:6} {total[realm] * 1000:7.3f}"
                    f"  ({python:.3f} + {server:.3f})  x{total[realm] / total['none']:.2f}"
                )
            goal(f"{kind}: ours / none", total["ours"] / total["none"], at_most=most)
