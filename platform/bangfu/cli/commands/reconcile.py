"""Compare facts with files, children with parents, and messages with their effects."""

import argparse

from bangfu.cli.console import say, step, table
from bangfu.cli.product import looking_for, product


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--station", metavar="CODE", help="this station and those below it; default: all"
    )


def run(arguments: argparse.Namespace) -> int:
    """Compare, keep what differs as breaks, list the open ones; the exit code is 1 when there are any."""
    with product():
        from bangfu.kernel import clock
        from bangfu.kernel.actors import Actor
        from bangfu.kernel.tenancy import in_network
        from shared_apps.reconciliation.models import UNSETTLED, Break
        from shared_apps.reconciliation.services import begin_run, work_on
        from shared_apps.rollup.selectors import station_in_sight

        now = clock.now()
        with in_network():
            with looking_for(f"station {arguments.station!r}"):
                root = station_in_sight(arguments.station)
            run_begun = begin_run(root, actor=Actor.system("command line", station=root), now=now)
            with step("comparing") as report:
                work_on(run_begun, now=now, progress=report)
            breaks = Break.objects.filter(state__in=UNSETTLED, station__path__startswith=root.path)
            rows = [
                (
                    row.pk,
                    row.station.code,
                    row.kind,
                    row.key[:60],
                    row.expected,
                    row.actual,
                    f"{row.found_at:%m-%d %H:%M}",
                )
                for row in breaks.select_related("station").order_by("found_at")
            ]
    if rows:
        table(("id", "station", "kind", "place", "expected", "found", "since"), rows)
    say(f"{len(rows)} breaks open below {root.code} {root.name}")
    return 1 if rows else 0
