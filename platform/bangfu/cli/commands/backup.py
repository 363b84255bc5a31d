"""Save one station, or every station, as a file that ``bangfu restore`` puts back."""

import argparse
from pathlib import Path

from bangfu.cli.console import say, step, table
from bangfu.cli.product import product, station_named


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("code", nargs="?", help="code of the station; none: every station")
    parser.add_argument(
        "--to", type=Path, default=Path(), metavar="FOLDER", help="where to (default: here)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write one file a station, and note it in the station's audit chain."""
    arguments.to.mkdir(parents=True, exist_ok=True)
    written = []
    with product():
        from bangfu.kernel import clock
        from bangfu.kernel.actors import Actor
        from bangfu.kernel.tenancy import in_network, in_station
        from shared_apps.audit.services import record
        from tenants.backup import save_station
        from tenants.selectors import open_stations

        now = clock.now()
        with in_network(), step("saving") as report:
            chosen = [station_named(arguments.code)] if arguments.code else list(open_stations())
            for done, station in enumerate(chosen, start=1):
                target = arguments.to / f"{station.code}-{now:%Y%m%dT%H%M%S}.bangfu.zip"
                manifest = save_station(station, target, now=now)
                with in_station(station.ref):
                    record(
                        event="station.saved",
                        actor=Actor.system("command line", station=station.ref),
                        subject=("station", station.pk),
                        data={"rows": manifest.rows, "papers": len(manifest.papers)},
                        now=now,
                    )
                written.append((station.code, manifest.rows, len(manifest.papers), target))
                report(station.code, done, len(chosen))
    table(("station", "rows", "papers", "file"), written)
    say("the keys are not in it: keep secrets.json, or what production has instead, elsewhere")
    return 0
