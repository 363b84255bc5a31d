"""Show what runs, and the state of the network."""

import argparse
import json
from typing import Any

from bangfu.cli.console import say, table
from bangfu.cli.product import set_up_django
from bangfu.local import default_state_dir, running_urls
from bangfu.local.processes import ProcessId
from bangfu.local.state import State, read_note


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="for programs")


def run(arguments: argparse.Namespace) -> int:
    """Tell processes, servers and figures; starts nothing. The exit code is 3 when nothing runs."""
    state = State.at(default_state_dir())
    told: dict[str, Any] = {
        "state_folder": str(state.root),
        "up": None,
        "servers": False,
        "network": {},
    }
    note = read_note(state.up_note)
    if note and ProcessId.from_dict(note["process"]).alive():
        told["up"] = {"url": note["url"], "processes": note.get("children", {})}
    if running_urls(state.root):
        told["servers"] = True
        told["network"] = _figures()
    if arguments.json:
        say(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _print(told)
    return 0 if told["servers"] else 3


def _figures() -> dict[str, float]:
    set_up_django()
    from bangfu.kernel import clock
    from bangfu.kernel.tenancy import in_network
    from bangfu.observability.health import readiness
    from bangfu.observability.metrics import GAUGES

    figures: dict[str, Any] = dict(readiness())
    if figures["database"] != "ok" or figures["migrations"] != "ok":
        return figures
    now = clock.now()
    with in_network():
        for gauge in GAUGES:
            for label, figure in gauge.read(now).items():
                figures[f"{gauge.help}: {label}" if label else gauge.help] = figure
    return figures


def _print(told: dict[str, Any]) -> None:
    up = told["up"]
    say(f"pages    {up['url']}" if up else "pages    not running (./bangfu up)")
    say(
        f"servers  {'running' if told['servers'] else 'not running'}, state in {told['state_folder']}"
    )
    if up:
        say("processes  " + ", ".join(f"{name} {pid}" for name, pid in up["processes"].items()))
    if told["network"]:
        table(
            ("figure", "value"), [(name, _short(value)) for name, value in told["network"].items()]
        )


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
