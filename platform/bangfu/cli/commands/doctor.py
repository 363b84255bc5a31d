"""Look for what is wrong with this machine or network."""

import argparse
import os
import re
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from bangfu.cli.console import console, say
from bangfu.cli.product import set_up_django
from bangfu.local import LocalError, default_state_dir, postgres, running_urls
from bangfu.local.state import CHECKOUT, State, read_note

LEAST_FREE_BYTES = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; with a remedy it is wrong."""

    what: str
    remedy: str = ""


def configure(_parser: argparse.ArgumentParser) -> None:
    """Declare no options: every check is harmless and changes nothing."""


def run(_arguments: argparse.Namespace) -> int:
    """Check one thing after another; the exit code is 1 when one is wrong."""
    state = State.at(default_state_dir())
    wrong = 0
    for check in CHECKS:
        for finding in check(state):
            wrong += bool(finding.remedy)
            console.print("  [red]wrong[/red]  " if finding.remedy else "  ok     ", end="")
            say(finding.what)
            if finding.remedy:
                say(f"         remedy: {finding.remedy}")
    say("nothing is wrong" if not wrong else f"{wrong} things are wrong")
    return 1 if wrong else 0


def _python(_state: State) -> Iterator[Finding]:
    told = ".".join(str(part) for part in sys.version_info[:3])
    fits = (3, 11) <= sys.version_info[:2] < (3, 15)
    yield Finding(
        f"Python {told}", "" if fits else "use Python 3.11 to 3.14: make distclean, make run"
    )
    if "utf" not in (sys.stdout.encoding or "").lower():
        yield Finding(f"terminal writes {sys.stdout.encoding}", "export LC_ALL=C.UTF-8")


def _libraries(_state: State) -> Iterator[Finding]:
    lock = CHECKOUT / "requirements.lock"
    if not lock.exists():
        return
    pinned = re.findall(
        r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", lock.read_text(), re.MULTILINE
    )
    other = []
    for name, wanted in pinned:
        try:
            found = version(name)
        except PackageNotFoundError:
            # Some are for other systems only.
            continue
        if found != wanted:
            other.append(f"{name} {found} instead of {wanted}")
    if other:
        yield Finding("; ".join(other), "rm .venv/.installed* and run make install")
    else:
        yield Finding(f"{len(pinned)} libraries as locked")


def _folder(state: State) -> Iterator[Finding]:
    try:
        state.create()
    except LocalError as error:
        yield Finding("state folder", str(error))
        return
    free = shutil.disk_usage(state.root).free
    apart = "" if state.servers == state.root else f" (servers' data in {state.servers})"
    yield Finding(
        f"state folder {state.root}{apart}, {free / 1024**3:.1f} GB free",
        "" if free > LEAST_FREE_BYTES else "free some space: a full network takes about 2 GB",
    )


def _servers(state: State) -> Iterator[Finding]:
    if not os.environ.get("DATABASE_URL"):
        try:
            yield Finding(f"embedded PostgreSQL in {postgres.programs(state)}")
        except LocalError as error:
            yield Finding("embedded PostgreSQL", str(error))
    if running_urls(state.root) is None:
        yield Finding("servers do not run; ./bangfu up starts them")
        return
    set_up_django()
    from bangfu.observability.health import OK, readiness

    for part, answer in readiness().items():
        yield Finding(
            f"{part}: {answer}", "" if answer == OK else "see ./bangfu status and the logs"
        )


def _port(state: State) -> Iterator[Finding]:
    port = int(os.environ.get("BANGFU_PORT", "8000"))
    ours = read_note(state.up_note).get("url", "").endswith(f":{port}")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            remedy = "" if ours else f"choose another: BANGFU_PORT={port + 10}"
            yield Finding(f"port {port}: {'our pages' if ours else error.strerror}", remedy)
        else:
            yield Finding(f"port {port} is free")


def _browser(_state: State) -> Iterator[Finding]:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    yield Finding(f"browser for the tests: {found or 'none, browser tests are skipped'}")


CHECKS: tuple[Callable[[State], Iterator[Finding]], ...] = (
    _python,
    _libraries,
    _folder,
    _servers,
    _port,
    _browser,
)
