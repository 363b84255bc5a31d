"""Put a saved station back, and bring it in line with the rest of the network."""

import argparse
from pathlib import Path

from bangfu.cli.console import Failure, say, step
from bangfu.cli.product import product, station_named


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("file", type=Path, help="what bangfu backup wrote")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(arguments: argparse.Namespace) -> int:
    """Restore, recount the station's facts, reconcile it, and note all of it in its audit chain."""
    with product():
        from bangfu.kernel import clock
        from bangfu.kernel.actors import Actor
        from bangfu.kernel.tenancy import in_network, in_station
        from shared_apps.audit.services import record
        from shared_apps.reconciliation.services import reconcile_station
        from shared_apps.rollup.services import correct_station, recount_station
        from tenants.backup import read_manifest, restore_station

        manifest = read_manifest(arguments.file)
        with in_network():
            station = station_named(manifest.station)
            say(
                f"{station.code} {station.name}, as it was {manifest.taken_at}: {manifest.rows} rows"
            )
            if not arguments.yes:
                answer = input(
                    "What was entered there since will be gone. Type the station's code: "
                )
                if answer.strip() != station.code:
                    raise Failure("Nothing was restored.")
            with step("restoring") as report:
                restore_station(station, arguments.file, progress=report)
            now = clock.now()
            with in_station(station.ref):
                record(
                    event="station.restored",
                    actor=Actor.system("command line", station=station.ref),
                    subject=("station", station.pk),
                    data={"taken_at": manifest.taken_at, "rows": manifest.rows},
                    now=now,
                )
            with step("recounting and reconciling"):
                correct_station(station.ref, recount_station(station.ref))
                outcome = reconcile_station(station.ref, now=now)
    say(
        f"restored; {outcome.found} breaks found: what was exchanged with other stations since then. "
        "They are on the station's page of breaks."
    )
    return 0
