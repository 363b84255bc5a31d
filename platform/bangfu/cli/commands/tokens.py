"""Make and revoke API tokens."""

import argparse
from datetime import timedelta
from typing import TYPE_CHECKING

from bangfu.cli.console import Failure, say, table
from bangfu.cli.product import looking_for, product, station_named

if TYPE_CHECKING:
    from bangfu.kernel.actors import Actor
    from bangfu.kernel.tenancy import StationRef


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", metavar="<action>", required=True)
    made = actions.add_parser("make", help="make a token of a person at a station; shown only once")
    made.add_argument("user", help="sign-in name of the person")
    made.add_argument("--station", metavar="CODE", help="default: the network's own API")
    made.add_argument("--name", default="command line", help="what it is for")
    made.add_argument("--days", type=int, help="how long it holds; default: until revoked")
    listed = actions.add_parser("list", help="the tokens at a station, or of the network")
    listed.add_argument("--station", metavar="CODE")
    revoked = actions.add_parser("revoke", help="make a token worthless")
    revoked.add_argument("id", type=int)
    revoked.add_argument("--station", metavar="CODE")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked where the token belongs: a station, or the network."""
    with product():
        from contextlib import nullcontext

        from django.db import transaction

        from bangfu.kernel.tenancy import in_network, in_station

        with in_network():
            station = station_named(arguments.station).ref if arguments.station else None
            with in_station(station) if station else nullcontext(), transaction.atomic():
                ACTIONS[arguments.action](arguments, station)
    return 0


def _make(arguments: argparse.Namespace, station: "StationRef | None") -> None:
    from bangfu.kernel import clock
    from bangfu.kernel.tenancy import in_network
    from shared_apps.accounts.models import User
    from shared_apps.accounts.services.tokens import create_token

    with in_network():
        user = User.objects.filter(username=arguments.user, is_active=True).first()
    if user is None:
        raise Failure(f"Nobody signs in as {arguments.user!r}.")
    _token, secret = create_token(
        user=user,
        actor=_actor(station),
        name=arguments.name,
        lifetime=timedelta(days=arguments.days) if arguments.days else None,
        now=clock.now(),
    )
    say(f"Authorization: Token {secret}")


def _list(_arguments: argparse.Namespace, station: "StationRef | None") -> None:
    from bangfu.kernel.tenancy import in_network
    from shared_apps.accounts.models import ApiToken

    with in_network():
        rows = ApiToken.objects.filter(revoked_at=None)
        rows = rows.filter(station_id=station.id) if station else rows.filter(station=None)
        found = [
            (row.pk, row.user.username, row.name, row.expires_at or "-")
            for row in rows.select_related("user").order_by("pk")
        ]
    table(("id", "person", "name", "until"), found)


def _revoke(arguments: argparse.Namespace, station: "StationRef | None") -> None:
    from bangfu.kernel import clock
    from shared_apps.accounts.services.tokens import revoke_token

    with looking_for(f"token {arguments.id} at {station.name if station else 'the network'}"):
        revoke_token(token_id=arguments.id, actor=_actor(station), now=clock.now())
    say(f"token {arguments.id} is worthless now")


def _actor(station: "StationRef | None") -> "Actor":
    from bangfu.kernel.actors import Actor

    return Actor.system("command line", station=station)


ACTIONS = {"make": _make, "list": _list, "revoke": _revoke}
