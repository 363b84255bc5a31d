"""A township with open books, two apps that wait for money, and a bank that writes statements."""

from dataclasses import dataclass
from datetime import date

import pytest
import time_machine

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import StationRef, in_station
from shared_apps.bankfiles.models import Line, Statement
from tenant_apps.banking import services
from tenant_apps.funds import expectations
from tenant_apps.funds.models import Fund, Journal
from tests.conftest import NOON
from tests.support.scenes import scene
from tests.tenant_apps.banking.banks import Booked, Payouts, Transfers, csv_of
from tests.tenant_apps.funds.conftest import Books, books_of

DAY = date(2026, 11, 18)


@dataclass
class Desk:
    """The people of the books and their bank: who brings a statement, and who checks it."""

    books: Books
    transfers: Transfers
    payouts: Payouts

    @property
    def station(self) -> StationRef:
        return self.books.station

    @property
    def finance(self) -> Actor:
        return self.books.finance

    @property
    def head(self) -> Actor:
        return self.books.head

    @property
    def fund(self) -> Fund:
        return self.books.fiscal

    def upload(self, data, *, name="对账单.csv", fund=None, only=False, actor=None) -> Statement:
        return services.upload_statement(
            data, filename=name, fund_id=(fund or self.fund).pk, only_this_fund=only,
            actor=actor or self.finance, now=NOON,
        )  # fmt: skip

    def confirm(self, statement) -> Statement:
        checked = services.confirm_statement(statement.pk, actor=self.head, now=NOON)
        services.go_on(checked, now=NOON)
        statement.refresh_from_db()
        return statement

    def take_in(self, *lines, opening=0, **more) -> Statement:
        """Bring a statement of these lines and let it be posted."""
        statement = self.upload(csv_of(lines, opening=opening), **more)
        assert statement.state == "waiting", statement.problems
        return self.confirm(statement)

    def line(self, serial) -> Line:
        return Line.objects.get(serial=serial, is_void=False)

    def journals(self, kind=None) -> list[Journal]:
        rows = Journal.objects.order_by("number")
        return list(rows.filter(kind=kind) if kind else rows)


@scene
def opened(cast):
    """The open books of a township."""
    return books_of(cast.station("130705001"), cast.person_at)


@scene(after=opened)
def received(cast, books):
    """500 yuan that nobody expected came, and are held under 2101."""
    with in_station(books.station), time_machine.travel(NOON):
        Desk(books, Transfers(), Payouts()).take_in(Booked("S1", DAY, 500_00, "好心人"))


@pytest.fixture
def held(received, desk):
    """Money nobody expected, held under 2101."""
    return desk.line("S1")


@pytest.fixture
def waiting(monkeypatch):
    transfers, payouts = Transfers(), Payouts()
    known = dict(expectations.waiting()) | {"transfer": transfers, "payout": payouts}
    known.pop("transfer_back", None)
    monkeypatch.setattr(expectations, "_waiting", known)
    return transfers, payouts


@pytest.fixture
def desk(opened, waiting):
    # How old a difference is depends on the day.
    with in_station(opened.station), time_machine.travel(NOON):
        yield Desk(opened, *waiting)
