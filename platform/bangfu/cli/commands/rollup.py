"""Ask, fold and rebuild the roll-up."""

import argparse

from bangfu.cli.console import say, step, table
from bangfu.cli.product import looking_for, product


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", metavar="<action>", required=True)
    asked = actions.add_parser("ask", help="an indicator of a station with everything below it")
    asked.add_argument("indicator", help="for example FIL-01")
    asked.add_argument("--station", metavar="CODE", help="default: the top of the tree")
    asked.add_argument("--period", help="2026-11, 2026Q4 or 2026; default: this month")
    asked.add_argument("--by", help="child, month, or a dimension such as tier or cause")
    actions.add_parser("fold", help="fold what waits, now")
    actions.add_parser("rebuild", help="make every total anew from the facts of the stations")
    prove = actions.add_parser(
        "prove", help="derive every fact anew from the files and count the cells that differ"
    )
    prove.add_argument("--correct", action="store_true", help="bring what differs right")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked on the network's tables."""
    with product():
        from bangfu.kernel.tenancy import in_network

        with in_network():
            ACTIONS[arguments.action](arguments)
    return 0


def _ask(arguments: argparse.Namespace) -> None:
    from bangfu.kernel import clock
    from shared_apps.rollup.periods import Period
    from shared_apps.rollup.selectors import answer, station_in_sight

    period = Period.parse(arguments.period) if arguments.period else Period.month_of(clock.today())
    with looking_for(f"station {arguments.station!r}"):
        station = station_in_sight(arguments.station)
    told = answer(
        arguments.indicator,
        station=station,
        period=period,
        by=arguments.by,
    )
    say(f"{told.indicator.code} {told.indicator.name}")
    say(f"{told.station.name}, {period.text}: {_number(told.value)} {told.unit}")
    if told.distinct is not None:
        say(f"each household once: {told.distinct} (the sum counts {told.overlap} twice)")
    if told.parts:
        table((arguments.by, "value"), [(part.label, _number(part.value)) for part in told.parts])
    say(f"as of {told.as_of:%Y-%m-%d %H:%M:%S}" if told.as_of else "nothing was folded yet")


def _number(value: object) -> str:
    return "-" if value is None else str(value)


def _fold(_arguments: argparse.Namespace) -> None:
    from bangfu.kernel import clock
    from shared_apps.rollup.services import fold_facts

    with step("folding"):
        folded = fold_facts(now=clock.now(), wait=True)
    say(str(folded))


def _rebuild(_arguments: argparse.Namespace) -> None:
    from shared_apps.rollup.services import rebuild_totals

    with step("rebuilding the totals"):
        cells = rebuild_totals()
    say(f"{cells} cells")


def _prove(arguments: argparse.Namespace) -> None:
    from bangfu.kernel import clock
    from shared_apps.rollup.selectors import tree_differences_of
    from shared_apps.rollup.services import correct_station, fold_facts, recount_station
    from tenants.selectors import open_stations

    fold_facts(now=clock.now(), wait=True)
    stations = [row.ref for row in open_stations()]
    cells = members = totals = 0
    with step("deriving the facts anew") as report:
        for number, station in enumerate(stations, start=1):
            found = recount_station(station)
            cells += len(found.cells)
            members += len(found.members)
            if arguments.correct and found:
                correct_station(station, found)
            totals += len(tree_differences_of(station))
            report(station.code, number, len(stations))
    say(f"{len(stations)} stations: {cells} cells, {members} households, {totals} totals differ")


ACTIONS = {"ask": _ask, "fold": _fold, "rebuild": _rebuild, "prove": _prove}
