"""Where the walks of files over stations begin, and how a run of one can be repeated."""

import random
from contextlib import contextmanager
from unittest import mock

from django.db import connection, transaction

from bangfu.kernel import clock, ids
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role
from shared_apps.policies import selectors as policies
from tenant_apps.households.services import moving, rechecking, rounds, tending
from tenant_apps.households.services.findings import Findings
from tenant_apps.reviews.life import services as centre

rows_of_rules = policies.rows_above
WAYS_OUT = {
    "better off": ("out", "income"),
    "on dibao": ("secured", "state_support"),
    "died": ("cancelled", "death"),
    "went away": ("out", "moved"),
}


def leaving(way):
    kind, reason = WAYS_OUT[way]
    return Findings(
        text="拟退出",
        proposal="exit",
        exit_kind=kind,
        exit_reason=reason,
        incomes_fen=(250_000,) * 6,
        is_cause_gone=True,
    )


class Dice:
    """Chance and time of the keys that are given, the same in every run, so that a run can be repeated."""

    def __init__(self, chance):
        self.random = random.Random(chance)
        self.nanoseconds = 1_800_000_000_000_000_000

    def randbits(self, number):
        return self.random.getrandbits(number)

    def time_ns(self):
        self.nanoseconds += 1_000_000
        return self.nanoseconds


def begin(walk):
    """Bring files to where much can happen next: one waits for each kind of answer, one for none."""
    township, enterprise, outsider, county = walk.homes

    def act(station, role, step, *given, **words):
        actor = walk.actor(station, role)
        done = walk.act(
            step.__name__, station, lambda: step(*given, actor=actor, now=walk.now, **words)
        )
        walk.drain()
        return done

    homes = (township, enterprise, outsider, county, enterprise, township, outsider, enterprise)
    for station in homes:
        walk.open_file(station)
    moves, offered, leaves, rechecked, died, _stays, asks, moved = walk.seen.opened
    reviewer, clerk = Role.REVIEWER, Role.CLERK

    def offer(station, key, to):
        words = {"to_code": to.code, "reason": "moved"}
        walk.remember(act(station, reviewer, moving.offer_transfer, key, **words))

    def accept_all():
        for station, key in walk.transfers("taking"):
            act(station, reviewer, moving.accept_transfer, key)

    offer(enterprise, moved, county)
    accept_all()
    for station, key in walk.transfers("confirming"):
        act(station, reviewer, moving.confirm_transfer, key)
    offer(township, moves, outsider)
    accept_all()
    offer(enterprise, offered, township)
    on = clock.local_day(walk.now)
    act(county, clerk, rechecking.report_event, rechecked, event="job", happened_on=on)
    act(county, clerk, rechecking.start_recheck, rechecked)
    act(county, clerk, rechecking.send_recheck, rechecked, Findings(text="没有变化"))
    for station, file, way in ((outsider, leaves, "better off"), (enterprise, died, "died")):
        act(station, clerk, rechecking.propose_exit, file, leaving(way))
        [(centre_of, key)] = [one[:2] for one in walk.reviews("offered") if one[2] == "exit"]
        act(centre_of, reviewer, centre.agree_exit, key)
    act(outsider, clerk, rechecking.propose_exit, asks, leaving("on dibao"))
    for station in walk.stations:
        with in_station(station):
            tending.tend_files(now=walk.now)
    assert not any(name.startswith("refused") for name in walk.counts)
    walk.counts.clear()


@contextmanager
def one_transaction(*, chance, stays=False):
    """A transaction in which keys and samples come as they came before for this chance.

    Nobody lays down a rule in it, so each is read once.
    """
    dice, read = Dice(chance), {}

    def rows_above(keys, *, scopes, on):
        asked = frozenset(keys), tuple(scopes), on
        if asked not in read:
            read[asked] = rows_of_rules(asked[0], scopes=scopes, on=on)
        return read[asked]

    with (
        mock.patch.object(ids, "secrets", dice),
        mock.patch.object(ids, "time", dice),
        # Keys of this run do not go on from those of the last.
        mock.patch.object(ids, "_ORDER", ids._Order()),
        mock.patch.object(rounds, "secrets", dice),
        mock.patch.object(policies, "rows_above", rows_above),
        in_network(),
    ):
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            yield
        finally:
            # Nobody listens for the bell here.
            connection.run_on_commit = []
            transaction.set_rollback(not stays)
            atomic.__exit__(None, None, None)


def around(things, number):
    """Return the thing of a number, counted around."""
    return things[number % len(things)]
