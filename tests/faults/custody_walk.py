"""Files that move between stations while words are late and doubled and their hearers die: by chance, and every way.

The walk draws what happens next, over many stations and files. The search takes one file and a few transfers and goes
every way there is, so that what it finds nothing wrong with has nothing wrong within these bounds.
"""

from __future__ import annotations

import random
from collections import Counter, deque
from functools import partial
from itertools import permutations, product

from bangfu.kernel.errors import IllegalMove
from tenant_apps.households.models import FileState
from tenant_apps.households.rules import custody
from tests.faults.custody_world import AT_REST, GIVING, Violation, World

# Of a hundred: deliveries that die before their commit, that come twice in a row, whose copy comes any time later.
DIES, TWICE, LATER = 4, 5, 5
# Acts of people as they come by chance: most agree, and all try what cannot be done now.
ACTS = [
    *[(role, name) for role, name in custody.ACTS if name in {"accept", "confirm"}] * 6,
    *[(role, name) for role, name in custody.ACTS if name != "offer"],
]
_OVER = {one for one in AT_REST if one[0] not in {"offered", "accepted"}}


class Walk:
    """One run of many steps; the same seed is the same run."""

    def __init__(self, *, seed, stations=6, files=12):
        self.chance = random.Random(seed)
        self.stations = range(stations)
        self.world = World(
            files={n: {n % stations: (FileState.ON_FILE, False)} for n in range(files)}
        )
        self.open: list[int] = []
        self.copies: list[tuple] = []
        self.counts: Counter[str] = Counter()

    def step(self):
        """One thing happens: a word is heard, or somebody does something that he may or may not."""
        world, lot = self.world, self.chance.random()
        self.counts["steps"] += 1
        if self.copies and lot < 0.03:
            line, word = self.copies.pop(self.chance.randrange(len(self.copies)))
            world.hear(line, word)
            self.counts["later"] += 1
            self.look(line[2])
        elif world.lines and lot < 0.6:
            self.deliver(self.chance.choice(list(world.lines)))
        elif self.open and lot < 0.9:
            self.act(self.chance.choice(self.open))
        else:
            self.offer(self.chance.randrange(len(world.files)))

    def deliver(self, line):
        lot = self.chance.randrange(100)
        if lot < DIES:
            # What was done dies with its transaction, and the word waits where it was.
            self.world.copy().deliver(line)
            self.counts["dies"] += 1
            return
        times = 2 if lot < DIES + TWICE else 1
        word = self.world.deliver(line, times=times)
        self.counts[word] += 1
        self.counts["twice"] += times == 2
        if lot >= 100 - LATER:
            self.copies.append((line, word))
        self.look(line[2])

    def act(self, number):
        role, name = self.chance.choice(ACTS)
        try:
            self.world.act(number, role, name)
        except IllegalMove:
            self.counts["refused"] += 1
        else:
            self.counts[name] += 1
        self.look(number)

    def offer(self, file):
        station = self.chance.choice(list(self.world.files[file]))
        taking = self.chance.choice([one for one in self.stations if one != station])
        above = self.chance.choice(self.stations)
        try:
            self.world.offer(file, giving=station, taking=taking, above=above)
        except IllegalMove:
            self.counts["refused"] += 1
        else:
            self.open.append(len(self.world.transfers) - 1)
            self.counts["offer"] += 1
            self.look(self.open[-1])

    def look(self, number):
        """See that exactly one has the file of a transfer, and forget the transfer once it is over."""
        self.world.look_at(self.world.transfers[number].file)
        if number in self.open and self.world.seen_of(number) in _OVER:
            self.open.remove(number)

    def drain(self):
        """Let everything arrive, then look at every file and every transfer."""
        for line, word in self.copies:
            self.world.hear(line, word)
        self.copies.clear()
        while self.world.lines:
            self.deliver(self.chance.choice(list(self.world.lines)))
        for line, word in self.copies:
            self.world.hear(line, word)
        for file in self.world.files:
            self.world.look_at(file)
        self.world.look_at_rest()


def walk(*, hand_overs, seed=1, steps_a_run=5_000) -> Counter[str]:
    """Walk until so many files were handed over; return how often each thing happened.

    Raises:
        Violation: a file has not exactly one holder, or the stations do not agree in the end.
    """
    counts: Counter[str] = Counter()
    while counts[custody.HANDED] < hand_overs:
        run = Walk(seed=seed)
        for _step in range(steps_a_run):
            run.step()
        run.drain()
        counts += run.counts
        seed += 1
    return counts


def search(*, stations, transfers) -> Counter[str]:
    """Go every way that one file can go: every act and every word at every moment, each word once or twice.

    ``stations`` are keys; the last one is above the others. Counts worlds, and those in which nothing is on its way.

    Raises:
        Violation: as ``walk``, with the way that leads there.
    """
    above = stations[-1]
    start = World(files={0: {stations[0]: (FileState.ON_FILE, False)}})
    known = {start.key(): ()}
    counts: Counter[str] = Counter()
    ahead = deque([start])
    while ahead:
        world = ahead.popleft()
        way = known[world.key()]
        counts["worlds"] += 1
        if not world.lines:
            counts["at rest"] += 1
            try:
                world.look_at_rest()
            except Violation as found:
                raise Violation(f"{found} after {way}") from found
        for what, do in _possible(world, stations, above=above, transfers=transfers):
            after = world.copy()
            try:
                do(after)
                after.look_at(0)
            except IllegalMove:
                counts["refused"] += 1
                continue
            except Violation as found:
                raise Violation(f"{found} after {(*way, what)}") from found
            key = after.key()
            if key not in known:
                known[key] = (*way, what)
                ahead.append(after)
    counts["done"] = sum(
        any(end == ((number, GIVING), "done") for number in range(transfers) for end in key[2])
        for key in known
    )
    return counts


def _possible(world, stations, *, above, transfers):
    """Yield what could happen next, named, as acts on a world; some of it is refused."""
    for line in world.lines:
        for times in (1, 2):
            yield f"{line} heard {times}", partial(World.deliver, line=line, times=times)
    for number, (role, name) in product(range(len(world.transfers)), custody.ACTS):
        if name != "offer":
            yield f"{name} {number}", partial(World.act, number=number, role=role, name=name)
    if len(world.transfers) < transfers:
        for giving, taking in permutations(stations, 2):
            way = {"giving": giving, "taking": taking, "above": above}
            yield f"offer {way}", partial(World.offer, file=0, **way)
