"""Start everything on one machine and keep it running until Ctrl-C."""

import argparse
import os
import shutil
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from bangfu.cli.console import Failure, console, say, step
from bangfu.cli.product import set_up_django
from bangfu.local import default_state_dir, ensure, running_urls, stop
from bangfu.local.processes import ProcessId
from bangfu.local.state import CHECKOUT, State, write_note
from bangfu.local.supervisor import Program, Supervisor, end_orphans

READY_SECONDS = 100
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PAGES = ("/healthz", "/readyz", "/accounts/login/")


class Stopped(BaseException):
    """Somebody asked to stop; not an error, so no ``except Exception`` holds it."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--demo",
        choices=["full", "small", "tiny", "none"],
        default=os.environ.get("BANGFU_DEMO_SIZE", "full"),
        help="demo network at first use: 667 stations (default), the Xuanhua branch (small), "
        "two of its streets without the story of the money (tiny), or none",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=int(os.environ.get("BANGFU_PORT", "8000")),
        help="port of the pages (default 8000, or BANGFU_PORT)",
    )
    parser.add_argument(
        "--host",
        default=os.environ.get("BANGFU_HOST", "127.0.0.1"),
        help="address to listen on (default 127.0.0.1, or BANGFU_HOST)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Start, say when pages can be used, watch, and stop cleanly."""
    state = State.at(default_state_dir())
    host = "127.0.0.1" if arguments.host in {"0.0.0.0", "::", ""} else arguments.host  # noqa: S104
    url = f"http://{host}:{arguments.port}"
    # Links in letters and mails name it.
    os.environ["BANGFU_PORT"] = str(arguments.port)
    with state.held(), _stopping_on_signals():
        supervisor = None
        try:
            left = end_orphans(state)
            if left:
                say(f"  ended {left} processes of a run that was killed")
            _refuse_taken_port(arguments.host, arguments.port)
            note: dict[str, Any] = {"url": url}
            if process := ProcessId.of(os.getpid()):
                note["process"] = process.to_dict()
            write_note(state.up_note, note)
            _prepare(state, demo=arguments.demo)
            supervisor = Supervisor(state, _environment(state, arguments), _programs(state))
            with step("starting web, worker and beat"):
                supervisor.start()
                _wait_until_usable(supervisor, url)
            write_note(state.up_note, note | {"children": supervisor.pids()})
            _greet(state, url)
            _watch(state, supervisor, note)
        except Stopped:
            _say_to_whoever_is_left("\nstopping …")
        finally:
            _be_deaf()
            if supervisor:
                supervisor.stop()
            stop(state.root)
        _say_to_whoever_is_left("stopped; ./bangfu up goes on where it was")
    return 0


def _prepare(state: State, *, demo: str) -> None:
    with step("starting PostgreSQL and Valkey"):
        ensure(state.root)
    with step("preparing the database") as report:
        set_up_django()
        from tenants.setup import prepare_database

        prepare_database(progress=report)
    if demo != "none":
        with step("loading the demo network") as report:
            from bangfu.demo import load_first

            load_first(size=demo, sign_ins=state.sign_ins_file, progress=report)
    from django.db import connections

    connections.close_all()


def _programs(state: State) -> list[Program]:
    celery = (sys.executable, "-m", "celery", "-A", "bangfu.celery")
    processes = os.environ.get("BANGFU_WORKERS", "2")
    return [
        Program(
            "web",
            (sys.executable, "-m", "gunicorn", "-c", "python:bangfu.gunicorn", "bangfu.wsgi"),
        ),
        Program(
            "worker",
            (
                *celery,
                "worker",
                "-c",
                processes,
                "-n",
                "worker@%h",
                "-l",
                "INFO",
            ),
            # What it holds may take as long as a task may.
            stop_seconds=30,
        ),
        Program(
            "beat", (*celery, "beat", "-s", str(state.run / "beat"), "--pidfile=", "-l", "INFO")
        ),
    ]


def _environment(state: State, arguments: argparse.Namespace) -> dict[str, str]:
    metrics = state.run / "metrics"
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir()
    environ = os.environ | {
        "BANGFU_STATE_DIR": str(state.root),
        "BANGFU_BIND": f"{arguments.host or '0.0.0.0'}:{arguments.port}",  # noqa: S104
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
    }
    if (CHECKOUT / "pyproject.toml").exists():
        paths = (str(CHECKOUT / "platform"), str(CHECKOUT), os.environ.get("PYTHONPATH", ""))
        environ["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    return environ


def _refuse_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise Failure(
                f"Port {port} is reserved for root. Choose one above 1023: ./bangfu up --port 8000"
            ) from None
        except OSError as error:
            raise Failure(
                f"{host}:{port} cannot be used ({error.strerror}). Choose another port: "
                f"./bangfu up --port {port + 10}, or BANGFU_PORT={port + 10} make run"
            ) from None


def _wait_until_usable(supervisor: Supervisor, url: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    pages = list(PAGES)
    answer = ""
    while pages:
        for line in supervisor.watch():
            say(f"  {line}")
        if supervisor.failures("web") >= 3 or time.monotonic() > deadline:
            log = supervisor.log("web")
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-25:])
            raise Failure(
                f"{tail}\n\nThe pages do not come up ({answer or 'no answer'}); the whole log is {log}"
            )
        answer = _answer(url + pages[0])
        if answer == "200":
            pages.pop(0)
        else:
            time.sleep(0.2)


def _answer(url: str) -> str:
    # The machine's own address is never asked through a proxy.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=30) as response:
            return str(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return f"{url} answers {error.code}"
    except OSError as error:
        return f"{url}: {error}"


def _greet(state: State, url: str) -> None:
    if state.sign_ins_file.exists():
        say()
        say(state.sign_ins_file.read_text().rstrip())
        say(f"\n  kept in {state.sign_ins_file}; ./bangfu demo sign-ins prints it again")
    say(f"  logs in {state.logs}; stop with Ctrl-C or ./bangfu down")
    console.file.flush()
    # Scripts wait for this very line.
    sys.stdout.write(f"ready: {url}\n")
    sys.stdout.flush()


def _watch(state: State, supervisor: Supervisor, note: dict[str, Any]) -> None:
    pids = supervisor.pids()
    while True:
        time.sleep(1)
        if running_urls(state.root) is None:
            say("  a server of this machine is gone, starting it again")
            ensure(state.root)
        for line in supervisor.watch():
            say(f"  {line}")
        if supervisor.pids() != pids:
            pids = supervisor.pids()
            write_note(state.up_note, note | {"children": pids})


def _say_to_whoever_is_left(text: str) -> None:
    # The terminal may be gone: that is one way of being asked to stop.
    with suppress(OSError):
        say(text)


def _be_deaf() -> None:
    """Let no further signal cut the stopping short: a closed terminal and an impatient hand send several."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def _stopping_on_signals() -> Iterator[None]:
    def stopped(_number: int, _frame: object) -> None:
        _be_deaf()
        raise Stopped

    before = {number: signal.signal(number, stopped) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
