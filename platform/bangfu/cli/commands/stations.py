"""List, show and open stations."""

import argparse
import re

from bangfu.cli.console import say, step, table
from bangfu.cli.product import product, station_named


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", metavar="<action>", required=True)
    listed = actions.add_parser("list", help="the tree, or the part below a station")
    listed.add_argument("--below", metavar="CODE", help="only this station and those below it")
    listed.add_argument("--level", type=int, choices=[1, 2, 3, 4], help="only this level")
    shown = actions.add_parser("show", help="what is known of one station")
    shown.add_argument("code")
    opened = actions.add_parser("open", help="open a station without an application")
    opened.add_argument(
        "code", type=_new_code, help="code of the new station, for example 130799001"
    )
    opened.add_argument("name", help="its full name")
    opened.add_argument("--level", type=int, choices=[1, 2, 3, 4], required=True)
    opened.add_argument("--parent", metavar="CODE", help="the station above; none for the city")
    opened.add_argument("--region", metavar="CODE", required=True, help="code of its division")
    pool = actions.add_parser("pool", help="fill the pool of ready schemas")
    pool.add_argument("--size", type=int, default=8, help="how many shall wait (default 8)")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked on the network's tables."""
    with product():
        from bangfu.kernel.tenancy import in_network

        with in_network():
            ACTIONS[arguments.action](arguments)
    return 0


def _new_code(text: str) -> str:
    # It becomes a part of addresses and of the codes of those below.
    if re.fullmatch("[0-9A-Za-z]{1,12}", text) is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no code: up to 12 digits and letters")
    return text


def _list(arguments: argparse.Namespace) -> None:
    from tenants.models import Station
    from tenants.selectors import stations_below

    rows = (
        stations_below(station_named(arguments.below).ref)
        if arguments.below
        else Station.objects.order_by("path")
    )
    if arguments.level:
        rows = rows.filter(level=arguments.level)
    found = [
        (row.code, f"{'  ' * (row.level - 1)}{row.name}", row.level, row.state) for row in rows
    ]
    table(("code", "name", "level", "state"), found)
    say(f"{len(found)} stations")


def _show(arguments: argparse.Namespace) -> None:
    from tenants.selectors import ancestors_of, children_of

    station = station_named(arguments.code)
    above = " > ".join(row.name for row in ancestors_of(station.ref))
    table(
        ("what", "value"),
        [
            ("code", station.code),
            ("name", station.name),
            ("level", station.level),
            ("state", station.state),
            ("above", above or "-"),
            ("stations right below", children_of(station.ref).count()),
            ("division", station.region_code),
            ("opened", f"{station.opened_at:%Y-%m-%d}"),
            ("schema", station.schema_name),
            ("pages", f"/s/{station.code}/"),
        ],
    )


def _open(arguments: argparse.Namespace) -> None:
    from django.db import transaction

    from bangfu.kernel import clock
    from bangfu.kernel.actors import Actor
    from shared_apps.audit.services import record
    from tenants.provisioning import open_station

    now = clock.now()
    with transaction.atomic():
        station = open_station(
            code=arguments.code,
            name=arguments.name,
            level=arguments.level,
            parent=station_named(arguments.parent) if arguments.parent else None,
            region_code=arguments.region,
            now=now,
        )
        record(
            event="station.opened",
            actor=Actor.system("command line"),
            subject=("station", station.pk),
            data={"code": station.code},
            now=now,
        )
    say(f"opened {station.code} {station.name}: /s/{station.code}/")


def _pool(arguments: argparse.Namespace) -> None:
    from tenants.provisioning import fill_pool

    with step("filling the pool"):
        made = fill_pool(arguments.size)
    say(f"{made} schemas made")


ACTIONS = {"list": _list, "show": _show, "open": _open, "pool": _pool}
