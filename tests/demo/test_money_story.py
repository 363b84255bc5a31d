"""The demo tells the story of the money, and its books, its banks and its figures agree to the fen."""

from collections import Counter
from contextlib import contextmanager
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.db.models import Sum

from bangfu.demo import load_first, money, plan
from bangfu.demo.living import live
from bangfu.demo.money_paid import FESTIVAL_TITLE, ONCE_MORE, STUDENTS_TITLE
from bangfu.kernel import clock
from bangfu.kernel.tenancy import in_network, in_station
from shared_apps.audit.auditor import audit_ledger, ends_here, ends_that_differ
from shared_apps.bankfiles.models import Line as BankLine
from shared_apps.bankfiles.models import LineState as BankLineState
from shared_apps.reconciliation.models import UNSETTLED, Break
from shared_apps.reconciliation.services import reconcile_network
from shared_apps.rollup.periods import Period
from shared_apps.rollup.selectors import answer
from shared_apps.rollup.services import fold_facts, recount_station
from tenant_apps.aid.models import AidState, Application
from tenant_apps.benefits.models import Card, EntryKind
from tenant_apps.benefits.models import Entry as CardEntry
from tenant_apps.funds.models import Account, Entry
from tenant_apps.goods.models import Lot
from tenant_apps.payouts.models import Batch, Line, LineState
from tenant_apps.sources.models import Donation, Transfer
from tenants.models import Station

pytestmark = pytest.mark.fault


class Killed(Exception):
    """The worker was killed in the middle of a chapter."""


@contextmanager
def killed_in(chapter, monkeypatch):
    """Let the load die when a chapter has been told, before it is noted."""
    whole = money.chapters()

    def dies(told):
        def tell(desk):
            told(desk)
            raise Killed

        return tell

    broken = tuple(
        money.Chapter(one.key, one.code, dies(one.tell)) if one.key == chapter else one
        for one in whole
    )
    with monkeypatch.context() as patch:
        patch.setattr(money, "chapters", lambda: broken)
        yield


@pytest.mark.parametrize("day", ["2027-01-05", "2027-03-16"])
def test_the_story_is_one_of_one_year_of_books_on_any_day(empty, tmp_path, day):
    with time_machine.travel(f"{day}T01:30:00+08:00"):
        now = clock.now()
        load_first(size="tiny", sign_ins=tmp_path / "sign-ins.txt", progress=lambda *_said: None)
        live(seed=plan.SEED, now=now)
        assert money.tell_money(now=now) == len(money.chapters())
        reconcile_network(now=now)
    with in_network():
        left = Break.objects.filter(state__in=UNSETTLED)
        assert [one.detail.get("type") for one in left] == ["B1"]


@pytest.fixture
def stations(empty, tmp_path, monkeypatch):
    """The tiny network after its story, whose load was killed twice; its stations by code."""
    load_first(size="tiny", sign_ins=tmp_path / "sign-ins.txt", progress=lambda *_said: None)
    now = clock.now()
    live(seed=plan.SEED, now=now)
    for chapter in ("130705.receive_from_city", "130705001.pay_festival"):
        with killed_in(chapter, monkeypatch), pytest.raises(Killed):
            money.tell_money(now=now)
    assert money.tell_money(now=now) > 0
    assert money.tell_money(now=now) == 0
    fold_facts(now=now, wait=True)
    reconcile_network(now=now)
    with in_network():
        return {one.code: one.ref for one in Station.objects.all()}


def over(stations, count):
    """The sum over all stations of what is counted inside each."""
    total = 0
    for station in stations.values():
        with in_station(station):
            total += count() or 0
    return total


def booked(*codes):
    """What these accounts hold, a debit above zero."""

    def count():
        rows = Entry.objects.filter(account__code__in=codes)
        return rows.aggregate(fen=Sum("amount_fen"))["fen"]

    return count


def spent():
    rows = Entry.objects.filter(account__code__startswith="5001.")
    return rows.aggregate(fen=Sum("amount_fen"))["fen"]


def paid():
    return Line.objects.filter(state=LineState.PAID).aggregate(fen=Sum("amount_fen"))["fen"]


def settled():
    rows = CardEntry.objects.filter(kind=EntryKind.SETTLEMENT)
    return rows.aggregate(fen=Sum("union_fen"))["fen"]


