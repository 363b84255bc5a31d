import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from bangfu.local.processes import ProcessId
from bangfu.local.state import State
from bangfu.local.supervisor import Program, Supervisor, end_orphans

pytestmark = pytest.mark.fault

PATIENCE_SECONDS = 15
SLEEPER = ("/bin/sh", "-c", "echo awake; exec sleep 60")


@pytest.fixture
def state(tmp_path):
    state = State.at(tmp_path / "state")
    state.create()
    return state


def supervisor_of(state, *programs):
    environ = dict(os.environ) | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return Supervisor(state, environ, programs)


def until(condition):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


def test_a_program_that_dies_is_started_again(state):
    supervisor = supervisor_of(state, Program("sleeper", SLEEPER))
    supervisor.start()
    try:
        first = supervisor.pids()["sleeper"]
        os.kill(first, signal.SIGKILL)
        told = []
        until(
            lambda: (
                told.extend(supervisor.watch()) or supervisor.pids().get("sleeper", first) != first
            )
        )

        assert "sleeper ended (signal 9), starting again in 2 s" in told[0]
    finally:
        supervisor.stop()


def test_a_program_that_always_dies_waits_longer_each_time(state):
    supervisor = supervisor_of(state, Program("broken", ("/bin/sh", "-c", "exit 3")))
    supervisor.start()
    try:
        told = []
        until(lambda: told.extend(supervisor.watch()) or len(told) == 2)

        assert "code 3" in told[0]
        assert "starting again in 2 s" in told[0]
        assert "starting again in 4 s" in told[1]
        assert supervisor.failures("broken") == 2
    finally:
        supervisor.stop()


def test_stopping_ends_even_a_program_that_does_not_listen(state):
    deaf = Program(
        "deaf", ("/bin/sh", "-c", "trap '' TERM; echo up; sleep 60 & wait; wait"), stop_seconds=0.3
    )
    supervisor = supervisor_of(state, deaf, Program("sleeper", SLEEPER))
    supervisor.start()
    processes = [ProcessId.of(pid) for pid in supervisor.pids().values()]
    until(lambda: "up" in supervisor.log("deaf").read_text())

    supervisor.stop()

    assert not any(process.alive() for process in processes)
    assert end_orphans(state) == 0


def test_what_a_killed_supervisor_started_ends_with_it(state):
    starter = start_elsewhere(state, SLEEPER)
    child = wait_for_child(state)
    starter.kill()
    starter.wait(timeout=PATIENCE_SECONDS)

    until(lambda: not child.alive())


def test_orphans_that_stayed_are_found_by_their_mark_and_ended(state):
    stubborn = ("/bin/sh", "-c", "trap '' TERM; echo awake; while :; do sleep 0.1; done")
    starter = start_elsewhere(state, stubborn)
    child = wait_for_child(state)
    starter.kill()
    starter.wait(timeout=PATIENCE_SECONDS)
    assert child.alive()

    assert end_orphans(state, patience_seconds=0.3) >= 1
    assert not child.alive()


def test_the_processes_of_another_state_folder_are_left_alone(state, tmp_path):
    supervisor = supervisor_of(state, Program("sleeper", SLEEPER))
    supervisor.start()
    try:
        other = State.at(tmp_path / "other")
        other.create()

        assert end_orphans(other) == 0
        assert ProcessId.of(supervisor.pids()["sleeper"]).alive()
    finally:
        supervisor.stop()


def start_elsewhere(state, command):
    script = textwrap.dedent("""
        import json, os, sys, time
        from pathlib import Path
        from bangfu.local.state import State
        from bangfu.local.supervisor import Program, Supervisor
        root, command = json.loads(sys.argv[1])
        supervisor = Supervisor(State.at(Path(root)), dict(os.environ), [Program("child", command)])
        supervisor.start()
        while "awake" not in supervisor.log("child").read_text():
            time.sleep(0.02)
        Path(root, "child").write_text(str(supervisor.pids()["child"]))
        time.sleep(60)
    """)
    environ = dict(os.environ) | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        [sys.executable, "-c", script, json.dumps([str(state.root), command])], env=environ
    )


def wait_for_child(state):
    note = Path(state.root, "child")
    until(lambda: note.exists() and note.read_text())
    return ProcessId.of(int(note.read_text()))
