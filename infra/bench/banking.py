"""A statement as a bank sends it: read, proved whole, matched with what is expected, checked and posted."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from resource import RUSAGE_SELF, getrusage
from time import perf_counter, process_time
from typing import Any

from infra.bench import ground
from infra.bench.measure import goal, title

LINES = (1_000, 10_000, 100_000)
SECONDS_AT_MOST = 60
BATCH = 1_000
_ON = date(2026, 11, 18)


class Batches:
    """Waits for batches whose payees the bank books one by one; posts each batch by one journal."""

    def __init__(self) -> None:
        self.waiting: dict[str, Any] = {}

    def expected(self, *, on: date) -> Iterable[Any]:
        """Return the batches that are open."""
        del on
        return list(self.waiting.values())

    def settle(self, ref: str, bookings: Any, *, maker: Any, actor: Any, now: datetime) -> Any:
        """Post what the bank booked of a batch."""
        from tenant_apps.funds.rules import Leg
        from tenant_apps.funds.services import post_journal

        one = self.waiting.pop(ref)
        fen = sum(booking.amount_fen for booking in bookings)
        return post_journal(
            kind="payout_sent",
            ref=ref,
            effective_on=_ON,
            memo=ref,
            legs=[
                Leg(code="1201", fund_id=one.fund_id, amount_fen=fen),
                Leg(code="1001", fund_id=one.fund_id, amount_fen=-fen),
            ],
            maker=maker,
            actor=actor,
            now=now,
        )


def run(*, stations: list[int], quick: bool) -> None:
    """Take in statements of a growing number of lines, and show how the time grows."""
    from bangfu.kernel import clock
    from bangfu.kernel.tenancy import in_station

    places = ground.open_tree(max(len(LINES) + 1, min(stations)))
    title(f"bank statements beside {len(places)} stations")
    seconds = {}
    for lines, place in zip(LINES[:2] if quick else LINES, reversed(places), strict=False):
        with in_station(place.ref):
            seconds[lines] = take_in(place, lines=lines, now=clock.now())
    most = max(seconds)
    goal(f"seconds to read and match {most} lines", seconds[most], at_most=SECONDS_AT_MOST)
    grows = seconds[most] / seconds[min(seconds)] / (most / min(seconds))
    print(f"  {most} lines take {grows:.2f} times as long a line as {min(seconds)}")


def take_in(place: Any, *, lines: int, now: datetime) -> float:
    """Bring a statement and have it posted; print each step, return the seconds until it was matched."""
    from bangfu.kernel.actors import Actor
    from shared_apps.bankfiles.models import Line, LineState
    from tenant_apps.banking import services
    from tenant_apps.funds import expectations
    from tenant_apps.funds.rules import Leg
    from tenant_apps.funds.services import open_fund, open_year, post_journal

    finance, head = (
        Actor(
            user_id=key,
            name=name,
            station=place.ref,
            roles=frozenset({role}),
            capabilities=frozenset({"fund.post", "fund.check", "fund.manage", "fund.view"}),
        )
        for key, name, role in ((1, "钱财务", "finance"), (2, "孙站长", "head"))
    )
    open_year(year=now.year, maker=finance, actor=head, now=now)
    fund = open_fund(code="JZ", name="基准资金", source="central", actor=finance, now=now)
    total = lines * 500_00
    post_journal(
        kind="takeover", ref="基准", effective_on=date(now.year, 1, 1), memo="期初", maker=finance, actor=head,
        now=now, legs=[
            Leg(code="1001", fund_id=fund.pk, amount_fen=total),
            Leg(code="3001", fund_id=fund.pk, amount_fen=-total),
        ],
    )  # fmt: skip
    waits = Batches()
    data = statement(lines, waits, fund_id=fund.pk, opening=total)
    registered: Any = expectations.waiting()
    known, expectations._waiting = dict(registered), {"payout": waits}  # noqa: SLF001
    try:
        began = _Moment()
        one = services.upload_statement(
            data, filename="基准.csv", fund_id=fund.pk, only_this_fund=True, actor=finance, now=now
        )
        until_matched = began.show("upload", lines)
        began = _Moment()
        services.work_on(one.pk, now=now)
        until_matched += began.show("match", lines)
        services.confirm_statement(one.pk, actor=head, now=now)
        began = _Moment()
        services.work_on(one.pk, now=now)
        began.show("post", lines)
    finally:
        expectations._waiting = known  # noqa: SLF001
    states = {
        state.value: Line.objects.filter(statement=one, state=state).count() for state in LineState
    }
    print(f"  {len(data) / 1e6:.1f} MB; {states}")
    return until_matched


def statement(lines: int, waits: Batches, *, fund_id: Any, opening: int) -> bytes:
    """Write a statement of so many payees in batches; one line in a hundred is money nobody expects."""
    from tenant_apps.funds.expectations import Expectation, Part

    target = io.StringIO()
    out = csv.writer(target)
    out.writerow(["账号", "6222000011112222"])
    out.writerow(
        ["交易日期", "流水号", "收入", "支出", "余额", "对方户名", "对方账号", "摘要", "企业流水号"]
    )
    balance = opening
    parts: dict[int, list[Any]] = {}
    for number, fen, name, ref in _bookings(lines):
        balance += fen
        if fen < 0:
            batch = parts.setdefault(number // BATCH, [])
            batch.append(Part(ref=ref, amount_fen=-fen, counterparty=name))
        out.writerow(
            [
                _ON, f"B{number:09d}", _yuan(fen) if fen > 0 else "", _yuan(-fen) if fen < 0 else "",
                _yuan(balance), name, f"69999900{number:011d}", "代发帮扶金", ref,
            ]
        )  # fmt: skip
    for number, some in parts.items():
        ref = f"PF-2026-{number:06d}"
        waits.waiting[ref] = Expectation(
            kind="payout", ref=ref, amount_fen=sum(part.amount_fen for part in some), incoming=False,
            fund_id=fund_id, counterparty="", due_on=_ON, parts=tuple(some),
        )  # fmt: skip
    return target.getvalue().encode("gb18030")


def _bookings(lines: int) -> Iterator[tuple[int, int, str, str]]:
    for number in range(lines):
        if number % 100 == 99:
            yield number, 10_00 + number, f"好心人{number}", ""
        else:
            yield number, -(100_00 + number % 400_00), f"虚构{number:06d}", f"PL-{number:08d}"


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


class _Moment:
    """When a step began, by the clock and by the processor."""

    def __init__(self) -> None:
        self._wall, self._cpu, self._server = (
            perf_counter(),
            process_time(),
            ground.backend_seconds(),
        )

    def show(self, step: str, lines: int) -> float:
        """Print what the step took; return its seconds."""
        wall, cpu = perf_counter() - self._wall, process_time() - self._cpu
        server = ground.backend_seconds() - self._server
        peak = getrusage(RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"  {step:7} {wall:7.2f} s, {lines / wall:7.0f} lines a second; processor: Python {cpu:.2f} s, "
            f"PostgreSQL {server:.2f} s; peak {peak:.0f} MB",
            flush=True,
        )
        return wall
