"""Show the messages between stations and what is stuck."""

import argparse

from bangfu.cli.console import say, table
from bangfu.cli.product import product


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--all", action="store_true", help="every message not applied, not only the parked"
    )
    parser.add_argument("--limit", type=int, default=50, help="how many rows at most (default 50)")


def run(arguments: argparse.Namespace) -> int:
    """List what is stuck, oldest first; replay and discard need two people and are done on the pages."""
    with product():
        from bangfu.kernel.tenancy import in_network
        from shared_apps.exchange.models import Message, MessageState

        states = [MessageState.PARKED, *([MessageState.NEW] if arguments.all else [])]
        with in_network():
            rows = Message.objects.filter(state__in=states).select_related("sender", "recipient")
            total = rows.count()
            found = [
                (
                    f"{row.posted_at:%m-%d %H:%M}",
                    row.kind,
                    row.sender.code,
                    row.recipient.code,
                    row.state,
                    row.attempts,
                    row.last_error[:80],
                )
                for row in rows.order_by("posted_at")[: arguments.limit]
            ]
    if found:
        table(("posted", "kind", "from", "to", "state", "attempts", "last error"), found)
    say(f"{total} messages {'not applied' if arguments.all else 'parked'}")
    return 0
