"""A city, a county and a township with open books, the people who keep them, and a bank that books what it is told."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.db import connection

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import StationRef, in_station
from shared_apps.accounts.roles import Role
from shared_apps.exchange import relay
from tenant_apps.funds.chart import CHART
from tenant_apps.funds.expectations import Booking, waiting
from tenant_apps.funds.models import Account, Entry, Fund, Journal
from tenant_apps.funds.rules import Leg
from tenant_apps.funds.services import open_fund, open_year, post_journal, receive_bank_line
from tenant_apps.sources import services
from tenant_apps.sources.models import Transfer
from tenant_apps.sources.services import Meetings
from tests.conftest import NOON
from tests.support.scenes import scene

TODAY = date(2026, 11, 20)
PAYEE = "桥东区总工会"
BOTH_MET = Meetings(
    chair_met_on=TODAY, chair_decided="同意拨付", party_met_on=TODAY, party_decided="审定通过"
)


@contextmanager
def acting_at(station):
    """Act in a station; what its tables check at a commit is checked when the act is done."""
    with in_station(station):
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@dataclass
class Desk:
    """One station's books and the three people who keep them."""

    station: StationRef
    finance: Actor
    supervisor: Actor
    head: Actor
    now: object = NOON
    lines: int = 0

    def edge(self, actor):
        return {"actor": actor, "now": self.now}

    @property
    def two(self):
        return {"maker": self.finance, "actor": self.head, "now": self.now}

    def open_fund(self, code="ZY26", name="中央财政帮扶资金", source="central", **more):
        with acting_at(self.station):
            return open_fund(code=code, name=name, source=source, **more, **self.edge(self.finance))

    def fund(self, code="ZY26"):
        with acting_at(self.station):
            return Fund.objects.get(code=code)

    def endow(self, fund, fen):
        """Let so much lie on the bank and in the budget."""
        self.lines += 1
        with acting_at(self.station):
            post_journal(
                kind="manual", ref=f"endow-{self.lines}", effective_on=TODAY, memo="上级拨款",
                legs=[
                    Leg(code=code, fund_id=fund.pk, amount_fen=amount)
                    for code, amount in (
                        ("1001", fen), ("4001", -fen), ("8001", fen), ("8000", -fen),
                    )
                ],
                **self.two,
            )  # fmt: skip

    def plan(self, to, fund, fen, *, purpose="两节送温暖", payee=PAYEE):
        with acting_at(self.station):
            return services.plan_transfer(
                to_code=to.station.code, fund_id=fund.pk, amount_fen=fen, purpose=purpose,
                payee=payee, year=2026, **self.edge(self.finance),
            )  # fmt: skip

    def instruct(self, to, fund, fen, **more):
        """Plan, check, approve and instruct: everything but the bank."""
        transfer = self.plan(to, fund, fen, **more)
        with acting_at(self.station):
            services.check_transfer(transfer.pk, **self.edge(self.supervisor))
            services.approve_transfer(transfer.pk, BOTH_MET, **self.edge(self.head))
            services.instruct_transfer(transfer.pk, **self.edge(self.finance))
        return transfer

    def expected(self, kind="transfer"):
        with acting_at(self.station):
            return list(waiting()[kind].expected(on=TODAY))

    def books(self, ref, fen, *, kind="transfer", counterparty=PAYEE, serial="", on=TODAY):
        """The bank books a line under our reference, and two people enter it."""
        self.lines += 1
        line = Booking(
            serial=serial or f"{self.station.code}-{self.lines}", booked_on=on, amount_fen=fen,
            counterparty=counterparty, text=ref,
        )  # fmt: skip
        with acting_at(self.station):
            return waiting()[kind].settle(ref, (line,), **self.two)

    def takes_in(self, fund, fen, *, on=TODAY):
        """A credit that nobody can name."""
        self.lines += 1
        with acting_at(self.station):
            return receive_bank_line(
                serial=f"{self.station.code}-u{self.lines}", fund_id=fund.pk, amount_fen=fen,
                received_on=on, account="2101", memo="来款待认领", **self.two,
            )  # fmt: skip

    def end(self, transfer):
        with acting_at(self.station):
            return Transfer.objects.get(pk=transfer.pk)

    def balance(self, code, fund=None):
        """What an account holds, on the side where it grows."""
        with acting_at(self.station):
            rows = Account.objects.filter(code=code)
            rows = rows.filter(fund_id=fund.pk) if fund else rows
            return sum(row.balance_fen for row in rows) * CHART[code].side

    def journals(self):
        with acting_at(self.station):
            return [
                (one.kind, sorted(Entry.objects.filter(journal=one).values_list(
                    "account__code", "amount_fen")))
                for one in Journal.objects.order_by("number")
            ]  # fmt: skip


@dataclass
class Money:
    """The three desks, and the messages between them."""

    city: Desk
    county: Desk
    township: Desk
    days: int = field(default=0)

    @property
    def desks(self):
        return self.city, self.county, self.township

    def deliver(self):
        return relay.deliver_all()

    def pass_days(self, days):
        for desk in self.desks:
            desk.now += timedelta(days=days)


def desk_at(station, person_at):
    desk = Desk(
        station,
        finance=person_at(station, Role.FINANCE, name="钱财务"),
        supervisor=person_at(station, Role.SUPERVISOR, name="周经审"),
        head=person_at(station, Role.HEAD, name="孙站长"),
    )
    with acting_at(station):
        open_year(year=2026, maker=desk.finance, actor=desk.head, now=NOON)
    return desk


@scene
def money(cast):
    """The county has 100,000 yuan of central money."""
    made = Money(*(desk_at(cast.station(code), cast.person_at) for code in (
        "1307", "130705", "130705001")))  # fmt: skip
    made.county.endow(made.county.open_fund(), 100_000_00)
    return made


@pytest.fixture
def county(money):
    return money.county


@pytest.fixture
def township(money):
    return money.township
