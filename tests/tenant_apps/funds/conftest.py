"""A township with open books: its finance, its head, its supervisor, and two funds."""

from dataclasses import dataclass
from datetime import date

import pytest
from django.db import connection

from bangfu.kernel.actors import Actor
from bangfu.kernel.tenancy import StationRef, in_station
from shared_apps.accounts.roles import Role
from tenant_apps.funds.models import Fund
from tenant_apps.funds.rules import Leg
from tenant_apps.funds.services import open_fund, open_year, post_journal
from tests.conftest import NOON
from tests.support.scenes import scene

TODAY = date(2026, 11, 20)


@dataclass
class Books:
    """The books of a station and the two people who keep them."""

    station: StationRef
    finance: Actor
    head: Actor
    supervisor: Actor
    fiscal: Fund
    gift: Fund
    posted: int = 0

    def leg(self, code, fen, fund=None):
        return Leg(code=code, fund_id=(fund or self.fiscal).pk, amount_fen=fen)

    def post(self, *legs, kind="manual", ref=None, on=TODAY, memo="测试凭证", **more):
        self.posted += 1
        return post_journal(
            kind=kind, ref=ref or f"ref-{self.posted}", effective_on=on, memo=memo, legs=legs,
            maker=more.pop("maker", self.finance), actor=more.pop("actor", self.head), now=NOON,
            **more,
        )  # fmt: skip

    def receive(self, fen, fund=None, **more):
        return self.post(self.leg("1001", fen, fund), self.leg("4001", -fen, fund), **more)

    def spend(self, fen, fund=None, **more):
        return self.post(self.leg("5001.living", fen, fund), self.leg("1001", -fen, fund), **more)


def books_of(station, person_at):
    finance = person_at(station, Role.FINANCE, name="钱财务")
    head = person_at(station, Role.HEAD, name="孙站长")
    supervisor = person_at(station, Role.SUPERVISOR, name="周经审")
    with in_station(station):
        open_year(year=2026, maker=finance, actor=head, now=NOON)
        fiscal = open_fund(
            code="ZY26", name="中央财政帮扶资金", source="central", actor=finance, now=NOON
        )
        gift = open_fund(
            code="JZ01", name="移动助学金", source="donation", programmes=["schooling"],
            actor=finance, now=NOON,
        )  # fmt: skip
    return Books(station, finance, head, supervisor, fiscal, gift)


def settled(made):
    """Let what the tables check at a commit be checked now: a scene is never committed."""
    with in_station(made.station), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return made


@scene
def open_books(cast):
    return settled(books_of(cast.station("130705001"), cast.person_at))


@pytest.fixture
def books(open_books):
    with in_station(open_books.station):
        yield open_books
