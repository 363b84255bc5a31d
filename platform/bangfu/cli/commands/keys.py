"""Show the keys, begin with a new one, take an old one off the ring."""

import argparse
from pathlib import Path

from bangfu.cli.console import Failure, say, step, table
from bangfu.cli.product import product
from bangfu.local import LocalError


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", metavar="<action>", required=True)
    actions.add_parser("status", help="which keys there are, and how far the sealing anew has come")
    rotate = actions.add_parser(
        "rotate", help="begin with a new key; old values follow by themselves"
    )
    rotate.add_argument("--now", action="store_true", help="seal everything anew before returning")
    retire = actions.add_parser("retire", help="take a key off the ring, once nothing needs it")
    retire.add_argument("key", metavar="ID")
    recall = actions.add_parser("recall", help="put a retired key back, to read an old backup")
    recall.add_argument("key", metavar="ID")


def run(arguments: argparse.Namespace) -> int:
    """Do one of the actions."""
    with product():
        actions = {"status": _status, "rotate": _rotate, "retire": _retire, "recall": _recall}
        try:
            return actions[arguments.action](arguments)
        except LocalError as refusal:
            raise Failure(str(refusal)) from refusal


def _status(_arguments: argparse.Namespace) -> int:
    from django.conf import settings

    from shared_apps.audit.selectors import key_rounds
    from tenant_apps.privacy.resealing import ring_in_force

    current = settings.BANGFU_KEYS["current"]
    for key_id in settings.BANGFU_KEYS["keys"]:
        say(f"{key_id}  {'seals now' if key_id == current else 'only opens'}")
    rounds = key_rounds(ring_in_force())
    open_places = [row for row in rounds.places if not row.is_done]
    if open_places:
        table(
            ("place", "sealed anew", "left", "unreadable"),
            [
                (
                    row.name if row.name != "—" else "shared tables",
                    row.resealed,
                    "not looked at yet" if row.left is None else row.left,
                    row.unreadable,
                )
                for row in open_places[:40]
            ],
        )
    say(f"{rounds.done} of {rounds.total} places are under {current}")
    return 0


def _rotate(arguments: argparse.Namespace) -> int:
    from bangfu.kernel import clock
    from bangfu.kernel.actors import Actor
    from bangfu.kernel.tenancy import in_network
    from bangfu.local.secrets import add_key
    from shared_apps.audit.services import record

    key_id = add_key(_file())
    with in_network():
        record(
            event="keys.rotated",
            actor=Actor.system("command line"),
            subject=("key", key_id),
            now=clock.now(),
        )
    say(f"{key_id} seals from now on; keep a copy of {_file()} elsewhere")
    if not arguments.now:
        say("what is under older keys is sealed anew in the background: ./bangfu keys status")
        return 0
    return _reseal_all()


def _reseal_all() -> int:
    from bangfu.kernel import clock
    from bangfu.kernel.tenancy import in_network
    from tenant_apps.privacy.resealing import reseal_shared, reseal_station
    from tenant_apps.privacy.resealing_files import Tally
    from tenants.selectors import open_stations

    with in_network():
        stations = [station.ref for station in open_stations().order_by("path")]
    tally = Tally()
    with step("sealing anew") as report:
        tally += reseal_shared(seconds=3600, now=clock.now())
        for done, station in enumerate(stations, start=1):
            tally += reseal_station(station, seconds=3600, now=clock.now())
            report(station.code, done, len(stations))
    say(f"{tally.resealed} values sealed anew, {tally.left} left, {tally.unreadable} unreadable")
    return 1 if tally.left else 0


def _retire(arguments: argparse.Namespace) -> int:
    from bangfu.kernel import clock
    from bangfu.kernel.actors import Actor
    from bangfu.kernel.tenancy import in_network
    from bangfu.local.secrets import retire_key
    from shared_apps.audit.services import record
    from tenant_apps.privacy.resealing import stale_in_shared, stale_in_station
    from tenants.models import Station

    with in_network():
        stations = [station.ref for station in Station.objects.order_by("path")]
    left = {}
    with step("looking for what is under older keys") as report:
        left["shared tables"] = stale_in_shared()
        for done, station in enumerate(stations, start=1):
            left[station.code] = stale_in_station(station)
            report(station.code, done, len(stations))
    stale = {place: count for place, count in left.items() if count}
    if stale:
        table(("place", "under older keys"), list(stale.items())[:40])
        raise Failure(
            f"{sum(stale.values())} values are still under older keys. Wait for the background job, or: "
            "./bangfu keys rotate --now"
        )
    retire_key(_file(), arguments.key)
    with in_network():
        record(
            event="keys.retired",
            actor=Actor.system("command line"),
            subject=("key", arguments.key),
            now=clock.now(),
        )
    say(
        f"{arguments.key} is off the ring; backups made before need it: ./bangfu keys recall {arguments.key}"
    )
    return 0


def _recall(arguments: argparse.Namespace) -> int:
    from bangfu.kernel import clock
    from bangfu.kernel.actors import Actor
    from bangfu.kernel.tenancy import in_network
    from bangfu.local.secrets import recall_key
    from shared_apps.audit.services import record

    recall_key(_file(), arguments.key)
    with in_network():
        record(
            event="keys.recalled",
            actor=Actor.system("command line"),
            subject=("key", arguments.key),
            now=clock.now(),
        )
    say(f"{arguments.key} opens again")
    return 0


def _file() -> Path:
    from django.conf import settings

    if not settings.BANGFU_KEYS_FILE:
        raise Failure(
            "The keys come from the environment: put the new key first in BANGFU_ENCRYPTION_KEYS of every "
            "process, or give them as a file by BANGFU_KEYS_FILE."
        )
    return Path(settings.BANGFU_KEYS_FILE)
