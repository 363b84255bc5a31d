"""A corpus of bank lines whose truth is known, drawn from a seed: what each line is, and what each break is.

Each scene of the corpus says for itself what happened: which line belongs to which expectation, or which type
of break a line, an expectation, or a voucher is. Names are drawn so that scenes do not meet by chance; where
they are to meet, the scene says so.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from tenant_apps.funds.expectations import Part
from tests.tenant_apps.banking.banks import Booked

FIRST, LAST = date(2026, 11, 2), date(2026, 11, 19)
PARENT = "城关县总工会职工帮扶中心"
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_PLACES = "桥西桥东宣化下花园万全崇礼张北康保沽源尚义蔚县阳原怀安怀来涿鹿赤城"


@dataclass
class Corpus:
    """The lines as the bank books them, what was expected, and the truth about both."""

    seed: int
    fund: object
    other_fund: object
    transfers: object
    payouts: object
    lines: list = field(default_factory=list)
    pairs: dict = field(default_factory=dict)  # serial → (kind, ref)
    breaks: dict = field(default_factory=dict)  # serial, or expected:kind:ref → type
    vouchers: list = field(default_factory=list)  # (fen, on, type)

    def __post_init__(self):
        self.chance = Random(self.seed)
        self.count = 0
        self.scenes = Counter()

    # --- what things are drawn from ---------------------------------------------------------------

    def number(self):
        self.count += 1
        return self.count

    def name(self):
        pick = self.chance.choice
        made = "".join(pick(_SURNAMES) for _letter in range(2))
        return f"{pick(_PLACES)}{made}{self.number():05d}号户"

    def day(self, first=FIRST, last=LAST):
        return first + timedelta(days=self.chance.randint(0, (last - first).days))

    def fen(self):
        # Round amounts meet often: 500 yuan is what everybody gets.
        return self.chance.choice([500_00, 1000_00, 2000_00, self.chance.randint(1, 10**7)])

    def book(self, on, fen, name="", reference="", text=""):
        line = Booked(f"B{self.number():08d}", on, fen, name, reference, text)
        self.lines.append(line)
        return line.serial

    def wait(self, fen, on, *, incoming, name, parts=(), fund=None, kind="transfer"):
        app = self.transfers if kind == "transfer" else self.payouts
        ref = f"{'BK' if kind == 'transfer' else 'PF'}-2026-{self.number():06d}"
        app.wait(ref, fen, on, incoming=incoming, name=name, fund=fund or self.fund, parts=parts)
        return ref

    # --- scenes: what may happen ------------------------------------------------------------------

    def by_reference(self):
        """Our reference comes back: in its column, or somewhere in the text; the name whole, hidden, or missing."""
        fen, on, name, incoming = self.fen(), self.day(), self.name(), self.chance.random() < 0.5
        ref = self.wait(fen, on, incoming=incoming, name=name)
        shown = self.chance.choice(
            [name, "", f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}", f"{name}（一般户）"]
        )
        where = self.chance.choice(
            [
                {"reference": ref},
                {"text": f"拨款 {ref}"},
                {"text": f"附言:{ref.lower()}/帮扶资金"},
                {"reference": f" {ref} "},
            ]
        )
        serial = self.book(self.day(on), fen if incoming else -fen, shown, **where)
        self.pairs[serial] = ("transfer", ref)

    def by_content(self):
        """No reference; name and amount fit, and the day is near."""
        fen, on, name = self.fen(), date(2026, 11, self.chance.randint(9, 16)), self.name()
        incoming = self.chance.random() < 0.5
        ref = self.wait(fen, on, incoming=incoming, name=name)
        near = on + timedelta(days=self.chance.choice([0, 1, 2]))
        serial = self.book(near, fen if incoming else -fen, name, text="帮扶资金")
        self.pairs[serial] = ("transfer", ref)

    def batch_total(self):
        """A batch is booked in one sum, as a bank does that pays out in bulk."""
        fen = self.chance.randint(10**7, 10**8)
        parts = self._parts(fen)
        on = date(2026, 11, self.chance.randint(9, 16))
        ref = self.wait(fen, on, incoming=False, name="", parts=parts, kind="payout")
        with_ref = {"reference": ref} if self.chance.random() < 0.5 else {}
        serial = self.book(on, -fen, "代发工资户", text="批量代发", **with_ref)
        self.pairs[serial] = ("payout", ref)

    def batch_one_by_one(self):
        """The payees of a batch are booked alone: with the reference of the part, of the whole, or none."""
        fen = self.chance.randint(10**6, 10**7)
        parts = self._parts(fen)
        on = date(2026, 11, self.chance.randint(9, 16))
        ref = self.wait(fen, on, incoming=False, name="", parts=parts, kind="payout")
        way = self.chance.choice(["part", "whole", "none"])
        for part in parts:
            reference = {"part": part.ref, "whole": ref, "none": ""}[way]
            serial = self.book(on, -part.amount_fen, part.counterparty, reference)
            self.pairs[serial] = ("payout", ref)

    def in_two_sums(self):
        """One transfer comes in two sums under one reference."""
        fen, on, name = (
            self.chance.randint(1000, 10**6),
            self.day(last=LAST - timedelta(days=3)),
            self.name(),
        )
        ref = self.wait(fen, on, incoming=True, name=name)
        first = self.chance.randint(1, fen - 1)
        for some in (first, fen - first):
            self.pairs[self.book(on, some, name, ref)] = ("transfer", ref)

    def gift(self):
        """Money nobody expects; now and then as much as something expected of another name, or a reference misread."""
        fen, on = self.fen(), self.day()
        if self.chance.random() < 0.3:
            ref = self.wait(fen, on, incoming=True, name=self.name())
            self._missed("transfer", ref, on, incoming=True)
            text = ref[:-2] + "X" if self.chance.random() < 0.5 else "捐款"
        else:
            text = "捐款"
        self.breaks[self.book(on, fen, self.name(), text=text)] = "B1"

    def unknown_debit(self):
        """Money leaves that nobody sent; now and then as much as something expected to leave for another."""
        fen, on = self.fen(), self.day()
        if self.chance.random() < 0.3:
            ref = self.wait(fen, on, incoming=False, name=self.name())
            self._missed("transfer", ref, on, incoming=False)
        self.breaks[self.book(on, -fen, self.name())] = "B2"

    def too_late_for_content(self):
        """Name and amount fit and the day does not: no pair without a reference."""
        fen, name = self.fen(), self.name()
        ref = self.wait(fen, FIRST, incoming=True, name=name)
        self._missed("transfer", ref, FIRST, incoming=True)
        self.breaks[self.book(date(2026, 11, 18), fen, name)] = "B1"

    def other_amount(self):
        fen, on, name, incoming = self.fen(), self.day(), self.name(), self.chance.random() < 0.5
        ref = self.wait(fen, on, incoming=incoming, name=name)
        self._missed("transfer", ref, on, incoming=incoming)
        wrong = fen + self.chance.choice([1, 100, 90_00])
        self.breaks[self.book(self.day(on), wrong if incoming else -wrong, name, ref)] = "B5"

    def booked_twice(self):
        fen, on, name, incoming = self.fen(), self.day(), self.name(), self.chance.random() < 0.5
        ref = self.wait(fen, on, incoming=incoming, name=name)
        signed = fen if incoming else -fen
        self.pairs[self.book(on, signed, name, ref)] = ("transfer", ref)
        self.breaks[self.book(on, signed, name, ref)] = "B6"

    def of_another_fund(self):
        fen, on, name = self.fen(), self.day(), self.name()
        ref = self.wait(fen, on, incoming=True, name=name)
        self._missed("transfer", ref, on, incoming=True)
        code = self.other_fund.code
        self.breaks[self.book(self.day(on), fen, name, ref, text=f"专款 {code}")] = "B8"

    def to_another_payee(self):
        fen, on, incoming = self.fen(), self.day(), self.chance.random() < 0.5
        ref = self.wait(fen, on, incoming=incoming, name=self.name())
        self._missed("transfer", ref, on, incoming=incoming)
        self.breaks[self.book(self.day(on), fen if incoming else -fen, self.name(), ref)] = "B9"

    def returned(self):
        self.breaks[self.book(self.day(), self.fen(), self.name(), text="退汇 户名不符")] = "B9"

    def cancelled(self):
        ref = f"BK-2026-{self.number():06d}"
        self.transfers.gone[ref.lower()] = "批次已作废"
        self.breaks[self.book(self.day(), -self.fen(), self.name(), ref)] = "B10"

    def against_the_direction(self):
        fen, on, name = self.fen(), self.day(), self.name()
        ref = self.wait(fen, on, incoming=True, name=name)
        self._missed("transfer", ref, on, incoming=True)
        self.breaks[self.book(self.day(on), -fen, name, ref)] = "B10"

    def from_above(self):
        self.breaks[self.book(self.day(), self.fen(), PARENT, text="拨款")] = "B13"

    def alike(self):
        fen, on, name = self.fen(), date(2026, 11, self.chance.randint(9, 16)), self.name()
        for _time in range(2):
            ref = self.wait(fen, on, incoming=True, name=name)
            self._missed("transfer", ref, on, incoming=True)
        self.breaks[self.book(on, fen, name)] = "B14"

    def in_a_closed_month(self):
        fen, on, name = self.fen(), date(2026, 10, self.chance.randint(9, 30)), self.name()
        ref = self.wait(fen, on, incoming=True, name=name)
        self._missed("transfer", ref, on, incoming=True)
        self.breaks[self.book(on, fen, name, ref)] = "B15"

    def not_booked(self):
        """Expected, and the bank is silent: on its way, aged, or sent from above and not here."""
        on, incoming = self.day(last=LAST), self.chance.random() < 0.5
        ref = self.wait(self.fen(), on, incoming=incoming, name=self.name())
        self._missed("transfer", ref, on, incoming=incoming)

    def voucher_twice(self):
        """What the bank proved is entered once more by hand."""
        fen, on, name = self.chance.randint(10**7, 10**9), self.day(), self.name()
        ref = self.wait(fen, on, incoming=True, name=name)
        self.pairs[self.book(on, fen, name, ref)] = ("transfer", ref)
        self.vouchers.append((fen, on, "B7"))

    # --- helpers ----------------------------------------------------------------------------------

    def _parts(self, fen):
        size = self.chance.randint(2, 6)
        cuts = sorted(self.chance.sample(range(1, fen), size - 1))
        sums = [b - a for a, b in zip([0, *cuts], [*cuts, fen], strict=True)]
        return [
            Part(ref=f"PL-{self.number():07d}", amount_fen=some, counterparty=self.name())
            for some in sums
        ]

    def _missed(self, kind, ref, on, *, incoming):
        # Today is 20 November 2026, a Friday; 17 November is three working days before.
        aged = on < date(2026, 11, 17)
        late = "B12" if incoming else "B4"
        self.breaks[f"expected:{kind}:{ref}"] = late if aged else "B3"


MIX = {
    "by_reference": 900, "by_content": 260, "batch_total": 60, "batch_one_by_one": 80, "in_two_sums": 60,
    "gift": 130, "unknown_debit": 90, "too_late_for_content": 30, "other_amount": 80, "booked_twice": 60,
    "of_another_fund": 40, "to_another_payee": 60, "returned": 40, "cancelled": 40,
    "against_the_direction": 20, "from_above": 40, "alike": 50, "in_a_closed_month": 40,
    "not_booked": 80, "voucher_twice": 20,
}  # fmt: skip


def drawn(seed, *, share=1.0, **stage):
    """Draw a corpus: so many scenes of each kind, shuffled; the first lines of the bank come first."""
    corpus = Corpus(seed=seed, **stage)
    scenes = [name for name, times in MIX.items() for _time in range(max(1, int(times * share)))]
    corpus.chance.shuffle(scenes)
    for name in scenes:
        getattr(corpus, name)()
    corpus.lines.sort(key=lambda line: line.on)
    return corpus
