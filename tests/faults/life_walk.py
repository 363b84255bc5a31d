"""Files of several stations that live on: people act, messages cross, and things go wrong.

One act or one delivery is a step. A step may die before its commit; a message may come twice; streams
overtake each other. After each step the walk looks at the station where it ran, and nowhere else: no
statement of one station can reach the rows of another. From what it saw it says whether each file has
one holder and took a step it may take. That is cheap; ``life_check`` looks at everything.
"""

from collections import Counter
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role, capabilities_of
from shared_apps.exchange.handlers import handler_of
from shared_apps.exchange.models import Message
from tenant_apps.households.rules import custody
from tests.shared_apps.rollup.on_file import another_household, put_on_file

# A file that left is held as one that is closed.
NOT_HELD = {"moved_out", "handed over"}

# Which step of a file may follow from which act or message; whatever else a file does is wrong. Written
# down here once more, so that a fault in the flow of the product does not excuse itself.
# Source: domain reference §3.2, from ``on_file`` on.
MAY = {
    "open_file": {("", "on_file")},
    "offer_transfer": {("on_file", "transferring")},
    "cancel_transfer": {("transferring", "on_file")},
    "start_recheck": {("on_file", "rechecking")},
    "drop_recheck": {("rechecking", "on_file")},
    "propose_exit": {("on_file", "rechecking")},
    "transfer.declined": {("transferring", "on_file")},
    "transfer.refused": {("transferring", "on_file")},
    "transfer.confirmed": {("transferring", "handed over")},
    # The last: it is back before the word that it was received.
    "transfer.handed": {("", "on_file"), ("moved_out", "on_file"), ("handed over", "on_file")},
    "transfer.received": {("handed over", "moved_out")},
    "life.decided": {
        ("rechecking", "on_file"),
        ("rechecking", "exit_notice"),
        ("exit_notice", "on_file"),
        ("exit_notice", "out"),
        ("exit_notice", "secured"),
        ("exit_notice", "cancelled"),
    },
    "exit.asked": {("on_file", "rechecking")},
    "exit.withdrawn": {("rechecking", "on_file")},
}

# Everything the walk has to know of one station, in one look under the station's own role.
_LOOK = """
    SELECT 'file', id::text,
           CASE WHEN state = 'transferring' AND custody <> '' THEN 'handed over' ELSE state END,
           custody, '', 0, 0, 0
    FROM households_file
    UNION ALL
    SELECT 'transfer', transfer_id::text, role, state, '', 0, 0, 0 FROM households_transfer
    WHERE role = 'taking' AND state = 'offered' OR role = 'confirming' AND state = 'accepted'
    UNION ALL
    SELECT 'review', id::text, kind, state, '', 0, 0, 0 FROM reviews_review
    WHERE kind <> 'admission' AND state IN ('offered', 'notice', 'objection', 'approval')
    UNION ALL
    SELECT 'message', id::text, kind, '', stream, sender_id, recipient_id, seq FROM exchange_message
    WHERE state = 'new'
    ORDER BY 1, 8, 2
"""


class Crash(Exception):
    """The process died before its commit."""


class Violation(AssertionError):
    """Something holds no more that must hold at every moment."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message on its way."""

    kind: str
    stream: str
    sender: int
    recipient: int
    seq: int

    @property
    def line(self):
        """Within one line messages keep their order."""
        return self.sender, self.recipient, self.stream


@dataclass(slots=True)
class Seen:
    """What the last look at each station showed."""

    files: dict = field(default_factory=dict)
    transfers: dict = field(default_factory=dict)
    reviews: dict = field(default_factory=dict)
    waiting: dict = field(default_factory=dict)
    # Which file a transfer moves; in the order in which the files were opened.
    moving: dict = field(default_factory=dict)
    opened: list = field(default_factory=list)

    def copy(self):
        return Seen(
            files={key: dict(rows) for key, rows in self.files.items()},
            transfers=dict(self.transfers),
            reviews=dict(self.reviews),
            waiting=dict(self.waiting),
            moving=dict(self.moving),
            opened=list(self.opened),
        )


