"""A random walk of files over several stations, with faults, and what must hold at every moment.

Every act and every delivery is one step. A step may crash before its commit, a message may come twice,
streams overtake each other. What is refused leaves nothing behind.
"""

import random
from collections import Counter
from datetime import timedelta

from django.db import transaction

from bangfu.kernel import clock
from bangfu.kernel.actors import Actor
from bangfu.kernel.errors import DomainError
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.accounts.roles import Role, capabilities_of
from shared_apps.exchange.handlers import handler_of
from shared_apps.exchange.models import Message, MessageState
from shared_apps.register.models import IdentityEntry
from shared_apps.rollup.models import Leaf
from shared_apps.rollup.services import fold_facts, recount_station
from tenant_apps.households import services as files
from tenant_apps.households.flow import FILE_FLOW
from tenant_apps.households.models import (
    CLOSED_STATES,
    COUNTED_STATES,
    FileState,
    HouseholdFile,
    HouseholdTransfer,
    HouseholdVersion,
    TransferRole,
    TransferState,
)
from tenant_apps.households.services import entering, handing, moving, rechecking, tending
from tenant_apps.households.services.rechecking import EVENTS, Findings
from tenant_apps.households.services.visits import Visit
from tenant_apps.notices import services as notices
from tenant_apps.notices.models import Notice, NoticeState
from tenant_apps.reviews.life import services as centre
from tenant_apps.reviews.models import CLOSED, Review, ReviewKind
from tests.shared_apps.rollup.on_file import another_household, put_on_file

CRASHES, DUPLICATES = 0.04, 0.05


class Crash(Exception):
    """The process died before its commit."""


