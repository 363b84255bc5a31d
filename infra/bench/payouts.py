"""Batches of 1,000 and 10,000 payments: prepared, frozen, signed, booked, answered, returned, compared.

With ``--full`` also one of 10,000 that is voided, and one that the bank gives back altogether.
"""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from infra.bench import ground
from infra.bench.measure import goal, title

SIZES = (1_000, 10_000)
EACH_FEN = 100_000


def run(*, stations: list[int], quick: bool) -> None:
    """Pay one batch of each size at a station of a small network."""
    from bangfu.kernel import doorbell
    from bangfu.kernel.tenancy import in_station

    # Nobody listens here: what a worker would do is done and timed by this process.
    doorbell.ring = lambda _task, *_args: False
    # A county's station: those at the end of the tree keep books for other measurements.
    station = ground.open_tree(min(stations))[1].ref
    with in_station(station):
        office = _Office(station)
        took = {size: office.pay(size) for size in SIZES}
        if not quick:
            office.void(SIZES[1])
            office.give_back(SIZES[1])
    small, large = (sum(took[size].values()) for size in SIZES)
    title(f"growth from {SIZES[0]:,} to {SIZES[1]:,} payments")
    for step in took[SIZES[0]]:
        first, second = took[SIZES[0]][step], took[SIZES[1]][step]
        print(f"  {step:28} {first:7.2f} s  {second:7.2f} s  x{second / first:5.1f}")
    print(f"  {'all':28} {small:7.2f} s  {large:7.2f} s  x{large / small:5.1f}")
    goal("10,000 payments frozen, answered and reconciled, seconds", _asked(took), at_most=60)


def _asked(took: dict[int, dict[str, float]]) -> float:
    steps = took[SIZES[1]]
    besides = {"asked to prepare", "prepared by a worker", "signed"}
    return sum(seconds for step, seconds in steps.items() if step not in besides)


def _timed(name: str, act: Callable[[], Any]) -> tuple[Any, float]:
    """Do something, print the seconds it took, and return both."""
    began = time.perf_counter()
    done = act()
    took = time.perf_counter() - began
    print(f"  {name:28} {took:7.2f} s", flush=True)
    return done, took


