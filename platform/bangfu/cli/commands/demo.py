"""Load the demo network and move its clock."""

import argparse
import re
from datetime import timedelta

from bangfu.cli.console import Failure, say, step
from bangfu.cli.product import product
from bangfu.local import default_state_dir
from bangfu.local.state import State

UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", metavar="<action>", required=True)
    advanced = actions.add_parser("advance", help="let the network run ahead, so that notices end")
    advanced.add_argument("by", type=_span, help="how far: 12h, 7d or 2w")
    loaded = actions.add_parser("load", help="load the demo network into an empty database")
    loaded.add_argument("--size", choices=["full", "small", "tiny"], default="full")
    loaded.add_argument(
        "--households",
        type=int,
        help="how many households are on file (default 119, tiny 40; 30000 for a network under load)",
    )
    actions.add_parser(
        "tell", help="tell the story of the money in a network that was loaded without it (tiny)"
    )
    actions.add_parser("sign-ins", help="print the sign-ins and tokens of the demo network")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked; in production each of these is refused."""
    state = State.at(default_state_dir())
    if arguments.action == "sign-ins":
        if not state.sign_ins_file.exists():
            raise Failure(f"There is no {state.sign_ins_file}: no demo network was loaded here.")
        say(state.sign_ins_file.read_text().rstrip())
        return 0
    with product():
        from django.conf import settings
        from django.utils.translation import override

        from bangfu.kernel.tenancy import in_network

        # The network of the demo speaks one language, whoever loads it.
        with in_network(), override(settings.LANGUAGE_CODE):
            if arguments.action == "advance":
                _advance(arguments.by)
            elif arguments.action == "tell":
                _tell()
            else:
                _load(arguments, state)
    return 0


def _advance(by: timedelta) -> None:
    from bangfu.kernel import clock
    from bangfu.kernel.actors import Actor
    from shared_apps.policies.services import advance_clock

    actor = Actor.system("command line")
    ahead = advance_clock(by=by, actor=actor, now=clock.now())
    say(f"the network is {ahead.days} days ahead now: {clock.now():%Y-%m-%d %H:%M}")


def _load(arguments: argparse.Namespace, state: State) -> None:
    from bangfu.demo import load_first

    with step("loading the demo network") as report:
        load_first(
            size=arguments.size,
            sign_ins=state.sign_ins_file,
            progress=report,
            households=arguments.households,
        )


def _tell() -> None:
    from bangfu.demo import plan, tell_money
    from bangfu.kernel import clock

    with step("telling the story of the money"):
        told = tell_money(now=clock.now(), among=[plan.FIRST[2]])
    say(f"told {told} chapters" if told else "the story was told before")


def _span(text: str) -> timedelta:
    match = re.fullmatch(r"([1-9][0-9]{0,3})([hdw])", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no span: write 12h, 7d or 2w")
    return timedelta(**{UNITS[match[2]]: int(match[1])})
