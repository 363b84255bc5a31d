"""A machine of a test's own, on which the product is started as its users start it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request

from bangfu import local
from bangfu.local.processes import ProcessId
from bangfu.local.state import CHECKOUT, State, read_note
from bangfu.local.supervisor import end_orphans

PATIENCE_SECONDS = 120
# The longest of its commands tells the story of the money.
COMMAND_SECONDS = 600


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Machine:
    """A state folder, a port, and ``bangfu`` on it; give it back when done."""

    def __init__(self, folder, port):
        self.state = State.at(folder / "state")
        self.folder = folder
        self.url = f"http://127.0.0.1:{port}"
        self.runs = []
        given = ("DATABASE_URL", "REDIS_URL", "BANGFU_ENV")
        self.environ = {name: value for name, value in os.environ.items() if name not in given} | {
            "BANGFU_STATE_DIR": str(self.state.root),
            "BANGFU_PORT": str(port),
            # Wide enough that no table is cut short.
            "COLUMNS": "200",
            "PYTHONPATH": f"{CHECKOUT / 'platform'}:{CHECKOUT}",
        }

    def bangfu(self, *arguments):
        return subprocess.run(
            [sys.executable, "-m", "bangfu.cli", *arguments],
            check=False,
            capture_output=True,
            text=True,
            env=self.environ,
            timeout=COMMAND_SECONDS,
        )

    def up(self, *options, demo="none"):
        output = (self.folder / f"up{len(self.runs)}.txt").open("w+")
        # On a leash: a run of tests that is interrupted leaves no network running behind.
        leash = [sys.executable, "-m", "bangfu.local.leash", str(os.getpid())]
        process = subprocess.Popen(
            [*leash, sys.executable, "-m", "bangfu.cli", "up", "--demo", demo, *options],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=self.environ,
            start_new_session=True,
        )
        self.runs.append((process, output))
        return process

    def said(self):
        _process, output = self.runs[-1]
        output.seek(0)
        return output.read()

    def until_ready(self):
        process, _output = self.runs[-1]
        deadline = time.monotonic() + PATIENCE_SECONDS
        while "\nready: " not in self.said():
            assert process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)

    def last_lines(self, log, number=80, *, saying=""):
        path = self.state.root / "logs" / log
        if not path.exists():
            return ""
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join([line for line in lines if saying in line][-number:])

    def answers(self, path):
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return answer.status == 200

    def children(self):
        return [ProcessId.of(pid) for pid in read_note(self.state.up_note)["children"].values()]

    def give_back(self):
        """End it all at once: what its workers still have in hand nobody will ask for."""
        for process, output in self.runs:
            if process.poll() is None:
                process.kill()
                process.wait(timeout=PATIENCE_SECONDS)
            output.close()
        end_orphans(self.state, patience_seconds=0)
        local.delete(self.state.root)
