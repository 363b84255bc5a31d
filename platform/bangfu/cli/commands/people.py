"""Invite people to a station, and say who runs the network."""

import argparse

from bangfu.cli.console import say, table
from bangfu.cli.product import looking_for, product, station_named

ROLES = ("clerk", "reviewer", "head", "finance", "supervisor", "administrator")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", metavar="<action>", required=True)
    invited = actions.add_parser("invite", help="print a link by which a person joins a station")
    invited.add_argument("name", help="their full name")
    invited.add_argument("--station", metavar="CODE", required=True)
    invited.add_argument(
        "--role", action="append", choices=ROLES, required=True, help="repeat for several"
    )
    listed = actions.add_parser("list", help="the people of a station")
    listed.add_argument("--station", metavar="CODE", required=True)
    administrator = actions.add_parser("administrator", help="let a person run the network")
    administrator.add_argument("username", help="their sign-in name")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked."""
    with product():
        from bangfu.kernel.tenancy import in_network

        with in_network():
            ACTIONS[arguments.action](arguments)
    return 0


def _invite(arguments: argparse.Namespace) -> None:
    from django.conf import settings

    from bangfu.kernel import clock
    from bangfu.kernel.actors import Actor
    from bangfu.kernel.tenancy import in_station
    from shared_apps.accounts.services.invitations import invite, path_of

    station = station_named(arguments.station).ref
    with in_station(station):
        invitation = invite(
            station=station,
            name=arguments.name,
            roles=arguments.role,
            actor=Actor.system("command line", station=station),
            now=clock.now(),
        )
    say(f"{settings.BANGFU_SITE}{path_of(invitation)}")
    say("whoever has the link may use it once, within fourteen days")


def _list(arguments: argparse.Namespace) -> None:
    from shared_apps.accounts.selectors import members_of

    rows = [
        (member.user.username, member.user.name, ", ".join(member.roles))
        for member in members_of(station_named(arguments.station).ref)
    ]
    table(("sign-in name", "name", "roles"), rows)


def _administrator(arguments: argparse.Namespace) -> None:
    from bangfu.kernel import clock
    from bangfu.kernel.actors import Actor
    from shared_apps.accounts.services.administrators import add_administrator

    with looking_for(f"person who signs in as {arguments.username!r}"):
        user = add_administrator(
            username=arguments.username, actor=Actor.system("command line"), now=clock.now()
        )
    say(f"{user} runs the network now")


ACTIONS = {"invite": _invite, "list": _list, "administrator": _administrator}
