"""The door of the benchmarks: ``python -m infra.bench [name …] [--stations 300,1000] [--full]``."""

import argparse
import os
import signal
import sys
import time
from importlib import import_module

from infra.bench import ground
from infra.bench.options import MEASUREMENTS, add_options


def measure(arguments: argparse.Namespace) -> None:
    """Measure what was asked, print, and leave nothing behind, also when it is told to stop."""
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda number, _frame: sys.exit(128 + number))
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


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="bangfu bench", description=__doc__)
    add_options(parser)
    measure(parser.parse_args())
