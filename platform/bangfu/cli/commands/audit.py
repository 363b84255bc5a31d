"""Verify the audit chains."""

import argparse

from bangfu.cli.console import say, step, table
from bangfu.cli.product import product


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", metavar="<action>", required=True)
    verified = actions.add_parser("verify", help="prove that no row was changed, moved or removed")
    verified.add_argument("--station", metavar="CODE", help="one chain only; default: all of them")


def run(arguments: argparse.Namespace) -> int:
    """Prove the chains and name those that are broken; the exit code is 1 when one is."""
    with product():
        from bangfu.kernel.tenancy import StationRef, in_network
        from shared_apps.audit.services import verify
        from tenants.models import Station
        from tenants.selectors import station_with_code

        with in_network():
            stations = (
                [station_with_code(arguments.station)]
                if arguments.station
                else list(Station.objects.order_by("path"))
            )
            chains: list[tuple[str, StationRef | None]] = [
                (station.code, station.ref) for station in stations
            ]
            if not arguments.station:
                chains.insert(0, ("network", None))
            broken = []
            with step("verifying") as report:
                for done, (code, station) in enumerate(chains, start=1):
                    row = verify(station)
                    if row is not None:
                        broken.append((code, row))
                    report(code, done, len(chains))
    if broken:
        table(("chain", "first broken row"), broken)
    say(f"{len(chains)} chains, {len(broken)} broken")
    return 1 if broken else 0
