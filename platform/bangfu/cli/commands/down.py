"""Stop what runs from the state folder."""

import argparse

from bangfu.cli.console import Failure, say
from bangfu.local import default_state_dir, delete, stop
from bangfu.local.processes import ProcessId, end
from bangfu.local.state import State, read_note
from bangfu.local.supervisor import end_orphans

STOP_SECONDS = 90


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--delete-data",
        action="store_true",
        help="delete the state folder too: all data of this machine",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask before deleting")


def run(arguments: argparse.Namespace) -> int:
    """Ask the running ``bangfu up`` to stop, or stop what a killed one left."""
    state = State.at(default_state_dir())
    if not state.root.exists():
        say(f"nothing runs: there is no {state.root}")
        return 0
    if arguments.delete_data and not arguments.yes:
        answer = input(f"Delete {state.root} with all data of this machine? Type yes: ")
        if answer.strip().lower() != "yes":
            raise Failure("Nothing was deleted.")
    noted = read_note(state.up_note).get("process")
    if noted:
        end(ProcessId.from_dict(noted), patience_seconds=STOP_SECONDS)
    end_orphans(state)
    stop(state.root)
    if arguments.delete_data:
        delete(state.root)
        say(f"stopped, and {state.root} deleted")
    else:
        say("stopped")
    return 0
