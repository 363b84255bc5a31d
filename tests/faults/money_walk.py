"""Transfers between stations over a bank that is late, loses, doubles, alters and returns: the rules alone, very fast.

Each station has its books (codes and balances), a bank account with a real balance, and ends of transfers. A step is
one thing that can happen: somebody plans, a bank executes or books, a station enters a line of its statement, a
message arrives, once or twice, two people agree, recall, claim. What the books hold is moved by the legs the rules
give and by nothing else; what the bank holds is moved by the bank and by nothing else. After each step the touched
station is looked at; at the end of a run everything on its way arrives and everything is looked at.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

from bangfu.kernel.errors import IllegalMove
from tenant_apps.sources import rules, unpairing
from tenant_apps.sources.models import TransferState
from tenant_apps.sources.rules import End, Outcome
from tests.faults.money_world import PAYEE, Line, Money, Station, Violation

MOST = 5_000_000
STRANGER = "桥西区总工会"


def mirrored(legs):
    """The legs of the voucher that takes these back."""
    return tuple((code, -fen) for code, fen in legs)


class Walk:
    """One run of many steps; the same seed is the same run."""

    def __init__(self, *, seed, stations=8, transfers=40):
        self.chance = random.Random(seed)
        self.stations = [Station(name) for name in range(stations)]
        self.at_most = transfers
        self.money: dict[int, Money] = {}
        self.open: list[int] = []
        self.number = 0
        self.steps = 0
        self.counts: Counter[str] = Counter()

    # --- steps ---------------------------------------------------------------------------------------

    def step(self):
        self.steps += 1
        if (len(self.open) < self.at_most and self.chance.random() < 0.15) or not self.open:
            self.instruct()
            return
        ref = self.chance.choice(self.open)
        acts = (self.bank, self.enter, self.enter, self.deliver, self.deliver, self.people)
        if self.chance.random() < 0.03:
            acts = (self.take_back,)
        acts[int(self.chance.random() * len(acts))](ref)
        self.look_at(ref)
        if self.is_over(ref):
            self.close(ref)

    def instruct(self):
        """Somebody plans, three agree: the budget is held and the bank is told."""
        self.number += 1
        fen = self.chance.randint(1, MOST)
        above, below = self.chance.sample(self.stations, 2)
        fates = ["fine"] * 10 + ["late", "lost", "doubled", "less", "more", "stranger", "misread"]
        direction = "down" if self.chance.random() < 0.9 else "up"
        end = End(
            state=TransferState.INSTRUCTED, direction=direction, amount_fen=fen, payee=PAYEE,
            source="central",
        )  # fmt: skip
        above.post((("8002", fen), ("8001", -fen)))
        above.held += fen
        self.money[self.number] = Money(above, below, end, fate=self.chance.choice(fates))
        self.open.append(self.number)
        self.counts["instructed"] += 1

    def bank(self, ref):
        """The bank does its next work on an order: pay, bring, lose, return."""
        one = self.money[ref]
        if one.fate in {"fine", "late", "lost", "doubled", "less", "more", "stranger", "misread"}:
            self.pay(ref, one)
        elif one.fate.startswith("under way"):
            self.bring(ref, one)
        elif one.fate == "to be returned" and self.chance.random() < 0.5:
            self.give(one.out_at, Line(ref, one.afloat, True))
            one.afloat, one.fate = 0, "done"
            self.counts["bounced"] += 1

    def pay(self, ref, one):
        fate, fen = one.fate, one.out.amount_fen
        if fate == "misread":
            self.misread(ref, one)
            return
        one.out_at.account -= fen
        payee = STRANGER if fate == "stranger" else PAYEE
        one.out_at.statement.append(Line(ref, fen, False, payee))
        one.afloat = fen
        one.fate = "to be returned" if fate in {"lost", "stranger"} else f"under way {fate}"
        self.counts[fate] += 1

    def misread(self, ref, one):
        """The bank books another amount; nobody enters it, and the bank puts it right before it pays."""
        one.fate = "fine"
        self.counts["misread"] += 1
        wrong = one.out.amount_fen + self.chance.randint(1, 9)
        try:
            outcome = rules.debited(one.out, wrong, counterparty=PAYEE)
        except IllegalMove:
            return
        raise Violation(f"entered a debit of another amount: {outcome.end}")

    def bring(self, ref, one):
        fate, fen = one.fate.removeprefix("under way "), one.afloat
        if fate == "late" and self.chance.random() < 0.7:
            return
        if fate == "less" and fen > 1:
            part = self.chance.randint(1, fen - 1)
            self.give(one.in_at, Line(ref, part, True))
            one.afloat, one.fate = fen - part, "to be returned"
            return
        extra = fen if fate == "doubled" else (1 if fate == "more" else 0)
        if fate == "doubled":
            self.give(one.in_at, Line(ref, fen, True))
            self.give(one.in_at, Line(ref, fen, True))
        else:
            self.give(one.in_at, Line(ref, fen + extra, True))
        # What the bank gave by mistake is the bank's own money, until it takes it back.
        one.afloat, one.fate = 0, "done"

    def give(self, station, line):
        station.account += line.fen
        station.statement.append(line)

    def enter(self, ref):
        """A station enters the next line of its statement: matched with what it expects, or unidentified."""
        one = self.money[ref]
        station = one.out_at if self.chance.random() < 0.5 else one.in_at
        if not station.statement:
            return
        line = station.statement.popleft()
        station.entered += line.fen if line.incoming else -line.fen
        self.matched(station, line, self.money[line.ref])
        self.look_at(line.ref)

    def matched(self, station, line, one):
        is_out = station is one.out_at
        try:
            if is_out and not line.incoming:
                outcome = rules.debited(one.out, line.fen, counterparty=line.counterparty)
                one.sent_by, one.paid_to = outcome.legs, line.counterparty
                self.follow_out(one, outcome)
            elif is_out and one.out.heard_fen == line.fen and one.out.state in _CLOSED:
                self.follow_out(one, rules.taken_back(one.out, line.fen))
            elif is_out:
                self.follow_out(one, rules.bounced(one.out, line.fen))
            elif not line.incoming:
                self.follow_in(one, rules.gave_back(one.inn, line.fen))
            elif one.inn is not None:
                outcome = rules.credited(one.inn, line.fen)
                one.received_by = outcome.legs
                self.follow_in(one, outcome)
            else:
                raise IllegalMove
        except IllegalMove:
            self.unidentified(station, line, one)

    def take_back(self, ref):
        """Two people at one end say that a line they entered was another's: it lies among the lines again."""
        one = self.money[ref]
        try:
            if self.chance.random() < 0.5:
                fen, payee = one.out.moved_fen, one.paid_to
                outcome = unpairing.unsent(one.out)
                one.out_at.post(mirrored(one.sent_by))
                one.out_at.entered += fen
                one.out_at.held += fen
                one.out_at.statement.append(Line(ref, fen, False, payee))
                self.follow_out(one, outcome)
            # Money that was recalled is not taken back but given back.
            elif one.inn is not None and one.received_by and not one.wants_back:
                fen, at = one.inn.moved_fen, one.in_at
                outcome = unpairing.unreceived(one.inn)
                if min(at.books["1001"], at.books["8001"]) < fen:
                    raise IllegalMove
                at.post(mirrored(one.received_by))
                at.entered -= fen
                at.statement.append(Line(ref, fen, True))
                one.received_by = ()
                self.follow_in(one, outcome)
            else:
                raise IllegalMove
            self.counts["taken back"] += 1
        except IllegalMove:
            self.counts["stays"] += 1

    def unidentified(self, station, line, one):
        is_out = station is one.out_at
        if not line.incoming:
            raise Violation(f"a debit of {line.fen} that nobody expected") from None
        self.counts["unidentified"] += 1
        station.post((("1001", line.fen), ("2101", -line.fen)))
        station.unclaimed += line.fen
        (one.found_out if is_out else one.found).append(line.fen)

    def deliver(self, ref):
        """The oldest message of a transfer arrives; one in five arrives once more, at once or any time later."""
        one = self.money[ref]
        if one.copies and self.chance.random() < 0.5:
            self.counts["twice"] += 1
            self.heard(one, *one.copies.pop())
        elif one.mail:
            message = one.mail.popleft()
            self.heard(one, *message)
            if self.chance.random() < 0.2:
                one.copies.append(message)

    def heard(self, one, to_in, kind, body):
        fen = body["fen"]
        if to_in:
            if kind == rules.ANNOUNCED:
                if one.inn is None:
                    one.inn = replace(
                        one.out, state=TransferState.ANNOUNCED, amount_fen=fen, moved_fen=0,
                        confirmed_fen=0, back_fen=0, given_fen=0, heard_fen=0, difference="",
                        undone=0, heard_undone=0,
                    )  # fmt: skip
                else:
                    self.follow_in(one, unpairing.heard_announced_again(
                        one.inn, difference=body["difference"], of_round=body["round"]
                    ))  # fmt: skip
            elif kind == rules.UNSENT:
                self.follow_in(one, unpairing.heard_unsent(one.inn, of_round=body["round"]))
            elif kind == rules.AGREED:
                self.follow_in(one, rules.heard_agreed(one.inn, fen))
            else:
                self.follow_in(one, rules.heard_bounced(one.inn, fen, left=body["left"]))
        elif kind == rules.RECEIVED:
            outcome = rules.heard_received(
                one.out, fen, source=body["source"], of_round=body["round"]
            )
            one.closed_by = outcome.legs or one.closed_by
            self.follow_out(one, outcome)
        elif kind == rules.UNRECEIVED:
            outcome = unpairing.heard_unreceived(one.out, of_round=body["round"])
            if one.out.confirmed_fen and not outcome.end.confirmed_fen:
                one.out_at.post(mirrored(one.closed_by))
            self.follow_out(one, outcome)
        else:
            self.follow_out(one, rules.heard_given_back(one.out, body["given"]))

    def people(self, ref):
        """Two people do what waits for them: claim, agree, or pay unused money back."""
        one = self.money[ref]
        try:
            if one.found and one.inn is not None and one.inn.state == TransferState.ANNOUNCED:
                fen = one.found.popleft()
                outcome = rules.found_unidentified(one.inn, fen)
                one.in_at.unclaimed -= fen
                self.follow_in(one, outcome)
                self.counts["claimed"] += 1
            elif one.found_out and one.out.heard_fen == one.found_out[0]:
                outcome = rules.taken_back(one.out, one.found_out[0], unidentified=True)
                one.out_at.unclaimed -= one.found_out.popleft()
                self.follow_out(one, outcome)
                self.counts["claimed back"] += 1
            elif one.out.state == TransferState.MISMATCH and one.out.heard_fen:
                self.follow_out(one, rules.agreed(one.out))
                self.counts["agreed"] += 1
            elif one.out.state in _CLOSED and one.inn is not None and one.fate == "done":
                self.pay_back(ref, one)
        except IllegalMove:
            self.counts["refused"] += 1

    def pay_back(self, ref, one):
        is_settled = one.out.given_fen == one.inn.given_fen and one.inn.state not in _OPEN
        if not is_settled or one.mail or self.has_lines(ref, one) or not one.inn.confirmed_fen:
            return
        if one.wants_back > 2 or self.chance.random() < 0.6:
            return
        fen = self.chance.randint(1, one.inn.confirmed_fen)
        if fen > one.in_at.books["1001"] or fen > one.in_at.books["8001"]:
            return
        one.wants_back += 1
        one.in_at.account -= fen
        one.in_at.statement.append(Line(ref, fen, False))
        one.afloat, one.fate = fen, "to be returned"
        self.counts["given back"] += 1

    # --- what follows --------------------------------------------------------------------------------

    def follow_out(self, one, outcome: Outcome):
        at, end = one.out_at, outcome.end
        at.transit += end.in_transit_fen - one.out.in_transit_fen
        at.result[rules.SPENDS[end.direction]] += end.confirmed_fen - one.out.confirmed_fen
        if one.out.state == TransferState.INSTRUCTED and end.state != TransferState.INSTRUCTED:
            at.held -= end.amount_fen
        one.out = outcome.end
        self.followed(one, one.out_at, outcome, to_in=True)

    def follow_in(self, one, outcome: Outcome):
        at, end = one.in_at, outcome.end
        at.unclaimed += end.unclaimed_fen - one.inn.unclaimed_fen
        at.result[rules.EARNS[end.direction]] -= end.confirmed_fen - one.inn.confirmed_fen
        one.inn = outcome.end
        self.followed(one, one.in_at, outcome, to_in=False)

    def followed(self, one, station, outcome, *, to_in):
        if outcome.kind:
            station.post(outcome.legs)
            self.counts[outcome.kind] += 1
        if outcome.says:
            one.mail.append((to_in, outcome.says, dict(outcome.body)))

    # --- what must hold ------------------------------------------------------------------------------

    def look_at(self, ref):
        """What must hold after every step, of both stations of a transfer and of its two ends."""
        one = self.money[ref]
        for station in (one.out_at, one.in_at):
            books = station.books
            if books["1101"] != station.transit:
                raise Violation(f"in transit {books['1101']}, unmatched {station.transit}")
            if -books["2101"] != station.unclaimed:
                raise Violation(f"unidentified {-books['2101']}, unclaimed {station.unclaimed}")
            if books["1001"] != station.entered:
                raise Violation(f"books {books['1001']}, lines entered {station.entered}")
            if books["8002"] != station.held:
                raise Violation(f"budget held {books['8002']}, instructed {station.held}")
            for code, fen in station.result.items():
                if books[code] != fen:
                    raise Violation(f"{code} holds {books[code]}, both ends agree on {fen}")
        out, inn = one.out, one.inn
        if min(out.in_transit_fen, out.confirmed_fen, out.back_fen, out.heard_fen) < 0:
            raise Violation(f"less than nothing: {out}")
        if inn is not None and min(inn.unclaimed_fen, inn.confirmed_fen, inn.given_fen) < 0:
            raise Violation(f"less than nothing: {inn}")
        came = inn.confirmed_fen + inn.given_fen + inn.unclaimed_fen if inn else 0
        takes_back = any(kind == rules.UNRECEIVED for _to, kind, _body in one.mail)
        if out.confirmed_fen + out.given_fen > came and not takes_back:
            raise Violation(f"{out.confirmed_fen} confirmed of {came} that came")
        if out.state in _CLOSED and inn and out.given_fen + out.heard_fen > inn.given_fen:
            raise Violation(f"expects back what nobody gave: {out}")
        if inn is not None and not one.mail and out.given_fen == inn.given_fen:
            self.look_at_both(out, inn)

    def look_at_both(self, out, inn):
        """What must hold of the two ends when nothing is on its way between them."""
        is_known = out.state in {*_CLOSED, TransferState.MISMATCH}
        is_received = inn.state == TransferState.RECEIVED
        if is_received and is_known and inn.confirmed_fen != out.confirmed_fen:
            raise Violation(f"received {inn.confirmed_fen}, paid {out.confirmed_fen}")
        if inn.difference == "amount" and out.confirmed_fen:
            raise Violation("agreed, and nobody told the receiver")
        if inn.state == TransferState.RECEIVED and out.state == TransferState.SENT:
            raise Violation("received, and nobody told the sender")
        if out.state in _CLOSED and inn.state == TransferState.ANNOUNCED:
            raise Violation("closed, and nothing came")

    def is_over(self, ref):
        one = self.money[ref]
        if (
            one.fate != "done"
            or one.mail
            or one.copies
            or one.out.heard_fen
            or one.out.state not in _ENDED
        ):
            return False
        is_in_over = one.inn is None or one.inn.state in _ENDED
        return is_in_over and not self.has_lines(ref, one) and self.chance.random() < 0.2

    def has_lines(self, ref, one):
        return any(line.ref == ref for at in (one.out_at, one.in_at) for line in at.statement)

    def close(self, ref):
        self.look_at(ref)
        one = self.money.pop(ref)
        self.open.remove(ref)
        self.counts["over"] += 1
        contradicts = one.inn is not None and one.inn.difference == "status"
        if (
            one.inn is not None
            and not contradicts
            and one.out.confirmed_fen != one.inn.confirmed_fen
        ):
            raise Violation(f"ends differ at the end: {one.out} {one.inn}")

    def drain(self):
        """Let everything arrive that is on its way, then look at every transfer and every account."""
        for _round in range(60):
            for ref in list(self.open):
                one = self.money[ref]
                if one.fate != "done":
                    self.bank(ref)
                while one.mail or one.copies:
                    self.deliver(ref)
                for station in (one.out_at, one.in_at):
                    while station.statement:
                        line = station.statement.popleft()
                        station.entered += line.fen if line.incoming else -line.fen
                        self.matched(station, line, self.money[line.ref])
        for ref in self.open:
            self.look_at(ref)
            one = self.money[ref]
            if one.out.heard_fen and one.out.state in _CLOSED and not one.found_out:
                raise Violation(f"expects money that nobody sends: {one.out}")
        for station in self.stations:
            if station.account != station.books["1001"]:
                raise Violation(f"bank {station.account}, books {station.books['1001']}")
            open_ = sum(
                one.out.in_transit_fen for one in self.money.values() if one.out_at is station
            )
            if open_ != station.books["1101"]:
                raise Violation(f"in transit {station.books['1101']}, open transfers {open_}")


_CLOSED = (TransferState.CLOSED, TransferState.REPORTED, TransferState.SETTLED)
_OPEN = (TransferState.ANNOUNCED, TransferState.MISMATCH)
_ENDED = (
    *_CLOSED, TransferState.RECEIVED, TransferState.RETURNED, TransferState.CANCELLED,
)  # fmt: skip


def walk(*, steps, seed=1, steps_a_run=20_000) -> Counter[str]:
    """Walk so many steps in runs of their own; return how often each thing happened."""
    counts: Counter[str] = Counter()
    done = 0
    while done < steps:
        run = Walk(seed=seed + done)
        for _step in range(min(steps_a_run, steps - done)):
            run.step()
        run.drain()
        counts += run.counts
        done += run.steps
    counts["steps"] = done
    return counts
