"""The command line: thin doors to the services that the pages use too."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from bangfu.cli.console import LANGUAGES, Failure, asked_language, tell_failure
from bangfu.local import LocalError

# One module of ``bangfu.cli.commands`` each, imported only when it is asked for.
COMMANDS = {
    "up": "start everything on this machine and keep it running",
    "down": "stop what runs from the state folder",
    "status": "show what runs, and the state of the network",
    "doctor": "look for what is wrong with this machine or network",
    "migrate": "bring the database and every station to this version",
    "stations": "list, show and open stations, fill the pool of ready schemas",
    "people": "invite people to a station, and say who runs the network",
    "rollup": "ask, fold, rebuild the roll-up",
    "reconcile": "compare facts with files and messages with effects",
    "messages": "show the messages between stations and what is stuck",
    "audit": "verify the audit chains, and audit the files of stations",
    "keys": "show, rotate and retire the keys of personal data",
    "tokens": "make and revoke API tokens",
    "backup": "save one station or all",
    "restore": "restore a saved station",
    "demo": "load the demo network, move its clock",
    "secrets": "make the secrets that production needs",
    "bench": "measure against stock django-tenants and plain SQL",
    "manage": "run a management command of Django",
    "shell": "open a Python shell inside a station",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(
        prog="bangfu", description="Assistance to workers in hardship over a network of stations."
    )
    parser.add_argument(
        "--lang",
        choices=LANGUAGES,
        default="",
        help="language in which services refuse (default: en where LANG says so, otherwise zh-hans)",
    )
    commands = parser.add_subparsers(dest="command", metavar="<command>", required=True)
    asked = next((one for one in arguments if one in COMMANDS), "")
    module: Any = None
    for name, summary in COMMANDS.items():
        command = commands.add_parser(
            name, help=summary, description=f"{summary[0].upper()}{summary[1:]}."
        )
        if asked == name:
            module = import_module(f"bangfu.cli.commands.{name}")
            module.configure(command)
    parsed = parser.parse_args(arguments)
    asked_language.set(parsed.lang)
    try:
        return int(module.run(parsed) or 0)
    except (Failure, LocalError) as failure:
        tell_failure(str(failure))
        return 1
    except BrokenPipeError:
        return 141
    except KeyboardInterrupt:
        return 130
