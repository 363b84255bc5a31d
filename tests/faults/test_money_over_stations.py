"""R17 once more with real stations: the rows, vouchers, messages and facts of transfers follow the same rules."""

import os
import random
import time
from collections import Counter

import pytest
from django.db import DatabaseError, connection, transaction

from bangfu.kernel.errors import DomainError
from bangfu.kernel.tenancy import in_network
from shared_apps.audit.auditor import audit_ledger, ends_here, ends_that_differ
from shared_apps.exchange.errors import OtherBodyUnderKey
from shared_apps.exchange.handlers import handler_of
from shared_apps.exchange.models import Message, MessageState
from shared_apps.reconciliation.checks import ledger_intact, messages_against_effects
from shared_apps.rollup.services import fold_facts, recount_station
from tenant_apps.funds.models import Journal
from tenant_apps.sources import services
from tenant_apps.sources.models import Transfer
from tenant_apps.sources.selectors import transit_differences
from tests.conftest import NOON
from tests.faults.life_faults import put_in
from tests.faults.money_faults import SERVICES
from tests.tenant_apps.sources.conftest import acting_at, money

__all__ = ["money"]

pytestmark = pytest.mark.fault
FULL = os.environ.get("BANGFU_CHAOS") == "full"
STEPS = 4_000 if FULL else 160
MOST = 900_00


class Violation(AssertionError):
    """Something that must hold does not."""


class Died(Exception):
    """The worker was killed before its commit."""


