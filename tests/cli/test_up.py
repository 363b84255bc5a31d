import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from bangfu import local
from bangfu.local import postgres
from bangfu.local.processes import ProcessId
from bangfu.local.state import CHECKOUT, State, read_note
from bangfu.local.supervisor import end_orphans

pytestmark = pytest.mark.fault

PATIENCE_SECONDS = 120


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def machine(tmp_path, port):
    """A machine of its own: a state folder, a port, and ``bangfu`` on it."""
    machine = Machine(tmp_path, port)
    yield machine
    machine.give_back()


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A machine on which everything runs, shared by the tests that leave it so."""
    machine = Machine(tmp_path_factory.mktemp("running"), free_port())
    up = machine.up()
    try:
        machine.until_ready()
        yield machine
        assert machine.bangfu("down").stdout == "stopped\n"
        assert up.poll() == 0
    finally:
        machine.give_back()


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Machine:
    def __init__(self, folder, port):
        self.state = State.at(folder / "state")
        self.folder = folder
        self.url = f"http://127.0.0.1:{port}"
        self.runs = []
        given = ("DATABASE_URL", "REDIS_URL", "BANGFU_ENV")
        self.environ = {name: value for name, value in os.environ.items() if name not in given} | {
            "BANGFU_STATE_DIR": str(self.state.root),
            "BANGFU_PORT": str(port),
            "PYTHONPATH": f"{CHECKOUT / 'platform'}:{CHECKOUT}",
        }

    def bangfu(self, *arguments):
        return subprocess.run(
            [sys.executable, "-m", "bangfu.cli", *arguments],
            check=False,
            capture_output=True,
            text=True,
            env=self.environ,
        )

    def up(self, *options):
        output = (self.folder / f"up{len(self.runs)}.txt").open("w+")
        process = subprocess.Popen(
            [sys.executable, "-m", "bangfu.cli", "up", "--demo", "none", *options],
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

    def answers(self, path):
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return answer.status == 200

    def children(self):
        return [ProcessId.of(pid) for pid in read_note(self.state.up_note)["children"].values()]

    def give_back(self):
        for process, output in self.runs:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=PATIENCE_SECONDS)
            output.close()
        local.delete(self.state.root)


def test_up_says_once_when_pages_can_be_used(running):
    assert re.findall(r"^ready: .*$", running.said(), re.MULTILINE) == [f"ready: {running.url}"]
    assert running.answers("/accounts/login/")
    assert len(running.children()) == 3


def test_a_second_up_says_that_one_runs_and_where(running):
    second = running.bangfu("up")

    assert second.returncode == 1
    assert f"already at {running.url}. Stop it with: ./bangfu down" in second.stderr
    assert running.answers("/healthz")


def test_a_killed_web_a_killed_database_and_a_killed_broker_come_back(running):
    web = read_note(running.state.up_note)["children"]["web"]
    broker = read_note(running.state.run / "valkey.json")["process"]["pid"]
    postmaster = postgres.server(running.state).pid

    for pid in (web, broker, postmaster):
        os.kill(pid, signal.SIGKILL)

    deadline = time.monotonic() + PATIENCE_SECONDS
    while not usable(running):
        assert time.monotonic() < deadline, running.said()
        time.sleep(0.2)


def test_after_a_kill_the_next_up_goes_on_and_ctrl_c_leaves_nothing_behind(machine):
    killed = machine.up()
    machine.until_ready()
    killed.kill()
    killed.wait()

    up = machine.up()
    machine.until_ready()
    children = machine.children()
    up.send_signal(signal.SIGINT)

    assert up.wait(timeout=PATIENCE_SECONDS) == 0
    assert not any(child.alive() for child in children)
    assert end_orphans(machine.state) == 0
    assert local.running_urls(machine.state.root, environ={}) is None
    assert "stopped" in machine.said()


def test_a_taken_port_is_told_with_the_remedy(machine, port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        up = machine.up()

        assert up.wait(timeout=PATIENCE_SECONDS) == 1

    assert f"127.0.0.1:{port} cannot be used" in machine.said()
    assert f"BANGFU_PORT={port + 10} make run" in machine.said()


def usable(machine):
    try:
        return machine.answers("/readyz") and machine.answers("/accounts/login/")
    except OSError:
        return False