def figure(station, code, period):
    """A number of the roll-up in fen."""
    with in_station(station):
        return int(answer(code, station=station, period=period).value * Decimal(100))


def test_the_story_of_the_money_agrees_to_the_fen(stations):
    city, county, street = (stations[code] for code in plan.FIRST[:3])
    every_break_but_one_was_worked_on(county)
    the_books_hold(stations)
    the_city_counts_what_moved_inside_once(stations, city)
    both_ends_of_every_transfer_agree(city, county, street)
    what_a_visitor_finds_to_do_is_open(county, street)
    the_batches_came_to_their_ends(county, street)


def every_break_but_one_was_worked_on(county):
    with in_network():
        left = Break.objects.filter(state__in=UNSETTLED).values_list("station_id", "kind", "detail")
        assert [(station, kind, one["type"]) for station, kind, one in left] == [
            (county.id, "bank", "B1")
        ]
        found = Counter(one.detail["type"] for one in Break.objects.all())
        assert found["B1"] == 3
        assert found["B5"] > 0
        by_hand = BankLine.objects.filter(rule="hand", state=BankLineState.MATCHED)
        assert by_hand.count() == 3
        assert all(line.maker_id != line.checker_id for line in by_hand)


def the_books_hold(stations):
    ends = []
    for station in stations.values():
        with in_station(station), connection.cursor() as cursor:
            assert audit_ledger(cursor, station=station.id) == []
            ends += ends_here(cursor, station=station.id)
            books = Account.objects.values("book", "fund").annotate(fen=Sum("balance_fen"))
            assert all(row["fen"] == 0 for row in books)
        assert not recount_station(station)
    assert list(ends_that_differ(ends)) == []


def the_city_counts_what_moved_inside_once(stations, city):
    with in_station(city):
        year = Account.objects.values_list("year", flat=True).first()
    period = Period.parse(str(year))
    income = -over(stations, booked("4001", "4003", "4004"))
    assert figure(city, "FUN-01", period) == income == 3_050_128_46
    assert figure(city, "FUN-02", period) == figure(city, "FUN-03", period) == 0
    spending = over(stations, spent)
    assert figure(city, "FUN-04", period) == spending
    assert figure(city, "AID-03", period) == over(stations, paid)
    assert spending == over(stations, paid) + over(stations, settled)
    taken_over = -over(stations, booked("3001"))
    assert figure(city, "FUN-05", period) == taken_over + income - spending
    assert over(stations, booked("1001", "1101", "1201", "1301")) + over(
        stations, booked("2001", "2101")
    ) == (taken_over + income - spending)


def both_ends_of_every_transfer_agree(*stations):
    ends = {}
    for station in stations:
        with in_station(station):
            for end in Transfer.objects.all():
                ends.setdefault(end.number, set()).add(end.confirmed_fen)
    assert len(ends) == 3
    assert all(len(sums) == 1 for sums in ends.values())
    assert sorted(sums.pop() for sums in ends.values()) == [150_000_00, 299_950_00, 800_000_00]


def what_a_visitor_finds_to_do_is_open(county, street):
    with in_station(street):
        assert Application.objects.filter(state=AidState.REVIEWING).count() == 1
    with in_station(county):
        assert Batch.objects.get(title=ONCE_MORE).state == "checked"


def the_batches_came_to_their_ends(county, street):
    with in_station(street):
        festival = Batch.objects.get(title=FESTIVAL_TITLE)
        lines = Counter(festival.lines.values_list("state", flat=True))
        assert (festival.state, lines[LineState.FAILED]) == ("reconciled", 1)
        assert Batch.objects.get(title=STUDENTS_TITLE).state == "closed"
        assert Card.objects.filter(state="active").count() == 4
        assert CardEntry.objects.get(kind=EntryKind.SETTLEMENT).union_fen == 306_94
        assert Lot.objects.get(kind="grain_oil").sorted_milli == 32_000
        assert Donation.objects.get().receipt_number == 1
    with in_station(county):
        lines = Counter(Line.objects.values_list("state", flat=True))
        assert lines[LineState.RETURNED] == 1
        assert Donation.objects.get().state == "allocated"
