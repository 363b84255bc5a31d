"""A township that pays: four people who sign, a fund with money and budget, applications that were approved."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from bangfu.demo.bank import answer
from bangfu.kernel.actors import Actor
from bangfu.kernel.crypto import blind_index
from bangfu.kernel.ids import uuid7
from bangfu.kernel.tenancy import StationRef, in_station
from shared_apps.accounts.roles import Role
from tenant_apps.aid.models import AidState, Application
from tenant_apps.funds.expectations import Booking, waiting
from tenant_apps.funds.models import Account, Fund
from tenant_apps.funds.rules import Leg
from tenant_apps.funds.services import (
    appropriate_budget,
    open_fund,
    open_year,
    post_journal,
    reserve_budget,
)
from tenant_apps.payouts import services
from tenant_apps.payouts.models import Batch, BatchState, Line
from tests.conftest import NOON
from tests.support.scenes import scene

TODAY = date(2026, 11, 20)
MONEY_FEN = 10_000_000_000


@dataclass
class Office:
    """The people of a station that pays, and what it pays from; every act is done by the person whose part it is."""

    station: StationRef
    clerk: Actor
    finance: Actor
    supervisor: Actor
    head: Actor
    second_finance: Actor
    fiscal: Fund
    gift: Fund
    made: list[int] = field(default_factory=lambda: [0])

    def approved(self, count: int = 1, **changes: Any) -> list[Application]:
        """Approved applications of a warmth group, each with a card of its own, budget held for all."""
        fund = changes.get("fund", self.fiscal)
        rows = []
        for _row in range(count):
            self.made[0] += 1
            at = self.made[0]
            card = f"62220202000{at:08d}"
            values = {
                "number": f"BF{at:06d}",
                "state": AidState.APPROVED,
                "group": "holiday",
                "programme": "warmth",
                "programme_version_id": 1,
                "aid": "warmth",
                "mode": "everyday",
                "cycle": "2026",
                "household": at.to_bytes(16, "big"),
                "person_name": f"职工{at}",
                "payee_name": f"职工{at}",
                "payee_id_hash": at.to_bytes(16, "big"),
                "asked_fen": 100_000,
                "amount_fen": 100_000,
                "fund": fund,
                "entered_by_id": self.clerk.user_id,
                "entered_by": self.clerk.name,
                "reviewed_by_id": self.clerk.user_id + 1000,
                "reviewed_by": "审核",
                "approved_by_id": self.head.user_id,
                "approved_by": self.head.name,
                "approved_on": TODAY,
                "created_at": NOON,
                "changed_at": NOON,
            } | changes
            card = values.pop("card", card)
            row = Application(id=uuid7(), **values)
            row.payee_card = card
            row.payee_card_hash = blind_index(card, purpose="card_no")
            rows.append(row)
        Application.objects.bulk_create(rows, batch_size=1000)
        reserve_budget(
            ref=f"aid:{rows[0].pk}", fund_id=fund.pk, on=TODAY, memo="批准帮扶",
            amount_fen=sum(row.amount_fen for row in rows),
            maker=self.finance, actor=self.head, now=NOON,
        )  # fmt: skip
        return rows

    def batch(self, rows=None, *, count=3, layout="generic", **more: Any) -> Batch:
        batch = self.asked(rows, count=count, layout=layout, **more)
        if batch.state == BatchState.PREPARING:
            services.finish_preparing(batch.pk, now=NOON)
            batch.refresh_from_db()
        return batch

    def asked(self, rows=None, *, count=3, layout="generic", **more: Any) -> Batch:
        """A batch as the clerk's request leaves it: a large one waits for a worker."""
        rows = self.approved(count) if rows is None else rows
        return services.prepare_batch(
            [row.pk for row in rows], title=more.pop("title", "十一月慰问"), layout=layout,
            actor=more.pop("actor", self.clerk), now=NOON, **more,
        )  # fmt: skip

    def sent(self, rows=None, **more: Any) -> Batch:
        """A batch that everybody signed and the bank has."""
        batch = self.batch(rows, **more)
        services.freeze_batch(batch.pk, actor=self.clerk, now=NOON)
        services.check_batch(batch.pk, actor=self.finance, now=NOON)
        services.audit_batch(batch.pk, actor=self.supervisor, now=NOON)
        services.approve_batch(batch.pk, actor=self.head, now=NOON)
        return services.send_batch(batch.pk, actor=self.finance, now=NOON)

    def booked(self, batch: Batch, *, kind: str = "payout", fen: int | None = None, **more: Any):
        """The bank's own statement shows the money move, and two people matched it."""
        (expected,) = [
            one
            for one in waiting()[kind].expected(on=date(2026, 12, 31))
            if one.ref == batch.number
        ]
        amount = expected.amount_fen if fen is None else fen
        booking = Booking(
            serial=more.pop("serial", f"S{kind}{batch.number}"),
            booked_on=TODAY,
            amount_fen=amount,
            counterparty=more.pop("counterparty", ""),
            text=more.pop("text", ""),
        )
        return waiting()[kind].settle(
            batch.number, (booking,), maker=self.second_finance, actor=self.head, now=NOON
        )

    def answered(self, batch: Batch, results=None, *, is_whole=True) -> Batch:
        """The bank's return file, uploaded by finance."""
        data = self.reply(batch, results, is_whole=is_whole)
        return services.receive_answer(batch.pk, data, actor=self.finance, now=NOON)

    def reply(self, batch: Batch, results=None, *, is_whole=True) -> bytes:
        batch.refresh_from_db()
        instruction = batch.file.reveal().encode("latin-1")
        return answer(batch.layout, instruction, results=results, is_whole=is_whole)

    def paid(self, rows=None, **more: Any) -> Batch:
        batch = self.sent(rows, **more)
        self.booked(batch)
        return self.answered(batch)

    def lines(self, batch: Batch) -> list[Line]:
        return list(Line.objects.filter(batch=batch).order_by("serial"))

    def balance(self, code: str, fund: Fund | None = None) -> int:
        account = Account.objects.filter(fund=fund or self.fiscal, code=code, year=2026).first()
        return account.balance_fen if account else 0