class _Office:
    """The people and the money of the station that pays."""

    def __init__(self, station: Any) -> None:
        from bangfu.kernel import clock
        from bangfu.kernel.actors import EVERYTHING, Actor
        from tenant_apps.funds.rules import Leg
        from tenant_apps.funds.services import (
            appropriate_budget,
            open_fund,
            open_year,
            post_journal,
        )

        self.now: datetime = clock.now()
        self.today = clock.today()
        self.clerk, self.finance, self.supervisor, self.head = (
            Actor(user_id=key, name=name, station=station, capabilities=frozenset({EVERYTHING}))
            for key, name in enumerate(("经办", "财务", "经审", "站长"), start=900_001)
        )
        edge: dict[str, Any] = {"actor": self.head, "now": self.now}
        open_year(year=self.today.year, maker=self.finance, **edge)
        self.fund = open_fund(code="BENCH", name="基准资金", source="central", **edge)
        money = (sum(SIZES) + 2 * SIZES[1]) * EACH_FEN
        told: dict[str, Any] = {"maker": self.finance, "memo": "基准", **edge}
        appropriate_budget(
            ref="bench", fund_id=self.fund.pk, amount_fen=money, on=self.today, **told
        )
        post_journal(
            kind="bank_in", ref="bench", effective_on=self.today,
            legs=[
                Leg(code="1001", fund_id=self.fund.pk, amount_fen=money),
                Leg(code="4001", fund_id=self.fund.pk, amount_fen=-money),
            ],
            **told,
        )  # fmt: skip
        self.made = 0

    def pay(self, size: int) -> dict[str, float]:
        """Pay one batch; return the seconds of each step."""
        from bangfu.demo.bank import answer
        from tenant_apps.payouts import services
        from tenant_apps.payouts.bankfile import Status
        from tenant_apps.payouts.models import LineState

        title(f"a batch of {size:,} payments")
        keys = self._approved(size)
        took: dict[str, float] = {}

        def step(name: str, act: Callable[[], Any]) -> Any:
            done, took[name] = _timed(name, act)
            return done

        batch = step("asked to prepare", lambda: self._asked(keys))
        step("prepared by a worker", lambda: services.finish_preparing(batch.pk, now=self.now))
        step("frozen", lambda: services.freeze_batch(batch.pk, actor=self.clerk, now=self.now))
        step("signed", lambda: self._sign(batch))
        batch.refresh_from_db()
        instruction = batch.file.reveal().encode("latin-1")
        lines = list(batch.lines.order_by("serial").values_list("ref", flat=True))
        failed = dict.fromkeys(lines[: size // 100], (Status.FAILED, "户名不符"))
        reply = answer("generic", instruction, results=failed)
        step("bank line matched", lambda: self._book("payout", batch))

        def receive() -> None:
            services.receive_answer(batch.pk, reply, actor=self.finance, now=self.now)

        step("return file judged", receive)
        step("return file used", lambda: services.use_answer(batch.pk, now=self.now))
        step("failed money back", lambda: self._book("payout_back", batch))
        step(
            "reconciled",
            lambda: services.reconcile_batch(batch.pk, actor=self.supervisor, now=self.now),
        )
        back = answer(
            "generic", instruction, is_whole=False,
            results=dict.fromkeys(lines[-(size // 100):], (Status.RETURNED, "账户已注销")),
        )  # fmt: skip

        def return_some() -> None:
            services.receive_answer(batch.pk, back, actor=self.finance, now=self.now)
            services.use_answer(batch.pk, now=self.now)

        step("one in a hundred returned", return_some)
        paid = batch.lines.filter(state=LineState.PAID).count()
        if paid != size - 2 * (size // 100):
            raise RuntimeError(f"{paid} of {size} were paid")
        return took

    def void(self, size: int) -> None:
        """Prepare a batch and void it: what the clerk waits for, and what the worker does."""
        from tenant_apps.payouts import services

        title(f"a batch of {size:,} payments that is voided")
        batch = self._asked(self._approved(size))
        services.finish_preparing(batch.pk, now=self.now)
        _timed(
            "asked to void",
            lambda: services.void_batch(batch.pk, reason="基准", actor=self.clerk, now=self.now),
        )
        _timed("given up by a worker", lambda: services.finish_giving_up(batch.pk, now=self.now))
        batch.refresh_from_db()
        if batch.state != "void":
            raise RuntimeError(f"the batch is {batch.state}")

    def give_back(self, size: int) -> None:
        """Pay a batch, and let the bank give every payment back by one return file."""
        from bangfu.demo.bank import answer
        from tenant_apps.payouts import services
        from tenant_apps.payouts.bankfile import Status
        from tenant_apps.payouts.models import LineState

        title(f"a batch of {size:,} payments that comes back altogether")
        batch = self._asked(self._approved(size))
        services.finish_preparing(batch.pk, now=self.now)
        services.freeze_batch(batch.pk, actor=self.clerk, now=self.now)
        self._sign(batch)
        batch.refresh_from_db()
        instruction = batch.file.reveal().encode("latin-1")
        refs = list(batch.lines.order_by("serial").values_list("ref", flat=True))
        self._book("payout", batch)
        paid = answer("generic", instruction, results={})
        services.receive_answer(batch.pk, paid, actor=self.finance, now=self.now)
        services.use_answer(batch.pk, now=self.now)
        back = answer(
            "generic", instruction, is_whole=False,
            results=dict.fromkeys(refs, (Status.RETURNED, "账户已注销")),
        )  # fmt: skip
        _timed(
            "return file judged",
            lambda: services.receive_answer(batch.pk, back, actor=self.finance, now=self.now),
        )
        _timed("return file used", lambda: services.use_answer(batch.pk, now=self.now))
        returned = batch.lines.filter(state=LineState.RETURNED).count()
        if returned != size:
            raise RuntimeError(f"{returned} of {size} came back")

    def _asked(self, keys: list[Any]) -> Any:
        from tenant_apps.payouts import services

        return services.prepare_batch(
            keys, title="基准批次", layout="generic", actor=self.clerk, now=self.now
        )

    def _sign(self, batch: Any) -> None:
        from tenant_apps.payouts import services

        services.check_batch(batch.pk, actor=self.finance, now=self.now)
        services.audit_batch(batch.pk, actor=self.supervisor, now=self.now)
        services.approve_batch(batch.pk, actor=self.head, now=self.now)
        services.send_batch(batch.pk, actor=self.finance, now=self.now)

    def _book(self, kind: str, batch: Any) -> None:
        from tenant_apps.funds.expectations import Booking, waiting

        (expected,) = [
            one for one in waiting()[kind].expected(on=self.today) if one.ref == batch.number
        ]
        booking = Booking(
            serial=f"{kind}{batch.number}", booked_on=self.today, amount_fen=expected.amount_fen,
            counterparty="", text="",
        )  # fmt: skip
        waiting()[kind].settle(
            batch.number, (booking,), maker=self.supervisor, actor=self.head, now=self.now
        )

    def _approved(self, size: int) -> list[Any]:
        from bangfu.kernel.crypto import blind_index
        from bangfu.kernel.ids import uuid7
        from tenant_apps.aid.models import AidState, Application
        from tenant_apps.funds.services import reserve_budget

        rows = []
        for _row in range(size):
            self.made += 1
            card = f"62220202000{self.made:08d}"
            row = Application(
                id=uuid7(), number=f"BF{self.made:06d}", state=AidState.APPROVED, group="holiday",
                programme="warmth", programme_version_id=1, aid="warmth", mode="everyday",
                cycle="bench", household=self.made.to_bytes(16, "big"),
                person_name=f"职工{self.made}", payee_name=f"职工{self.made}",
                payee_id_hash=self.made.to_bytes(16, "big"), asked_fen=EACH_FEN,
                amount_fen=EACH_FEN, fund=self.fund, entered_by_id=1, entered_by="经办",
                approved_by_id=2, approved_by="站长", approved_on=self.today,
                created_at=self.now, changed_at=self.now,
            )  # fmt: skip
            row.payee_card = card
            row.payee_card_hash = blind_index(card, purpose="card_no")
            rows.append(row)
        Application.objects.bulk_create(rows, batch_size=1000)
        reserve_budget(
            ref=f"bench:{self.made}", fund_id=self.fund.pk, amount_fen=size * EACH_FEN,
            on=self.today, memo="基准", maker=self.finance, actor=self.head, now=self.now,
        )  # fmt: skip
        return [row.pk for row in rows]
