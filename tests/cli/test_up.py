import os
import re
import signal
import socket
import time

import pytest

from bangfu import local
from bangfu.local import postgres
from bangfu.local.state import read_note
from bangfu.local.supervisor import end_orphans
from tests.support.machine import PATIENCE_SECONDS, Machine, free_port

pytestmark = pytest.mark.fault


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


def test_after_a_kill_the_next_up_goes_on_and_several_signals_leave_nothing_behind(machine):
    killed = machine.up()
    machine.until_ready()
    killed.kill()
    killed.wait(timeout=PATIENCE_SECONDS)

    up = machine.up()
    machine.until_ready()
    children = machine.children()
    up.send_signal(signal.SIGINT)
    up.send_signal(signal.SIGHUP)
    up.send_signal(signal.SIGTERM)

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
