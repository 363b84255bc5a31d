"""R10: producers and relays as real processes that are killed at their commits, again and again.

``python -m tests.faults.chaos`` runs the figures of CI, ``--full`` those of the goal: 10,000 messages,
500 kills of processes, 20 of PostgreSQL itself, on servers of its own. Every process is a fork of one
that has Django loaded but no connection, so a new worker costs milliseconds.

A producer posts numbered messages on its own streams, a fifth of them twice, and sometimes gives an act
up half-way. A handler notes each number in its station's audit chain and answers; one in fifty fails
first. At the end every number must have been noted once, in order, and every chain must hold.
"""

from __future__ import annotations

import argparse
import json
import mmap
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from datetime import timedelta

PRODUCERS = 2
RELAYS = 3
STREAMS_EACH = 12
LEASE = timedelta(milliseconds=700)
DEADLINE_SECONDS = 900


@dataclass
class Result:
    """What a run did and what it found wrong; every list but the first three must be empty."""

    messages: int = 0
    kills: int = 0
    server_kills: int = 0
    seconds: float = 0.0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)
    left_over: list[str] = field(default_factory=list)
    broken_chains: list[str] = field(default_factory=list)

    @property
    def faults(self) -> int:
        return sum(
            len(found)
            for found in (
                self.lost,
                self.doubled,
                self.out_of_order,
                self.left_over,
                self.broken_chains,
            )
        )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--messages", type=int)
    parser.add_argument("--kills", type=int)
    parser.add_argument("--server-kills", type=int)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    messages = given.messages or (10_000 if given.full else 2_000)
    kills = given.kills or (500 if given.full else 100)
    server_kills = given.server_kills
    if server_kills is None:
        server_kills = 20 if given.full else 0
    own = tempfile.TemporaryDirectory(prefix="bangfu-chaos-") if server_kills else None
    if own:
        # A server that is killed must keep what it answered for, as in production.
        os.environ |= {"BANGFU_STATE_DIR": own.name, "BANGFU_TEST_DURABLE": "yes"}
    import django

    import tests.support.services  # noqa: F401  (servers and environment come before Django)

    os.environ["DJANGO_SETTINGS_MODULE"] = "bangfu.settings"
    django.setup()
    from tests.support import databases

    name = f"bangfu_chaos_{os.getpid()}"
    databases.make_copy(name)
    databases.point_at(name)
    try:
        result = Run(messages, kills, server_kills, given.seed).go()
    finally:
        databases.drop_copy(name)
        if own:
            from pathlib import Path

            from bangfu.local import delete

            delete(Path(own.name))
            own.cleanup()
    print(json.dumps(asdict(result), ensure_ascii=False))
    enough = result.kills >= kills and result.server_kills >= server_kills
    sys.exit(0 if not result.faults and enough else 1)


