"""Open a Python shell inside a station, or on the network's tables."""

import argparse
import code

from bangfu.cli.product import product, station_named


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--station", metavar="CODE", help="run inside this station, as its own role"
    )


def run(arguments: argparse.Namespace) -> int:
    """Give the models, the clock and the ways into a station by name."""
    with product():
        from django.apps import apps

        from bangfu.kernel import clock
        from bangfu.kernel.tenancy import in_network, in_station

        names: dict[str, object] = {model.__name__: model for model in apps.get_models()}
        names |= {"clock": clock, "in_network": in_network, "in_station": in_station}
        with in_network():
            station = station_named(arguments.station).ref if arguments.station else None
        where = in_station(station) if station else in_network()
        with where:
            place = station.name if station else "the network's shared tables"
            code.interact(
                banner=f"Bangfu, {place}; every model by its name", local=names, exitmsg=""
            )
    return 0
