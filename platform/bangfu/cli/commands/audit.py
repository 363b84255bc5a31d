"""Verify the audit chains, and audit the files and all money of stations."""

import argparse
from pathlib import Path

from bangfu.cli.console import say, step, table
from bangfu.cli.product import product, station_named


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", metavar="<action>", required=True)
    verified = actions.add_parser("verify", help="prove that no row was changed, moved or removed")
    verified.add_argument("--station", metavar="CODE", help="one chain only; default: all of them")
    files = actions.add_parser(
        "files", help="look for what cannot be in files, papers, messages and facts"
    )
    files.add_argument("--station", metavar="CODE", help="one station only; default: all of them")
    ledger = actions.add_parser(
        "ledger",
        help="prove all money: books, bank, payments, caps, goods, cards, published figures",
    )
    ledger.add_argument("--station", metavar="CODE", help="one station only; default: all of them")


def run(arguments: argparse.Namespace) -> int:
    """Do one of the actions; the exit code is 1 when something was found."""
    acts = {"verify": _verify, "files": _files, "ledger": _ledger}
    return acts[arguments.action](arguments)


def _ledger(arguments: argparse.Namespace) -> int:
    with product():
        import psycopg
        from psycopg import sql

        from bangfu.kernel.tenancy import in_network
        from bangfu.kernel.tenancy.direct import direct_parameters
        from shared_apps.audit.auditor import (
            LedgerFinding,
            audit_ledger,
            ends_here,
            ends_that_differ,
            ledger_check_names,
            published_otherwise,
            sums_here,
        )
        from tenants.models import Station

        with in_network():
            stations = (
                [station_named(arguments.station)]
                if arguments.station
                else list(Station.objects.order_by("path"))
            )
        found, ends = [], []
        with step("auditing") as report, psycopg.connect(**direct_parameters("default")) as reader:
            # Books and figures of one moment, whoever works meanwhile.
            reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            for done, station in enumerate(stations, start=1):
                with reader.transaction(force_rollback=True), reader.cursor() as cursor:
                    cursor.execute(
                        sql.SQL("SET LOCAL ROLE {}; SET LOCAL search_path = {}, public").format(
                            sql.Identifier(f"t_{station.schema_name}"),
                            sql.Identifier(station.schema_name),
                        )
                    )
                    found += [
                        (station.code, one.check, one.record, one.seen, one.remedy)
                        for one in audit_ledger(cursor, station=station.pk)
                    ]
                    ends += ends_here(cursor, station=station.pk)
                    sums = sums_here(cursor, station=station.pk)
                    cursor.execute("SET LOCAL ROLE bangfu_network; SET LOCAL search_path = public")
                    for check, record, seen in published_otherwise(
                        cursor, sums, station=station.pk
                    ):
                        one = LedgerFinding(check=check, record=record, seen=seen)
                        found.append((station.code, one.check, one.record, one.seen, one.remedy))
                report(station.code, done, len(stations))
        # One station by itself says nothing of the other ends.
        if not arguments.station:
            codes = {station.pk: station.code for station in stations}
            for end, seen in ends_that_differ(ends):
                one = LedgerFinding(check=end.check, record=end.number, seen=seen)
                found.append((codes[end.station], one.check, one.record, one.seen, one.remedy))
    for code, check, record, seen, remedy in found[:200]:
        say(f"{code}  {check}  {record}\n    {seen}\n    {remedy}")
    say(f"{len(stations)} stations, {len(ledger_check_names())} checks, {len(found)} findings")
    return 1 if found else 0


def _files(arguments: argparse.Namespace) -> int:
    with product():
        import psycopg
        from django.conf import settings

        from bangfu.kernel import clock
        from bangfu.kernel.tenancy import in_network
        from bangfu.kernel.tenancy.direct import direct_parameters
        from shared_apps.audit.auditor import Place, Ring, audit_station, check_names
        from tenants.models import Station

        with in_network():
            stations = (
                [station_named(arguments.station)]
                if arguments.station
                else list(Station.objects.order_by("path"))
            )
        ring = Ring(dict(settings.BANGFU_KEYS["keys"]), settings.BANGFU_KEYS["index"])
        found = []
        with step("auditing") as report, psycopg.connect(**direct_parameters("default")) as reader:
            # Files and facts of one moment, whoever works meanwhile.
            reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            for done, station in enumerate(stations, start=1):
                place = Place(
                    station=station.pk,
                    code=station.code,
                    schema=station.schema_name,
                    now=clock.now(),
                    media=Path(settings.MEDIA_ROOT),
                )
                with reader.transaction(force_rollback=True):
                    found += [
                        (station.code, one.check, one.record, one.seen)
                        for one in audit_station(reader, place, ring)
                    ]
                report(station.code, done, len(stations))
    if found:
        table(("station", "check", "record", "seen"), found[:200])
    say(f"{len(stations)} stations, {len(check_names())} checks, {len(found)} findings")
    return 1 if found else 0


def _verify(arguments: argparse.Namespace) -> int:
    with product():
        from bangfu.kernel.tenancy import StationRef, in_network
        from shared_apps.audit.services import examine
        from tenants.models import Station

        with in_network():
            stations = (
                [station_named(arguments.station)]
                if arguments.station
                else list(Station.objects.order_by("path"))
            )
            chains: list[tuple[str, StationRef | None]] = [
                (station.code, station.ref) for station in stations
            ]
            if not arguments.station:
                chains.insert(0, ("network", None))
            broken, rows, anchors = [], 0, 0
            with step("verifying") as report:
                for done, (code, station) in enumerate(chains, start=1):
                    verdict = examine(station)
                    rows += verdict.rows
                    anchors += verdict.anchors
                    if not verdict.holds:
                        broken.append((code, verdict.first_broken, verdict.why))
                    report(code, done, len(chains))
    if broken:
        table(("chain", "first broken row", "given away by"), broken)
    say(f"{len(chains)} chains, {rows} rows, {anchors} anchors, {len(broken)} broken")
    return 1 if broken else 0