class Run:
    """One run: keeps the processes alive while it kills them, then checks what is left."""

    def __init__(self, messages: int, kills: int, server_kills: int, seed: int) -> None:
        # Every posted message is answered by one.
        self.each = messages // 2 // PRODUCERS
        self.kills = kills
        self.server_kills = server_kills
        self.random = random.Random(seed)
        # Commits: one a post, two a delivery; a process may die before or after each of them.
        self.deadly = 0.6 * kills / (messages * 2.5 * 2)
        self.progress = mmap.mmap(-1, 8 * PRODUCERS)
        self.result = Result()
        self.running: dict[int, tuple[str, int]] = {}

    def go(self) -> Result:
        began = time.monotonic()
        for number in range(PRODUCERS):
            self._start("producer", number)
        for number in range(RELAYS):
            self._start("relay", number)
        next_server_kill = began + 4
        try:
            while self._unfinished():
                if time.monotonic() - began > DEADLINE_SECONDS:
                    break
                time.sleep(0.05)
                self._bury()
                self._kill_one()
                if (
                    self.result.server_kills < self.server_kills
                    and time.monotonic() > next_server_kill
                ):
                    self._kill_server()
                    next_server_kill = time.monotonic() + 3
        finally:
            for pid in list(self.running):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
        self._check()
        self.result.seconds = round(time.monotonic() - began, 1)
        return self.result

    def _start(self, kind: str, number: int) -> None:
        seed = self.random.random()
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                _die_at_commits(self.deadly, random.Random(seed))
                _silence()
                if kind == "producer":
                    _produce(number, self.each, self.progress, random.Random(seed))
                else:
                    _relay(random.Random(seed))
                code = 0
            except Exception:  # noqa: BLE001  (the parent must hear of it whatever it is)
                traceback.print_exc()
            finally:
                os._exit(code)
        self.running[pid] = (kind, number)

    def _bury(self) -> None:
        for pid in list(self.running):
            dead, status = os.waitpid(pid, os.WNOHANG)
            if not dead:
                continue
            kind, number = self.running.pop(pid)
            if os.WIFSIGNALED(status):
                self.result.kills += 1
            elif status:
                raise RuntimeError(f"a {kind} failed by itself")
            if kind == "relay" or self._sent(number) < self.each:
                self._start(kind, number)

    def _kill_one(self) -> None:
        if self.running and self.random.random() < 0.12:
            os.kill(self.random.choice(list(self.running)), signal.SIGKILL)

    def _kill_server(self) -> None:
        from pathlib import Path

        from bangfu.local import ensure, postgres
        from bangfu.local.state import State

        state = State.at(Path(os.environ["BANGFU_STATE_DIR"]))
        server = postgres.server(state)
        if server is None:
            return
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        for pid in (server.pid, *map(int, children)):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.result.server_kills += 1
        time.sleep(0.3)
        ensure(Path(os.environ["BANGFU_STATE_DIR"]))

    def _sent(self, number: int) -> int:
        return int.from_bytes(self.progress[8 * number : 8 * number + 8], "big")

    def _unfinished(self) -> bool:
        if any(self._sent(number) < self.each for number in range(PRODUCERS)):
            return True
        if self.result.kills < self.kills or self.result.server_kills < self.server_kills:
            return True
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                code = _anything_open()
            finally:
                os._exit(code)
        _pid, status = os.waitpid(pid, 0)
        if status:
            time.sleep(0.3)
        return bool(status)

    def _check(self) -> None:
        from bangfu.kernel.tenancy import in_network
        from shared_apps.audit.models import AuditRow
        from shared_apps.audit.services import verify
        from shared_apps.exchange.models import Message, Stream
        from tenants.models import Station

        result = self.result
        with in_network():
            result.messages = Message.objects.count()
            result.left_over = [
                str(message) for message in Message.objects.exclude(state="done")[:20]
            ]
            noted = defaultdict(list)
            for row in AuditRow.objects.filter(event__startswith="chaos.").order_by("chain", "seq"):
                noted[row.event, row.subject_id].append(row.data["n"])
            for line in Stream.objects.all():
                found = Message.objects.filter(
                    sender_id=line.sender_id, recipient_id=line.recipient_id, stream=line.name
                ).count()
                if found != line.last_seq:
                    result.lost.append(f"{line}: {found} of {line.last_seq}")
            stations = [station.ref for station in Station.objects.all()]
        for number in range(PRODUCERS):
            for index in range(STREAMS_EACH):
                stream = f"{number}.{index}"
                expected = list(range(index, self.each, STREAMS_EACH))
                for event in ("chaos.applied", "chaos.answered"):
                    self._compare(f"{event} {stream}", noted[event, stream], expected)
        result.broken_chains = [s.code for s in stations if verify(s) is not None]

    def _compare(self, where: str, found: list[int], expected: list[int]) -> None:
        counts = Counter(found)
        self.result.lost += [f"{where} #{n}" for n in expected if n not in counts]
        self.result.doubled += [f"{where} #{n}" for n, times in counts.items() if times > 1]
        if found != sorted(found):
            self.result.out_of_order.append(where)