class Walk:
    """Files of several stations, the people there, and a relay of its own."""

    def __init__(self, *, homes, centres, now, seen=None, seeds=0):
        self.homes, self.centres = homes, centres
        self.stations = list(dict.fromkeys([*homes, *centres]))
        self.by_key = {station.id: station for station in self.stations}
        self.now = now
        self.seeds = seeds
        self.seen = seen.copy() if seen else Seen(files={key: {} for key in self.by_key})
        self.steps = 0
        self.counts = Counter()
        self.people = {
            (station.code, role): Actor(
                user_id=number,
                name=f"{station.level}级{role}",
                station=station,
                roles=frozenset({role}),
                capabilities=capabilities_of([role]),
            )
            for number, (station, role) in enumerate(
                (
                    (station, role)
                    for station in self.stations
                    for role in (Role.CLERK, Role.REVIEWER, Role.HEAD)
                ),
                start=9000,
            )
        }

    def actor(self, station, role):
        return self.people[station.code, role]

    # --- what there is to act on, from the last looks ------------------------------------------------

    def files(self, *states, custody=None):
        """Return (station, file) of the files in these states; those of another custody left out."""
        return [
            (station, key)
            for key in self.seen.opened
            for station in self.stations
            if (row := self.seen.files[station.id].get(key)) is not None
            and row[0] in states
            and (custody is None or bool(row[1]) == custody)
        ]

    def transfers(self, role):
        """Return (station, transfer) of the transfers that wait for an answer in a role."""
        return [
            (station, key)
            for station in self.stations
            for key, its_role in self.seen.transfers.get(station.id, ())
            if its_role == role
        ]

    def reviews(self, *states):
        """Return (station, review, kind, state) of what waits at the centres in these states."""
        return [
            (station, *row)
            for station in self.centres
            for row in self.seen.reviews.get(station.id, ())
            if row[2] in states
        ]

    def heads(self):
        """Return the first message of each line, the one that waits longest first."""
        first = {}
        for key, message in self.seen.waiting.items():
            first.setdefault(message.line, key)
        return list(first.values())

    # --- steps ---------------------------------------------------------------------------------------

    def act(self, name, station, do, *, dies=False):
        """Let somebody at a station do something; what is refused, or dies, leaves nothing behind."""
        self._tick()
        done = None
        try:
            with in_station(station), self._dying(dies):
                done = do()
        except Crash:
            done = None
            self.counts["crashed"] += 1
        except DomainError as refusal:
            self.counts[f"refused {refusal.code}"] += 1
        else:
            self.counts[name] += 1
        self.look(station, name)
        return done

    def open_file(self, station):
        """Put one more household on file."""
        self.seeds += 1

        def put():
            file = put_on_file(station, now=self.now, **another_household(self.seeds))
            self.seen.opened.append(file.pk)

        self.act("open_file", station, put)

    def remember(self, transfer):
        """Keep which file a transfer moves, where one was offered."""
        if transfer is not None:
            self.seen.moving[str(transfer.transfer_id)] = transfer.file_id

    def deliver(self, key, fault=""):
        """Apply a message; ``dies`` before its commit, or ``twice`` in a row."""
        self._tick()
        waiting = self.seen.waiting[key]
        recipient = self.by_key[waiting.recipient]
        try:
            with in_station(recipient), self._dying(fault == "dies"):
                message = Message.objects.get(pk=key)
                handler = handler_of(message.kind)
                handler(message, now=self.now)
                if fault == "twice":
                    handler(message, now=self.now)
                with in_network():
                    Message.objects.filter(pk=key).update(state="done", done_at=self.now)
        except Crash:
            self.counts["crashed"] += 1
        except DomainError as refusal:
            raise Violation(f"{waiting.kind} was refused: {refusal.code}") from refusal
        else:
            self.counts["delivered"] += 1
            self.counts[waiting.kind] += 1
            self.counts["twice"] += fault == "twice"
        self.look(recipient, waiting.kind)

    def drain(self, *, twice=False):
        """Deliver until nothing is on its way; each message ``twice``, if so."""
        while heads := self.heads():
            self.deliver(heads[0], "twice" if twice else "")

    @contextmanager
    def _dying(self, dies):
        """Let what is done in the block be undone, as by a process that died before its commit."""
        # Each act is a transaction of its own, so that only one that dies needs another around it.
        with transaction.atomic() if dies else nullcontext():
            yield
            if dies:
                raise Crash

    def _tick(self):
        # No two acts in one second: nobody is that fast, and some keys are made of the second.
        self.steps += 1
        self.now += timedelta(seconds=1)

    # --- looking -------------------------------------------------------------------------------------

    def look(self, station, cause):
        """Look at a station after a step there, and see that nothing happened that may not.

        Raises:
            Violation: a file went another way, or has not exactly one holder.
        """
        files, transfers, reviews, messages = {}, [], [], {}
        with in_station(station), connection.cursor() as cursor:
            cursor.execute(_LOOK)
            for what, key, first, second, stream, sender, recipient, seq in cursor.fetchall():
                if what == "file":
                    files[UUID(key)] = (first, second)
                elif what == "transfer":
                    transfers.append((UUID(key), first))
                elif what == "review":
                    reviews.append((UUID(key), first, second))
                else:
                    messages[UUID(key)] = Waiting(first, stream, sender, recipient, seq)
        wrong = list(self._other_ways(self.seen.files[station.id], files, cause))
        self.seen.files[station.id] = files
        self.seen.transfers[station.id] = transfers
        self.seen.reviews[station.id] = reviews
        kept = {
            key: message
            for key, message in self.seen.waiting.items()
            if key in messages or station.id not in (message.sender, message.recipient)
        }
        self.seen.waiting = kept | messages
        wrong += self.not_held_once()
        if wrong:
            raise Violation("; ".join(wrong))

    def not_held_once(self):
        """Name the files that not exactly one holds: a station, or the message that carries it."""
        held = Counter(self.on_the_way())
        for rows in self.seen.files.values():
            for key, (state, _custody) in rows.items():
                held[key] += state not in NOT_HELD
        number = {key: n for n, key in enumerate(self.seen.opened)}
        return [
            f"file {number.get(key, key)} is held {held[key]} times"
            for key in {*held, *number}
            if held[key] != 1
        ]

    def on_the_way(self):
        """Return the files that are now in a message."""
        return [
            self.seen.moving[message.stream.partition(":")[2]]
            for message in self.seen.waiting.values()
            if message.kind == custody.HANDED
        ]

    def _other_ways(self, before, after, cause):
        number = {key: n for n, key in enumerate(self.seen.opened)}
        for key in {*before, *after}:
            was, is_ = before.get(key, ("",))[0], after.get(key, ("",))[0]
            if was != is_ and (was, is_) not in MAY.get(cause, ()):
                yield f"file {number.get(key, key)} went from {was} to {is_} by {cause}"


__all__ = ["Crash", "Seen", "Violation", "Walk"]
