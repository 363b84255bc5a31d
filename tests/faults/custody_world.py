"""Stations, their files, and words on their way: the protocol of transfers alone, without a database.

What a station does with an act or a word is what ``rules.custody`` and the flow of a file say, and nothing else.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import IllegalMove
from tenant_apps.households.flow import FILE_FLOW
from tenant_apps.households.models import FileState, TransferRole, TransferState
from tenant_apps.households.rules import custody

GIVING, TAKING, CONFIRMING = TransferRole.GIVING, TransferRole.TAKING, TransferRole.CONFIRMING
# Who may do what is not asked here.
ANYBODY = Actor.system("relay")

# How the giving, the taking and the confirming station may see a transfer when nothing is on its way any more.
AT_REST = {
    ("offered", "offered", ""),
    ("accepted", "accepted", "accepted"),
    ("done", "done", "done"),
    ("declined", "declined", ""),
    ("refused", "cancelled", "refused"),
    # The taking station is the one above: it hears once for both its roles.
    ("refused", "cancelled", "cancelled"),
    ("cancelled", "cancelled", ""),
    ("cancelled", "cancelled", "cancelled"),
}


class Violation(AssertionError):
    """Something does not hold that must hold at every moment."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """Which file moves from where to where, and who confirms it."""

    file: int
    giving: int
    taking: int
    above: int

    def station_in(self, role):
        return {GIVING: self.giving, TAKING: self.taking, CONFIRMING: self.above}[role]


@dataclass(slots=True)
class World:
    """What each station has, and the words between them: within a line they keep their order."""

    # file → station → its state there, and whether it was let go.
    files: dict = field(default_factory=dict)
    transfers: list = field(default_factory=list)
    # (transfer, role) → where it stands there.
    ends: dict = field(default_factory=dict)
    # (sender, recipient, transfer) → words.
    lines: dict = field(default_factory=dict)

    def copy(self):
        return World(
            {file: dict(there) for file, there in self.files.items()},
            list(self.transfers),
            dict(self.ends),
            {line: words.copy() for line, words in self.lines.items()},
        )

    def key(self):
        """The same for two worlds in which the same can happen."""
        return (
            frozenset((file, frozenset(there.items())) for file, there in self.files.items()),
            tuple(self.transfers),
            frozenset(self.ends.items()),
            frozenset((line, tuple(words)) for line, words in self.lines.items()),
        )

    # --- what people do --------------------------------------------------------------------------------

    def offer(self, file, *, giving, taking, above):
        """Offer a file to another station.

        Raises:
            IllegalMove: the file cannot be offered now, or the station does not have it.
        """
        number = len(self.transfers)
        transfer = Transfer(file, giving, taking, above)
        move = custody.act(GIVING, "offer", state=custody.UNKNOWN)
        self._take_file_step(giving, file, move)
        self.transfers.append(transfer)
        self._follow(number, GIVING, move)

    def act(self, number, role, name):
        """Let somebody at the station that has a role in a transfer do something.

        Raises:
            IllegalMove: it cannot be done now.
        """
        move = custody.act(role, name, state=self.ends.get((number, role), custody.UNKNOWN))
        if move.file_step:
            transfer = self.transfers[number]
            self._take_file_step(transfer.giving, transfer.file, move)
        self._follow(number, role, move)

    # --- what stations hear ------------------------------------------------------------------------------

    def deliver(self, line, *, times=1):
        """Let the first word of a line be heard, so many times."""
        words = self.lines[line]
        word = words.popleft()
        if not words:
            del self.lines[line]
        for _time in range(times):
            self.hear(line, word)
        return word

    def hear(self, line, word):
        """Let a station hear a word, in every role in which it follows it."""
        _sender, recipient, number = line
        transfer = self.transfers[number]
        for role in custody.listeners(word):
            if transfer.station_in(role) != recipient:
                continue
            state = self.ends.get((number, role), custody.UNKNOWN)
            move = custody.heard(role, word, state=state)
            if move is not None:
                self._heard(number, role, move)

    def _heard(self, number, role, move):
        transfer = self.transfers[number]
        recipient = transfer.station_in(role)
        at = recipient, transfer.file
        try:
            if role == TAKING and move.file_step:
                self._arrive(*at, move)
            elif move.file_step:
                self._take_file_step(*at, move)
        except IllegalMove as refused:
            there = self.files[transfer.file]
            raise Violation(f"{role} at {recipient} cannot follow: {there}") from refused
        if custody.HANDED in dict(move.says):
            state, _gone = self.files[transfer.file][recipient]
            self.files[transfer.file][recipient] = (state, True)
        self._follow(number, role, move)

    def _arrive(self, station, file, move):
        stub = self.files[file].get(station)
        if stub is not None:
            if stub[0] != FileState.MOVED_OUT:
                self._close_what_came_back(station, file)
            self._take_file_step(station, file, move)
        self.files[file][station] = (FileState.ON_FILE, False)

    def _close_what_came_back(self, station, file):
        for number, transfer in enumerate(self.transfers):
            state = self.ends.get((number, GIVING))
            if transfer.file == file and transfer.giving == station:
                move = custody.heard(GIVING, custody.RECEIVED, state=state)
                if move is not None:
                    self._heard(number, GIVING, move)

    # --- what follows --------------------------------------------------------------------------------------

    def _take_file_step(self, station, file, move):
        state, _gone = self.files[file].get(station, ("", False))
        after = FILE_FLOW.advance(move.file_step, state=state, actor=ANYBODY)
        self.files[file][station] = (after, False)

    def _follow(self, number, role, move):
        transfer = self.transfers[number]
        self.ends[number, role] = str(move.target)
        sender = transfer.station_in(role)
        told = dict.fromkeys((word, transfer.station_in(to)) for word, to in move.says)
        for word, recipient in told:
            self.lines.setdefault((sender, recipient, number), deque()).append(word)

    # --- what must hold --------------------------------------------------------------------------------------

    def holders(self, file):
        """Count who has a file: stations where it is open, and words that carry it."""
        at_stations = sum(
            state != FileState.MOVED_OUT and not is_gone
            for state, is_gone in self.files[file].values()
        )
        on_the_way = sum(
            words.count(custody.HANDED)
            for (_from, _to, number), words in self.lines.items()
            if self.transfers[number].file == file
        )
        return at_stations + on_the_way

    def look_at(self, file):
        """See that exactly one has a file.

        Raises:
            Violation: nobody has it, or more than one.
        """
        held = self.holders(file)
        if held != 1:
            raise Violation(f"file {file} is held {held} times")

    def seen_of(self, number):
        """How the giving, the taking and the confirming station see a transfer."""
        return tuple(self.ends.get((number, role), "") for role in (GIVING, TAKING, CONFIRMING))

    def look_at_rest(self):
        """See that all stations say the same of each transfer, once nothing is on its way.

        Raises:
            Violation: they do not, or a file stands as if it moved and it does not.
        """
        for number in range(len(self.transfers)):
            if self.seen_of(number) not in AT_REST:
                raise Violation(f"transfer {number} is seen as {self.seen_of(number)}")
        moving = {
            (one.giving, one.file)
            for number, one in enumerate(self.transfers)
            if self.ends[number, GIVING] in {TransferState.OFFERED, TransferState.ACCEPTED}
        }
        stand = {
            (station, file)
            for file, there in self.files.items()
            for station, (state, _gone) in there.items()
            if state == FileState.TRANSFERRING
        }
        if moving != stand:
            raise Violation(f"files stand as if they moved: {stand}, transfers are open: {moving}")
