"""The processes of a single machine: started together, started again when they die, ended together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bangfu.local.processes import ProcessId, end
from bangfu.local.state import State

MARK = "BANGFU_SUPERVISED"
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
LARGEST_LOG_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Program:
    """One process to keep running; its output goes to ``logs/<name>.log``."""

    name: str
    command: Sequence[str]
    stop_seconds: float = 20.0


@dataclass(slots=True)
class _Child:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    due: float = 0.0


@dataclass
class Supervisor:
    """Keeps programs running. Every process below it carries a mark by which orphans are found."""

    state: State
    environ: Mapping[str, str]
    programs: Sequence[Program]
    _children: list[_Child] = field(default_factory=list, init=False)

    def start(self) -> None:
        """Start every program."""
        self._children = [_Child(program) for program in self.programs]
        for child in self._children:
            self._launch(child)

    def watch(self) -> list[str]:
        """Start again whatever died and is due; call it about every second.

        A program that dies at once waits twice as long each time, half a minute at most.

        Returns:
            What happened, as lines for people.
        """
        now = time.monotonic()
        happened = []
        for child in self._children:
            if child.process is not None and (code := child.process.poll()) is not None:
                child.process = None
                child.failures = 0 if now - child.started > STEADY_SECONDS else child.failures + 1
                pause = min(2.0**child.failures, LONGEST_PAUSE_SECONDS)
                child.due = now + pause
                happened.append(
                    f"{child.program.name} ended ({_ending(code)}), starting again in {pause:.0f} s; "
                    f"see {self.log(child.program.name)}"
                )
            if child.process is None and now >= child.due:
                self._launch(child)
        return happened

    def failures(self, name: str) -> int:
        """How often in a row a program died soon after its start."""
        return next(child.failures for child in self._children if child.program.name == name)

    def pids(self) -> dict[str, int]:
        """The process numbers by name, of those that run."""
        return {child.program.name: child.process.pid for child in self._children if child.process}

    def log(self, name: str) -> Path:
        """Where a program writes."""
        return self.state.logs / f"{name}.log"

    def stop(self) -> None:
        """Ask all programs to finish, wait for each as long as it may take, then end what is left."""
        running = [(child.program, child.process) for child in self._children if child.process]
        for _, process in running:
            process.terminate()
        for program, process in running:
            try:
                process.wait(timeout=program.stop_seconds)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._children = []
        end_orphans(self.state, patience_seconds=2)

    def _launch(self, child: _Child) -> None:
        log = self.log(child.program.name)
        if log.exists() and log.stat().st_size > LARGEST_LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        child.started = time.monotonic()
        with log.open("ab") as output:
            child.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "bangfu.local.leash",
                    str(os.getpid()),
                    *child.program.command,
                ],
                env={**self.environ, MARK: str(self.state.root)},
                # Not where the user stands: Celery would import what lies there.
                cwd=self.state.root,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )


def end_orphans(state: State, *, patience_seconds: float = 15.0) -> int:
    """End what a killed supervisor of this state folder left behind.

    Returns:
        How many processes there were.
    """
    orphans = _marked(state)
    for orphan in orphans:
        with suppress(ProcessLookupError):
            os.kill(orphan.pid, signal.SIGTERM)
    deadline = time.monotonic() + patience_seconds
    for orphan in orphans:
        end(orphan, patience_seconds=max(0.0, deadline - time.monotonic()))
    return len(orphans)


def _marked(state: State) -> list[ProcessId]:
    mark = f"{MARK}={state.root}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal() or int(folder.name) == os.getpid():
            continue
        try:
            environ = (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        process = ProcessId.of(int(folder.name)) if mark in environ else None
        if process:
            found.append(process)
    return found


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"code {code}"
