"""Files that only move from station to station, as fast as people answer; what happens next is drawn by lot."""

import random

from shared_apps.accounts.roles import Role
from tenant_apps.households.services import moving

# Of a hundred: steps that die before their commit, messages that come twice, answers that are no.
DIES, TWICE, NO, BACK = 4, 5, 6, 3


class Moves:
    """Lets the files of a walk move on."""

    def __init__(self, walk, *, seed):
        self.walk = walk
        self.random = random.Random(seed)

    def step(self):
        """Deliver one message, or let somebody take one step."""
        walk = self.walk
        heads = walk.heads()
        if heads and self.random.random() < 0.6:
            lot = self.random.randrange(100)
            fault = "dies" if lot < DIES else "twice" if lot < DIES + TWICE else ""
            walk.deliver(self.random.choice(heads), fault)
            return
        acts = [
            *((self.answer, one) for one in walk.transfers("taking")),
            *((self.decide, one) for one in walk.transfers("confirming")),
            *((self.offer, one) for one in walk.files("on_file")),
        ]
        if self._of_a_hundred(BACK):
            acts = [(self.cancel, one) for one in walk.files("transferring")] or acts
        if acts:
            do, (station, key) = self.random.choice(acts)
            do(station, key)

    def offer(self, station, key):
        to = self.random.choice([one for one in self.walk.homes if one is not station])
        offered = self._act(station, moving.offer_transfer, key, to_code=to.code, reason="moved")
        self.walk.remember(offered)

    def answer(self, station, key):
        if self._of_a_hundred(NO):
            self._act(station, moving.decline_transfer, key, reason="不属本站")
        else:
            self._act(station, moving.accept_transfer, key)

    def decide(self, station, key):
        if self._of_a_hundred(NO):
            self._act(station, moving.refuse_transfer, key, reason="材料不全")
        else:
            self._act(station, moving.confirm_transfer, key)

    def cancel(self, station, key):
        self._act(station, moving.cancel_transfer, key, reason="有误")

    def _act(self, station, step, key, **words):
        walk = self.walk
        actor = walk.actor(station, Role.REVIEWER)
        return walk.act(
            step.__name__,
            station,
            lambda: step(key, actor=actor, now=walk.now, **words),
            dies=self._of_a_hundred(DIES),
        )

    def _of_a_hundred(self, number):
        return self.random.randrange(100) < number