def _die_at_commits(probability: float, chance: random.Random) -> None:
    from django.db import connection

    commit = connection._commit

    def deadly_commit() -> None:
        if chance.random() < probability:
            os.kill(os.getpid(), signal.SIGKILL)
        commit()
        if chance.random() < probability:
            os.kill(os.getpid(), signal.SIGKILL)

    connection._commit = deadly_commit


def _produce(number: int, count: int, progress: mmap.mmap, chance: random.Random) -> None:
    pairs = _pairs(chance)
    place = slice(8 * number, 8 * number + 8)
    at = int.from_bytes(progress[place], "big")
    while at < count:
        if not _survived(lambda at=at: _send(number, at, pairs, give_up=chance.random() < 0.05)):
            continue
        if chance.random() < 0.2:
            _survived(lambda at=at: _send(number, at, pairs, give_up=False))
        at += 1
        progress[place] = at.to_bytes(8, "big")


def _send(number: int, at: int, pairs: list, *, give_up: bool) -> None:
    from django.db import transaction

    from bangfu.kernel import clock
    from bangfu.kernel.tenancy import in_station
    from shared_apps.exchange import services

    index = at % STREAMS_EACH
    sender, recipient = pairs[(number * STREAMS_EACH + index) % len(pairs)]
    stream = f"{number}.{index}"
    with in_station(sender):
        for given_up in (True, False) if give_up else (False,):
            with transaction.atomic():
                services.post(
                    kind="chaos.step",
                    recipient=recipient.id,
                    stream=stream,
                    key=f"{stream}:{at}",
                    body={"n": at, "stream": stream},
                    now=clock.now(),
                )
                if given_up:
                    transaction.set_rollback(True)


def _pairs(_chance: random.Random) -> list:
    from bangfu.kernel.tenancy import in_network
    from tenants.models import Station

    refs: list = []

    def read() -> None:
        with in_network():
            refs[:] = [station.ref for station in Station.objects.order_by("code")]

    while not _survived(read):
        pass
    return [(a, b) for a in refs for b in refs if a != b]


def _relay(chance: random.Random) -> None:
    from datetime import timedelta

    from bangfu.kernel.actors import Actor
    from shared_apps.audit.services import record
    from shared_apps.exchange import handlers, relay, services

    relay.BACKOFF_BASE = timedelta(milliseconds=10)
    robot = Actor.system("chaos")

    def note(event: str, message, now) -> None:
        record(
            event=event,
            actor=robot,
            subject=("stream", message.body["stream"]),
            data={"n": message.body["n"]},
            now=now,
        )

    def step(message, *, now) -> None:
        services.post(
            kind="chaos.answer",
            recipient=message.sender_id,
            stream=message.stream,
            key=f"answer:{message.pk}",
            body=message.body,
            now=now,
        )
        note("chaos.applied", message, now)
        if chance.random() < 0.02:
            raise RuntimeError("a handler fails now and then")

    def answer(message, *, now) -> None:
        note("chaos.answered", message, now)

    handlers._handlers["chaos.step"] = step
    handlers._handlers["chaos.answer"] = answer

    def turn() -> None:
        waiting = relay.stations_with_mail()
        chance.shuffle(waiting)
        for station_id in waiting:
            relay.deliver(station_id, limit=20, lease=LEASE)
        if not waiting:
            time.sleep(0.03)

    while True:
        _survived(turn)


def _silence() -> None:
    import logging

    import structlog

    from shared_apps.exchange import doorbell

    # No bell: the relays look for themselves, as the sweeper does.
    doorbell.ring = lambda _station_id: False
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)


def _survived(act) -> bool:
    """Do something while the server may vanish; say whether it was done."""
    from django.db import Error, connection

    try:
        act()
    except Error:
        connection.close()
        time.sleep(0.05)
        return False
    return True


def _anything_open() -> int:
    from django.db import Error

    from bangfu.kernel.tenancy import in_network
    from shared_apps.exchange.models import Message

    try:
        with in_network():
            return int(Message.objects.exclude(state__in=["done", "parked"]).exists())
    except Error:
        return 1


if __name__ == "__main__":
    main()