class Walk:
    """Files of several stations, the people there, and a relay of its own."""

    def __init__(self, *, homes, centres, seed, now, files_kept=12, transfers_only=False):
        self.homes, self.centres = homes, centres
        self.stations = list(dict.fromkeys([*homes, *centres]))
        self.random = random.Random(seed)
        self.now = now
        self.files_kept = files_kept
        self.transfers_only = transfers_only
        self.known = {}
        self.seeds = seed * 100_000
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

    # --- steps ---------------------------------------------------------------------------------------

    def run(self, steps):
        for _number in range(steps):
            self.step()
        return self

    def step(self):
        self.steps += 1
        if self.random.random() < 0.55 and self.deliver():
            return
        act = self.random.choices(*zip(*self.acts(), strict=True))[0]
        before = dict(self.known)
        try:
            with in_network(), transaction.atomic():
                act()
                self.maybe_crash()
        except Crash:
            self.known = before
            self.counts["crashed"] += 1
        except DomainError as refusal:
            self.known = before
            self.counts[f"refused {refusal.code}"] += 1
        else:
            self.counts["acts"] += 1

    def maybe_crash(self):
        if self.random.random() < CRASHES:
            raise Crash

    def acts(self):
        moving_acts = [(self.act_on_file, 10), (self.act_on_transfer, 8)]
        if self.transfers_only:
            return [(act, weight) for weight, act in ((w, a) for a, w in moving_acts)] + [
                (self.open_file, 1)
            ]
        return [*moving_acts, (self.decide, 9), (self.pass_time, 2), (self.open_file, 1)]

    def actor(self, station, role):
        return self.people[station.code, role]

    def open_file(self):
        if len(self.known) >= self.files_kept:
            return
        station = self.random.choice(self.homes)
        self.seeds += 1
        file = put_on_file(station, now=self.now, **another_household(self.seeds))
        self.known[file.pk] = station

    def act_on_file(self):
        if not self.known:
            return
        key = self.random.choice(list(self.known))
        station = self.known[key]
        if self.random.random() < 0.05:
            station = self.random.choice(self.homes)
        with in_station(station):
            file = HouseholdFile.objects.filter(pk=key).only("state", "custody").first()
            if file is None:
                return
            chosen = self.random.choice(self.choices_for(file))
            self.counts[f"try {chosen.__name__}"] += 1
            chosen(station, key)

    def choices_for(self, file):
        everything = [self.offer, self.start, self.send, self.withdraw, self.drop, self.cancel]
        if self.random.random() < 0.08:
            return everything
        if self.transfers_only:
            return [self.offer, self.offer, self.cancel]
        if file.state == FileState.ON_FILE:
            return [self.offer, self.start, self.start, self.event, self.leave, self.small]
        if file.state == FileState.RECHECKING:
            return (
                [self.withdraw] if file.custody else [self.send, self.send, self.visit, self.drop]
            )
        if file.state == FileState.EXIT_NOTICE:
            return [self.withdraw]
        if file.state == FileState.TRANSFERRING:
            return [self.cancel]
        return everything

    def offer(self, station, key):
        to = self.random.choice(self.homes)
        moving.offer_transfer(
            key,
            to_code=to.code,
            reason="moved",
            actor=self.actor(station, Role.REVIEWER),
            now=self.now,
        )

    def cancel(self, station, key):
        if self.random.random() < 0.5:
            moving.cancel_transfer(
                key, reason="有误", actor=self.actor(station, Role.REVIEWER), now=self.now
            )

    def start(self, station, key):
        rechecking.start_recheck(key, actor=self.actor(station, Role.CLERK), now=self.now)

    def drop(self, station, key):
        if self.random.random() < 0.3:
            rechecking.drop_recheck(
                key, reason="改日再办", actor=self.actor(station, Role.CLERK), now=self.now
            )

    def visit(self, station, key):
        visit = Visit(
            visited_on=clock.local_day(self.now),
            place="home",
            first_visitor="甲",
            second_visitor="乙",
            findings="属实",
            agrees=True,
        )
        rechecking.visit_again(key, visit, actor=self.actor(station, Role.CLERK), now=self.now)

    def send(self, station, key):
        rechecking.send_recheck(
            key, self.findings(), actor=self.actor(station, Role.CLERK), now=self.now
        )

    def leave(self, station, key):
        if self.random.random() < 0.7:
            rechecking.propose_exit(
                key,
                self.findings(leaves=True),
                actor=self.actor(station, Role.CLERK),
                now=self.now,
            )

    def findings(self, *, leaves=False):
        if not leaves and self.random.random() < 0.7:
            return Findings(text="没有变化")
        kind, reason = self.random.choice(
            [
                ("out", "income"),
                ("secured", "state_support"),
                ("cancelled", "death"),
                ("out", "moved"),
            ]
        )
        return Findings(
            text="拟退出",
            proposal="exit",
            exit_kind=kind,
            exit_reason=reason,
            incomes_fen=(250_000,) * 6,
            is_cause_gone=True,
        )

    def withdraw(self, station, key):
        if self.random.random() < 0.06:
            rechecking.withdraw_recheck(
                key, reason="填错了", actor=self.actor(station, Role.CLERK), now=self.now
            )

    def event(self, station, key):
        rechecking.report_event(
            key,
            event=self.random.choice(list(EVENTS)),
            happened_on=clock.local_day(self.now),
            actor=self.actor(station, Role.CLERK),
            now=self.now,
        )

    def small(self, station, key):
        clerk = self.actor(station, Role.CLERK)
        if self.random.random() < 0.5:
            entering.name_helper(key, helper="帮扶人", actor=clerk, now=self.now)
        else:
            entering.enter_nationally(
                key, number="N1", entered_on=clock.local_day(self.now), actor=clerk, now=self.now
            )

    def act_on_transfer(self):
        station = self.random.choice(self.stations)
        reviewer = self.actor(station, Role.REVIEWER)
        with in_station(station):
            rows = list(
                HouseholdTransfer.objects.filter(
                    role__in=[TransferRole.TAKING, TransferRole.CONFIRMING],
                    state__in=[TransferState.OFFERED, TransferState.ACCEPTED],
                )[:8]
            )
            for row in self.random.sample(rows, k=min(len(rows), 2)):
                key, kind = row.transfer_id, (row.role, self.random.random() < 0.15)
                if kind == (TransferRole.TAKING, True):
                    moving.decline_transfer(key, reason="不属本站", actor=reviewer, now=self.now)
                elif kind == (TransferRole.TAKING, False):
                    moving.accept_transfer(key, actor=reviewer, now=self.now)
                elif kind == (TransferRole.CONFIRMING, True):
                    moving.refuse_transfer(key, reason="材料不全", actor=reviewer, now=self.now)
                else:
                    moving.confirm_transfer(key, actor=reviewer, now=self.now)

    def decide(self):
        station = self.random.choice(self.centres)
        reviewer, head = self.actor(station, Role.REVIEWER), self.actor(station, Role.HEAD)
        with in_station(station):
            rows = list(
                Review.objects.exclude(kind=ReviewKind.ADMISSION)
                .exclude(state__in=CLOSED)
                .only("id", "state", "kind")[:12]
            )
            if not rows:
                return
            review = self.random.choice(rows)
            self.random.choice(self.decisions_on(review, reviewer=reviewer, head=head))()

    def decisions_on(self, review, *, reviewer, head):
        """What may be decided where a review stands; sometimes anything at all."""
        now, key = {"now": self.now}, review.pk
        by = {"actor": reviewer, **now}
        offered = [
            lambda: centre.continue_on_file(key, **by),
            lambda: centre.agree_exit(key, **by),
            lambda: centre.agree_exit(key, **by),
            lambda: centre.return_life(key, reason="补充", **by),
        ]
        running = [
            lambda: centre.confirm_exit(key, actor=head, **now),
            lambda: centre.confirm_exit(key, actor=head, **now),
            lambda: centre.stop_exit(key, reason="不符合", actor=head, **now),
            self.object,
        ]
        objected = [
            lambda: centre.answer_exit_objection(key, answer="不成立", actor=head, **now),
            lambda: centre.stop_exit(key, reason="成立", actor=head, **now),
        ]
        if self.random.random() < 0.1:
            return offered + running + objected
        by_state = {"offered": offered, "objection": objected}
        return by_state.get(review.state, running)

    def object(self):
        notice = Notice.objects.filter(state=NoticeState.RUNNING).first()
        if notice is not None:
            notices.raise_objection(notice.pk, text="有异议", now=self.now)

    def pass_time(self):
        self.now += timedelta(days=self.random.choice([0, 1, 2, 5]))
        station = self.random.choice(self.stations)
        with in_station(station):
            tending.tend_files(now=self.now)
            if station in self.centres:
                notices.end_over_notices(now=self.now)

    # --- the relay -----------------------------------------------------------------------------------

    def deliver(self):
        """Apply the first message of some stream; it may crash, and it may come twice."""
        with in_network():
            waiting = list(
                Message.objects.filter(state=MessageState.NEW)
                .order_by("seq")
                .values_list("sender_id", "recipient_id", "stream", "pk")[:60]
            )
        heads = {}
        for sender, recipient, stream, key in waiting:
            heads.setdefault((sender, recipient, stream), key)
        if not heads:
            return False
        message_id = self.random.choice(list(heads.values()))
        try:
            with in_network(), transaction.atomic():
                message = Message.objects.get(pk=message_id)
                recipient = next(one for one in self.stations if one.id == message.recipient_id)
                with in_station(recipient):
                    handler_of(message.kind)(message, now=self.now)
                    if self.random.random() < DUPLICATES:
                        self.counts["duplicated"] += 1
                        handler_of(message.kind)(message, now=self.now)
                Message.objects.filter(pk=message_id).update(
                    state=MessageState.DONE, done_at=self.now
                )
                self.maybe_crash()
        except Crash:
            self.counts["crashed"] += 1
            return True
        self.counts["delivered"] += 1
        self.counts[f"message {message.kind}"] += 1
        if message.kind == handing.HANDED:
            from uuid import UUID

            transfer = UUID(message.body["transfer"])
            with in_station(recipient):
                row = HouseholdTransfer.objects.get(transfer_id=transfer, role="taking")
            self.known[row.file_id] = recipient
        return True

    def drain(self):
        while self.deliver():
            pass

    # --- what must hold ------------------------------------------------------------------------------

    def forget_closed(self):
        """Let files go that left, so that others take their place."""
        for key, station in list(self.known.items()):
            with in_station(station):
                state = HouseholdFile.objects.values_list("state", flat=True).get(pk=key)
            if state in CLOSED_STATES and state != FileState.MOVED_OUT:
                del self.known[key]
                self.counts["left"] += 1

    def check(self):
        """Return everything that does not hold now."""
        wrong, held, counted, opened = [], Counter(), set(), set()
        on_the_way = self.files_on_the_way()
        for station in self.stations:
            with in_station(station):
                handed = set(
                    HouseholdTransfer.objects.filter(
                        role=TransferRole.GIVING, state=TransferState.HANDED
                    ).values_list("file_id", flat=True)
                )
                for key, state in HouseholdFile.objects.values_list("pk", "state"):
                    if state not in CLOSED_STATES and key not in handed:
                        held[key] += 1
                        opened.add((station.id, key))
                    if state in COUNTED_STATES:
                        counted.add(key)
                    if key in handed and key in on_the_way:
                        opened.add((station.id, key))
                wrong += self.broken_versions(station)
        held.update(on_the_way)
        wrong += [f"{key} is held {times} times" for key, times in held.items() if times != 1]
        with in_network():
            registered = {
                (station, subject)
                for station, subject in IdentityEntry.objects.filter(role="head").values_list(
                    "station_id", "subject"
                )
            }
        wrong += [f"register: {one}" for one in registered ^ opened]
        with in_network():
            fold_facts(now=self.now, wait=True)
            total = sum(
                Leaf.objects.filter(indicator="FIL-01", dimension="").values_list("n", flat=True)
            )
        if total != len(counted):
            wrong.append(f"{total} households in the totals, {len(counted)} on file")
        for station in self.stations:
            if recount_station(station):
                wrong.append(f"{station.code}: facts differ from files")
        return wrong

    def files_on_the_way(self):
        with in_network():
            bodies = Message.objects.filter(
                kind=handing.HANDED, state=MessageState.NEW
            ).values_list("sender_id", "body")
            on_the_way = [(sender, body["transfer"]) for sender, body in bodies]
        found = Counter()
        for sender, transfer in on_the_way:
            station = next(one for one in self.stations if one.id == sender)
            with in_station(station):
                row = HouseholdTransfer.objects.get(transfer_id=transfer, role="giving")
            found[row.file_id] += 1
        return found

    def broken_versions(self, station):
        numbers = {}
        steps = {}
        for key, number, state in HouseholdVersion.objects.order_by(
            "file_id", "number"
        ).values_list("file_id", "number", "state"):
            numbers.setdefault(key, []).append(number)
            steps.setdefault(key, []).append(state)
        wrong = [
            f"{station.code} {key}: versions {found}"
            for key, found in numbers.items()
            if found != list(range(1, len(found) + 1))
        ]
        reachable = {state for step in FILE_FLOW.steps.values() for state in (step.target,)}
        wrong += [
            f"{station.code} {key}: {state} is no state of the flow"
            for key, found in steps.items()
            for state in found
            if state not in reachable
        ]
        return wrong


def opened_by(walk):
    """Open as many files as the walk keeps."""
    while len(walk.known) < walk.files_kept:
        walk.open_file()
    return walk


__all__ = ["Walk", "files", "opened_by"]