class Walk:
    """Transfers from the county to the township, over a bank and messages that misbehave."""

    def __init__(self, money, *, seed):
        self.money = money
        self.chance = random.Random(seed)
        self.fund = money.county.fund()
        self.transfers = []
        self.afloat = []
        self.counts = Counter()

    def step(self):
        acts = [self.instruct, self.pay, self.pay, self.book, self.book, self.deliver, self.agree]
        act = self.chance.choice(acts)
        self.counts[act.__name__] += 1
        act()

    def tried(self, act):
        """Do something that may be refused, and one time in five dies before it is committed."""
        try:
            with transaction.atomic():
                act()
                if self.chance.random() < 0.2:
                    raise Died
        except Died:
            self.counts["died"] += 1
            return False
        except DomainError:
            self.counts["refused"] += 1
            return False
        return True

    def instruct(self):
        fen = self.chance.randint(1, MOST)
        county, township = self.money.county, self.money.township
        if county.balance("8001", self.fund) < MOST:
            county.endow(self.fund, 100 * MOST)
        self.transfers.append(county.instruct(township, self.fund, fen))

    def pay(self):
        waiting = self.money.county.expected()
        if not waiting:
            return
        one = self.chance.choice(waiting)
        if one.incoming:
            return
        serial = f"P{one.ref}"
        with in_network():
            paid = self.tried(
                lambda: self.money.county.books(one.ref, one.amount_fen, serial=serial)
            )
        if paid:
            self.afloat.append((one.ref, one.amount_fen, self.chance.choice(
                ["fine"] * 6 + ["lost", "less", "doubled"])))  # fmt: skip

    def book(self):
        """The township's bank books what is afloat, or the county's what bounced."""
        if not self.afloat:
            return
        ref, fen, fate = self.afloat.pop(self.chance.randrange(len(self.afloat)))
        county, township = self.money.county, self.money.township
        with in_network():
            if fate == "lost":
                act = lambda: county.books(ref, fen, kind="transfer_back", serial=f"B{ref}")  # noqa: E731
            elif fate == "less" and fen > 1:
                act = lambda: self.came(ref, fen - 1)  # noqa: E731
            else:
                act = lambda: township.books(ref, fen, serial=f"C{ref}")  # noqa: E731
            done = self.tried(act)
        if not done:
            self.afloat.append((ref, fen, fate))
        elif fate == "doubled":
            with in_network():
                township.takes_in(self.fund_below(), fen)
        elif fate == "less" and fen > 1:
            self.afloat.append((ref, 1, "lost"))

    def fund_below(self):
        return self.money.township.fund()

    def came(self, ref, fen):
        """Not all of it came; it is claimed as it is."""
        township = self.money.township
        with acting_at(township.station):
            transfer = Transfer.objects.filter(number=ref, state="announced").first()
        if transfer is None:
            raise DomainError
        receipt = township.takes_in(self.fund_below(), fen)
        with acting_at(township.station):
            services.claim_for_transfer(transfer.pk, receipt.pk, **township.two)

    def deliver(self):
        """Deliver what is due; some of it is applied once more."""
        self.money.deliver()
        with in_network():
            done = list(Message.objects.filter(state=MessageState.DONE, kind__startswith="money."))
        for message in self.chance.sample(done, min(2, len(done))):
            at = self.money.county if message.recipient_id == self.money.county.station.id else None
            desk = at or self.money.township
            with acting_at(desk.station), transaction.atomic():
                handler_of(message.kind)(message, now=NOON)
            self.counts["twice"] += 1

    def agree(self):
        county = self.money.county
        with acting_at(county.station):
            differs = list(Transfer.objects.filter(state="mismatch", heard_fen__gt=0))
            for one in differs:
                self.tried(lambda one=one: services.agree_on_received(
                    one.pk, **county.edge(county.head)))  # fmt: skip

    def drain(self):
        for _round in range(20 + 12 * len(self.afloat)):
            if not self.afloat:
                break
            self.book()
            self.agree()
            self.money.deliver()
        if self.afloat:
            raise Violation(f"money that nobody takes: {self.afloat}")
        for _round in range(3):
            self.agree()
            self.money.deliver()

    def look(self):
        """Everything that must hold, asked of the database."""
        county, township = self.money.county, self.money.township
        for desk in self.money.desks:
            with acting_at(desk.station):
                if transit_differences():
                    raise Violation(f"in transit: {transit_differences()}")
            found = [*ledger_intact(desk.station), *messages_against_effects(desk.station)]
            if found:
                raise Violation(f"{found}")
        self.audit()
        fold_facts(now=NOON, wait=True)
        for desk in self.money.desks:
            if recount_station(desk.station):
                raise Violation(f"facts of {desk.station.code}: {recount_station(desk.station)}")
        with in_network():
            stuck = list(Message.objects.exclude(state=MessageState.DONE).values_list("last_error"))
        if stuck:
            raise Violation(f"messages that were not applied: {stuck}")
        for transfer in self.transfers:
            self.look_at_both(county.end(transfer), self.other(township, transfer))

    def audit(self):
        """Let the auditor look too, which shares no code with the services."""
        ends = []
        for desk in self.money.desks:
            with acting_at(desk.station), connection.cursor() as cursor:
                found = audit_ledger(cursor, station=desk.station.id)
                ends += ends_here(cursor, station=desk.station.id)
            if found:
                raise Violation(f"the auditor finds at {desk.station.code}: {found}")
        differ = list(ends_that_differ(ends))
        if differ:
            raise Violation(f"the auditor finds ends that differ: {differ}")

    def other(self, desk, transfer):
        with acting_at(desk.station):
            return Transfer.objects.filter(pk=transfer.pk).first()

    def look_at_both(self, out, inn):
        if out.state == "instructed":
            return
        if inn is None:
            raise Violation(f"{out} was sent, and nobody told the receiver")
        if out.confirmed_fen != inn.confirmed_fen:
            raise Violation(f"{out}: paid {out.confirmed_fen}, received {inn.confirmed_fen}")
        if inn.state == "received" and out.state == "sent":
            raise Violation(f"{out} was received, and nobody told the sender")
        with acting_at(self.money.county.station):
            closed = Journal.objects.filter(kind="transfer_closed", ref=out.number).count()
        if closed != (1 if out.confirmed_fen else 0):
            raise Violation(f"{out} was closed {closed} times")


def walked(money, *, steps, seed):
    walk = Walk(money, seed=seed)
    for number in range(steps):
        walk.step()
        if number % 200 == 199:
            walk.drain()
            walk.look()
    walk.drain()
    walk.look()
    return walk.counts


def test_real_stations_hold_what_the_rules_promise(money, capfd):
    began = time.monotonic()
    counts = walked(money, steps=STEPS, seed=5)
    with capfd.disabled():
        print(f"\nmoney over stations: {STEPS} steps in {time.monotonic() - began:.0f} s, {counts}")


@pytest.mark.parametrize("fault", SERVICES)
def test_stations_with_this_fault_would_be_caught(money, fault, monkeypatch):
    put_in(SERVICES[fault], monkeypatch)

    with pytest.raises((Violation, DatabaseError, DomainError, OtherBodyUnderKey, AttributeError)):
        walked(money, steps=80, seed=5)
