"""The door of the benchmarks: ``python -m infra.bench [name …] [--stations 300,1000] [--full]``."""

import argparse
import os
import time
from importlib import import_module
from pathlib import Path

from infra.bench import ground

# In this order: later ones find the stations that earlier ones opened.
MEASUREMENTS = {
    "provisioning": "open a station: stock migrations, compact DDL, psql, the pool",
    "rollup": "the city's total: ORM loop, UNION ALL, one shared table, facts",
    "writes": "a write with facts, a hot cell, a recount",
    "requests": "processor time of a request: no tenancy, stock, ours",
    "change": "a schema change over all stations: stock, planned, psql",
    "leaving": "export and drop one station",
}


def main() -> None:
    """Measure what was asked, print, and leave nothing behind."""
    arguments = _parser().parse_args()
    sizes = [int(size) for size in arguments.stations.split(",")]
    began = time.monotonic()
    ground.start_servers(arguments.state)
    try:
        ground.fresh_database()
        print(
            f"{len(os.sched_getaffinity(0))} processors, load {os.getloadavg()[0]:.1f}; "
            "medians of interleaved runs, ratios within this run"
        )
        for name in arguments.names or MEASUREMENTS:
            import_module(f"infra.bench.{name}").run(stations=sizes, quick=not arguments.full)
    finally:
        ground.stop_servers(arguments.state, keep=arguments.keep)
    print(f"\n{time.monotonic() - began:.0f} s in all")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bangfu bench",
        description="Measure the product against stock django-tenants and plain SQL, in one run.",
        epilog="\n".join(f"{name:13} {what}" for name, what in MEASUREMENTS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "names", nargs="*", choices=[*MEASUREMENTS, []], metavar="name", help="default: all"
    )
    parser.add_argument(
        "--stations", default="300", metavar="N,N", help="sizes of the network; default 300"
    )
    parser.add_argument("--full", action="store_true", help="more rounds and more files")
    parser.add_argument(
        "--state",
        type=Path,
        default=ground.ROOT / ".bangfu" / "bench",
        help="folder of the servers; must not be that of a running network",
    )
    parser.add_argument("--keep", action="store_true", help="keep the servers' data afterwards")
    return parser


if __name__ == "__main__":
    main()