def office_of(station: StationRef, person_at: Any) -> Office:
    clerk, finance, supervisor, head, second = (
        person_at(station, role, name=name)
        for role, name in (
            (Role.CLERK, "经办甲"),
            (Role.FINANCE, "财务乙"),
            (Role.SUPERVISOR, "经审丙"),
            (Role.HEAD, "站长丁"),
            (Role.FINANCE, "财务戊"),
        )
    )
    with in_station(station):
        open_year(year=2026, maker=finance, actor=head, now=NOON)
        fiscal = open_fund(
            code="ZY26", name="中央财政帮扶资金", source="central", actor=finance, now=NOON
        )
        gift = open_fund(
            code="JZ01", name="移动助学金", source="donation", programmes=["schooling"],
            actor=finance, now=NOON,
        )  # fmt: skip
        for fund in (fiscal, gift):
            appropriate_budget(
                ref=f"budget:{fund.code}", fund_id=fund.pk, amount_fen=MONEY_FEN, on=TODAY,
                memo="年度预算", maker=finance, actor=head, now=NOON,
            )  # fmt: skip
            post_journal(
                kind="bank_in", ref=f"in:{fund.code}", effective_on=TODAY, memo="到账",
                legs=[
                    Leg(code="1001", fund_id=fund.pk, amount_fen=MONEY_FEN),
                    Leg(code="4001", fund_id=fund.pk, amount_fen=-MONEY_FEN),
                ],
                maker=finance, actor=head, now=NOON,
            )  # fmt: skip
    return Office(station, clerk, finance, supervisor, head, second, fiscal, gift)


@scene
def paying(cast):
    """A township with open books, money and people."""
    return office_of(cast.station("130705001"), cast.person_at)


@pytest.fixture
def office(paying):
    with in_station(paying.station):
        yield paying
